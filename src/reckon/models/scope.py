"""What the shipped model was trained on, so that a question outside can be told.

`scope.json` beside the weights says, per family, of which words its questions are made. A question is covered
when it has most of the fixed words of one phrasing and no word that the family does not know, names in quotes
and comma lists left aside where the family asks about made-up words.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from reckon.errors import UsageError
from reckon.models.tiny import SHIPPED

WORD = re.compile(r"[a-z]{2,}")
GIVEN = re.compile(r'"[^"]*"|[a-z]+(?=,)|(?<=, )[a-z]+')
FILE = "scope.json"
LEAST = 0.7
SEEN = 3


@dataclass(frozen=True)
class FamilyScope:
    """phrasings: the fixed words of each question template; words: all that its questions use; open: whether
    they hold made-up words."""

    phrasings: Sequence[Sequence[str]]
    words: Sequence[str]
    open: bool

    def covers(self, question: str) -> bool:
        text = question.lower()
        asked = set(WORD.findall(text))
        if not any(
            fixed and len(asked.intersection(fixed)) >= LEAST * len(fixed) for fixed in self.phrasings
        ):
            return False
        return not set(WORD.findall(GIVEN.sub(" ", text) if self.open else text)) - set(self.words)


@dataclass(frozen=True)
class Scope:
    families: Mapping[str, FamilyScope]

    def covers(self, question: str) -> bool:
        """Whether some family could have asked this."""
        return any(family.covers(question) for family in self.families.values())

    def write(self, folder: Path) -> None:
        (folder / FILE).write_text(json.dumps(asdict(self)["families"], indent=1) + "\n", "utf-8")


def family_scope(templates: Sequence[str], questions: Sequence[str]) -> FamilyScope:
    """The scope of a family from its templates and some hundred of its questions."""
    counts = Counter(word for question in questions for word in set(WORD.findall(question.lower())))
    words = sorted(
        {word for word, n in counts.items() if n >= SEEN} | {w for t in templates for w in words_of(t)}
    )
    made_up = sum(n for n in counts.values() if n < SEEN)
    return FamilyScope([words_of(template) for template in templates], words, made_up > len(questions) / 2)


def words_of(template: str) -> list[str]:
    """The fixed words of a question template such as "What is {a} times {b}?"."""
    return sorted(set(WORD.findall(re.sub(r"\{[^}]*\}", " ", template.lower()))))


@cache
def shipped_scope(folder: Path = SHIPPED) -> Scope:
    """The scope of the model in `folder`. Raises UsageError where it has none."""
    try:
        found = json.loads((folder / FILE).read_text("utf-8"))
        return Scope({name: FamilyScope(**family) for name, family in found.items()})
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"cannot read {folder / FILE}: {error}") from None
