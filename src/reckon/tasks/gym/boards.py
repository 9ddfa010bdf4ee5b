"""Graders of the datasets whose one right answer is a board, a matrix or a list of lists.

The package's parsers are strict on one form (a JSON list is worth 0.1 where rows were asked for), run `eval`
on the answer, or give a share of the score for a share of the cells. Here every cell counts: rows may be
lines or bracketed lists.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

from reckon.tasks.graders.text import refused, verdict
from reckon.values import Grade

Rows: TypeAlias = list[list[str]]

_ROW = re.compile(r"[1-9](?:[\s,]*[<>]?[\s,]*[1-9])*", re.ASCII)
_BETWEEN_ROWS = re.compile(r"[∧∨^v\s]*")


def trimmed(text: str) -> str:
    """The text without a code fence, quotes or a final full stop around it; its lines stay."""
    text = re.sub(r"\A```\w*\n|\n?```\Z", "", text.strip()).strip()
    text = text[:-1].rstrip() if text.endswith(".") and not text.endswith("..") else text
    return text[1:-1].strip() if len(text) > 1 and text[0] == text[-1] and text[0] in '"`' else text


def rows(text: str) -> Rows | None:
    """The cells of each row: lines of cells with spaces or commas between them, or a JSON list of lists."""
    text = trimmed(text)
    if text.startswith("["):
        nested = nested_lists(text) or nested_lists(_with_commas(text))
        return None if nested is None else [[str(cell) for cell in row] for row in nested]
    return [re.split(r"[\s,]+", line.strip()) for line in text.split("\n") if line.strip()]


def _with_commas(text: str) -> str:
    """An array as numpy prints it, [[1 2]\\n [3 4]], with or without the outer brackets."""
    text = re.sub(r"(?<=[^\s,\[])\s+(?=[^\s,\]])", ",", text)
    return text if text.startswith("[[") else f"[{text}]"


def nested_lists(text: str) -> list[list[object]] | None:
    """A JSON list of lists, single quotes allowed; None for anything else."""
    try:
        found = json.loads(text.replace("'", '"'))
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        return None
    if any(isinstance(cell, (list, dict, bool)) for row in found for cell in row):
        return None
    return found


def _matrix(gold: str, answer: str) -> Grade:
    if refusal := refused(answer):
        return refusal
    given = rows(answer)
    return Grade(0.0, "not rows of cells") if given is None else verdict(given == rows(gold))


def _sequence(gold: str, answer: str) -> Grade:
    """One row; brackets around it do not matter."""
    if refusal := refused(answer):
        return refusal
    text = trimmed(answer).removeprefix("[").removesuffix("]")
    return verdict(re.split(r"[\s,]+", text.strip()) == gold.split())


def _lattice(gold: str, answer: str) -> Grade:
    """The numbers of a board, signs between them or not; lines of signs alone do not count."""
    if refusal := refused(answer):
        return refusal
    lines = [line.strip() for line in trimmed(answer).split("\n") if not _BETWEEN_ROWS.fullmatch(line)]
    if not all(_ROW.fullmatch(line) for line in lines):
        return Grade(0.0, "not rows of digits")
    wanted = [re.findall("[1-9]", line) for line in gold.split("\n")]
    return verdict([re.findall("[1-9]", line) for line in lines] == [row for row in wanted if row])


def _pictures(gold: str, answer: str) -> Grade:
    """Lines of signs, spaces between them or not."""
    if refusal := refused(answer):
        return refusal
    given = ["".join(line.split()) for line in trimmed(answer).split("\n")]
    return verdict(given == gold.strip().split("\n"))


def _groups(gold: str, answer: str) -> Grade:
    """The same groups, in any order; also any order within a group."""
    if refusal := refused(answer):
        return refusal
    return _same_lists(gold, answer, lambda group: sorted(map(str, group)))


def _partitions(gold: str, answer: str) -> Grade:
    """The same lists, in any order."""
    if refusal := refused(answer):
        return refusal
    return _same_lists(gold, answer, lambda parts: [str(part) for part in parts])


def _same_lists(gold: str, answer: str, canonical: Callable[[list[object]], list[str]]) -> Grade:
    given, wanted = nested_lists(trimmed(answer)), nested_lists(gold)
    if given is None or wanted is None:
        return Grade(0.0, "not a list of lists")
    return verdict(sorted(map(canonical, given)) == sorted(map(canonical, wanted)))


BOARDS: Mapping[str, Callable[[str, str], Grade]] = {
    **dict.fromkeys(("arc_1d", "arc_agi", "rearc", "binary_matrix", "rotate_matrix"), _matrix),
    **dict.fromkeys(("game_of_life", "mini_sudoku"), _matrix),
    "futoshiki": _lattice,
    "group_anagrams": _groups,
    "modulo_grid": _pictures,
    "palindrome_partitioning": _partitions,
    "spiral_matrix": _sequence,
}
