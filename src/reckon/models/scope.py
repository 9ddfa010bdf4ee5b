"""What the shipped model was trained on, so that a question outside can be told.

`scope.json` beside the weights holds, per family, the phrasings of its questions as sets of their fixed
words. A question is covered when it is made of one phrasing's words plus numbers and a few words of its own.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from reckon.errors import UsageError
from reckon.models.tiny import SHIPPED

WORD = re.compile(r"[a-z]{2,}")
FILE = "scope.json"


@dataclass(frozen=True)
class Scope:
    """phrasings: for each family, the fixed words of each of its question templates."""

    phrasings: Mapping[str, Sequence[Sequence[str]]]

    def covers(self, question: str, least: float = 0.7) -> bool:
        """Whether some phrasing shares at least `least` of its words with the question."""
        asked = set(WORD.findall(question.lower()))
        return any(
            len(asked.intersection(words)) >= least * len(words)
            for templates in self.phrasings.values()
            for words in templates
            if words
        )


def words_of(template: str) -> list[str]:
    """The fixed words of a question template such as "What is {a} times {b}?"."""
    return sorted(set(WORD.findall(re.sub(r"\{[^}]*\}", " ", template.lower()))))


@cache
def shipped_scope(folder: Path = SHIPPED) -> Scope:
    """The scope of the model in `folder`. Raises UsageError where it has none."""
    try:
        return Scope(json.loads((folder / FILE).read_text("utf-8")))
    except (OSError, ValueError) as error:
        raise UsageError(f"cannot read {folder / FILE}: {error}") from None
