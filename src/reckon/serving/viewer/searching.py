"""Search in whole records, where the index holds only the beginnings of question, gold and answer.

The file is read as it stands: a phrase is looked for as JSON spells it, so capitals and spaces count.
"""

import json
import mmap
from bisect import bisect_right

from reckon.evaluation.index import Index
from reckon.serving.viewer.library import Shelf

_HITS = 20_000  # records that are taken note of


def roots_with(shelf: Shelf, index: Index, phrase: str) -> list[int]:
    """The numbers of the roots whose record, or whose fork's or side question's, holds the phrase."""
    needle = json.dumps(phrase)[1:-1].encode("ascii")
    offsets, roots = shelf.keep("offsets", lambda: _places(index))
    found: dict[int, None] = {}
    if not offsets or not needle:
        return []
    with open(index.source, "rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        at, end = content.find(needle), shelf.version
        while 0 <= at < end and len(found) < _HITS:
            place = bisect_right(offsets, at) - 1
            found[roots[place]] = None
            after = offsets[place + 1] if place + 1 < len(offsets) else end
            at = content.find(needle, max(after, at + 1))
    return list(found)


def _places(index: Index) -> tuple[list[int], list[int]]:
    """Where each record begins, and its tree's root."""
    (row,) = index.query(
        "SELECT json_group_array(offset) AS offsets, json_group_array(root) AS roots"
        " FROM (SELECT offset, root FROM trajectories ORDER BY number)"
    )
    return json.loads(row["offsets"]), json.loads(row["roots"])
