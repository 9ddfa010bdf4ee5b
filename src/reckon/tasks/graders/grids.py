"""Answers that are a grid, read row by row: brackets around rows, commas and new lines do not matter."""

import re

from reckon.tasks.graders.exact import rational
from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.values import Grade

MAX_DEPTH = 2
_OPENED_BY = {"]": "[", ")": "(", "}": "{"}


def unbracketed(text: str) -> str | None:
    """The text with its brackets as spaces; None if they do not pair or stand more than MAX_DEPTH deep."""
    opened: list[str] = []
    for character in text:
        if character in "[({":
            opened.append(character)
        elif character in _OPENED_BY and (not opened or opened.pop() != _OPENED_BY[character]):
            return None
        if len(opened) > MAX_DEPTH:
            return None
    return None if opened else re.sub(r"[\[\](){}]", " ", text)


def grade_cells(gold: str, answer: str) -> Grade:
    """The same one-character cells in the same order: "A, B, C, D", "[['A', 'B'], ['C', 'D']]" or "AB CD".

    A cell may be any ASCII character but brackets, quotes, commas and semicolons.
    """
    if refusal := refused(answer):
        return refusal
    given = unbracketed(tidied(answer))
    return Grade(0.0, "brackets do not pair") if given is None else verdict(_cells(given) == _cells(gold))


def grade_values(gold: str, answer: str) -> Grade:
    """The same numbers in the same order, each a whole number, a decimal or a fraction, compared exactly."""
    if refusal := refused(answer):
        return refusal
    given = unbracketed(tidied(answer))
    if given is None:
        return Grade(0.0, "brackets do not pair")
    numbers = [rational(item) for item in _items(given)]
    if None in numbers:
        return Grade(0.0, "not a list of numbers")
    return verdict(numbers == [rational(item) for item in _items(gold)])


def _items(text: str) -> list[str]:
    """Brackets may leave empty places at the ends of rows; an empty place between two commas stays."""
    return re.split(r" *[,;] *| +", text.strip())


def _cells(text: str) -> str:
    return re.sub(r"[,;\s'\"`]", "", text)
