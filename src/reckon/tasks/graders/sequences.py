"""Answers that are a list of items, or names with values."""

import re

from reckon.tasks.graders.numbers import whole
from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.values import Grade

_BRACKETS = {"[": "]", "(": ")", "{": "}"}
# One sign or white space: an empty place between two commas is an item that is missing.
_COMMA = r"\s*[,;]\s*|\s+"
_ASSIGNMENT = re.compile(r"([A-Za-z]) ?=+ ?([-+−]?) ?([0-9]+)")
_BETWEEN = re.compile(r" ?(?:[,;]| and |, and ) ?| ")


def items(answer: str, between: str = _COMMA) -> list[str]:
    """The items of a list, brackets around it and quotes around each item taken off."""
    text = tidied(answer)
    if text and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1]
    return [tidied(item) for item in re.split(between, text.strip())]


def grade_numbers(gold: str, answer: str, *, between: str = _COMMA) -> Grade:
    """The same whole numbers in the same order; no thousands separators, as a comma separates items."""
    if refusal := refused(answer):
        return refusal
    given = [whole(item) for item in items(answer, between)]
    if None in given:
        return Grade(0.0, "not a list of whole numbers")
    return verdict(given == [whole(item) for item in items(gold, between)])


def grade_words(gold: str, answer: str) -> Grade:
    """The same words in the same order, whatever their case."""
    if refusal := refused(answer):
        return refusal
    return verdict([item.lower() for item in items(answer)] == [item.lower() for item in items(gold)])


def grade_assignments(gold: str, answer: str) -> Grade:
    """The same names with the same whole numbers, in any order; "x=3, y=-2"."""
    if refusal := refused(answer):
        return refusal
    text = tidied(answer)
    bracketed = text[:1] == "(" and text[-1:] == ")"
    given = assignments(text[1:-1].strip() if bracketed else text)
    return (
        Grade(0.0, "not names with whole numbers") if given is None else verdict(given == assignments(gold))
    )


def assignments(text: str) -> dict[str, str] | None:
    """{"x": "3", "y": "-2"}; None if anything else stands in the text or a name comes twice."""
    found: dict[str, str] = {}
    position = 0
    while match := _ASSIGNMENT.match(text, position):
        name, value = match[1].lower(), whole(match[2] + match[3])
        if name in found or value is None:
            return None
        found[name], position = value, match.end()
        gap = _BETWEEN.match(text, position)
        if gap is None:
            break
        position = gap.end()
    return found if found and position == len(text) else None
