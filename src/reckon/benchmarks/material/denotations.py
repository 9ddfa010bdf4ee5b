"""Answers from a table: texts, numbers and dates, one or several, compared as a set.

The rules are those of WikiTableQuestions' evaluator.py (Pasupat and Liang, 2015), version 1.0.2.

Differs: int() there reads digits of any script and underscores; here a number is ASCII. Patterns that could
take quadratic time on hostile text are replaced by loops.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.tasks.graders.text import MAX_ANSWER
from reckon.values import Grade

_QUOTES = str.maketrans({**dict.fromkeys("‘’´`", "'"), **dict.fromkeys("“”", '"')})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))
_CITATION = re.compile(r"\[[^\[\]]*\]|[•♦†‡*#+]")
_NUMBER = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]{1,3})?")
_DATE = re.compile(r"(xx|xxxx|[0-9]{1,4})-(xx|[0-9]{1,2})-(xx|[0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Denotation:
    """A value of a table: its normalised text, and what it is as a number or a date."""

    text: str
    number: float | None = None
    date: tuple[int, int, int] | None = None

    def matches(self, other: "Denotation") -> bool:
        if self.text == other.text:
            return True
        if self.number is not None and other.number is not None:
            return abs(self.number - other.number) < 1e-6
        return self.date is not None and self.date == other.date


def grade_denotation(targets: Sequence[str], canon: Sequence[str], answer: str) -> Grade:
    """1 if the answer's values, joined by | or one a line, are those of the target.

    canon: the targets as the dataset's tagger read them ("1990-01-12", "17.0"), or nothing.
    """
    if len(answer) > MAX_ANSWER:
        return Grade(0.0, f"longer than {MAX_ANSWER} characters")
    given = [part.strip() for part in re.split(r"[|\n]", answer) if part.strip()]
    if not given:
        return Grade(0.0, "empty answer")
    read_as = canon if len(canon) == len(targets) else targets
    wanted = _distinct([denoted(raw, known) for raw, known in zip(targets, read_as, strict=True)])
    values = _distinct([denoted(part, part) for part in given])
    if len(wanted) != len(values):
        return Grade(0.0, f"{len(values)} values, wanted {len(wanted)}")
    if all(any(target.matches(value) for value in values) for target in wanted):
        return Grade(1.0, "the values of the target")
    return Grade(0.0, "differs from the target")


def denoted(raw: str, canon: str) -> Denotation:
    """A value, by its text and by how it was read (its own text where nobody read it)."""
    text, known = normalised(raw), (canon or raw).strip()
    if _NUMBER.fullmatch(known):
        value = float(known)
        return Denotation(text, value) if abs(value) != float("inf") else Denotation(text)
    match = _DATE.fullmatch(known.lower())
    if match is None:
        return Denotation(text)
    year, month, day = (-1 if part.startswith("x") else int(part) for part in match.groups())
    if month == 0 or month > 12 or day == 0 or day > 31 or (year, month, day) == (-1, -1, -1):
        return Denotation(text)
    return Denotation(text, float(year)) if month == day == -1 else Denotation(text, None, (year, month, day))


def normalised(text: str) -> str:
    """Without accents, citations, trailing brackets, outer quotes and a full stop; lower case, one space."""
    text = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) != "Mn")
    text = text.translate(_QUOTES).translate(_DASHES).strip()
    while True:
        before = text
        text = _without_bracket(_without_citation(text))
        if len(text) > 1 and text[0] == text[-1] == '"' and '"' not in text[1:-1]:
            text = text[1:-1].strip()
        if text == before:
            break
    return " ".join(text.removesuffix(".").lower().split())


def _without_citation(text: str) -> str:
    """[1], [note], † and the like at the end go; a text that is one pair of brackets stays, save [1]."""
    while text:
        begin = text.rfind("[") if text.endswith("]") else len(text) - 1
        if begin < 0 or not _CITATION.fullmatch(text, begin):
            return text
        if begin == 0 and text.startswith("[") and not text[1:-1].isdecimal():
            return text
        text = text[:begin].rstrip()
    return text


def _without_bracket(text: str) -> str:
    """Details in brackets at the end go, as in "Ann (Spain)"."""
    while text.endswith(")"):
        begin = text.rfind(" (")
        if begin < 1 or ")" in text[begin:-1]:
            return text
        text = text[:begin].rstrip()
    return text


def _distinct(values: Sequence[Denotation]) -> list[Denotation]:
    """Each value once, as a set of them is: numbers by number, dates by date, texts by text."""
    found: dict[object, Denotation] = {}
    for value in values:
        key = value.date if value.date is not None else value.number
        found.setdefault(("text", value.text) if key is None else key, value)
    return list(found.values())
