"""Answers that are a Python literal: whole numbers, texts, None, True, False, lists, tuples, dictionaries.

Read by a parser of our own: `ast.literal_eval` warns, and recurses as deep as the text nests.
"""

import re
from typing import Any

from reckon.tasks.graders.text import MAX_ANSWER, refused, verdict
from reckon.values import Grade

MAX_DEPTH = 6
_MAX_DIGITS = 40
_NAMED = {"None": None, "True": True, "False": False}
_CLOSED_BY = {"[": "]", "(": ")", "{": "}"}
# Escapes are not read: a text with a backslash is none of ours.
_TOKEN = re.compile(r"\s*(?:([-−]?[0-9]+)|'([^'\\\n]*)'|\"([^\"\\\n]*)\"|(None|True|False)\b|([\[\](){},:]))")
_CALL = re.compile(r"([A-Za-z]\w*)\s*(?=\()", re.ASCII)


class _Malformed(Exception):
    pass


def literal(text: str) -> tuple[Any] | None:
    """The value in a tuple of its own, None if the text is not exactly one literal."""
    text = bare(text)
    if len(text) > MAX_ANSWER:
        return None
    try:
        value, place = _value(text, 0, 0)
    except _Malformed:
        return None
    return (value,) if not text[place:].strip() else None


def call(text: str, name: str) -> tuple[Any, ...] | None:
    """The arguments of "name(1, [2])", None if the text is not exactly such a call with literals."""
    text = bare(text)
    match = _CALL.match(text)
    if match is None or match[1] != name or not text.endswith(")") or len(text) > MAX_ANSWER:
        return None
    try:
        arguments, place = _items(text, match.end() + 1, ")", 0)
    except _Malformed:
        return None
    return tuple(arguments) if place == len(text) else None


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all through: 1 is not True, [1] is not (1,)."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return same(sorted(one.items(), key=repr), sorted(other.items(), key=repr))
    return bool(one == other)


def grade_literal(gold: str, answer: str) -> Grade:
    """The same value, however it is spaced and quoted; a text needs its quotes."""
    if refusal := refused(answer):
        return refusal
    given, wanted = literal(answer), literal(gold)
    if given is None or wanted is None:
        return Grade(0.0, "not one Python literal")
    return verdict(same(given[0], wanted[0]))


def bare(answer: str) -> str:
    """Without white space, backticks and a full stop around it."""
    text = answer[: 2 * MAX_ANSWER].strip().removeprefix("```python").strip("`").strip()
    return text.removesuffix(".").rstrip().strip("`") if not text.endswith("..") else text


def _value(text: str, place: int, depth: int) -> tuple[Any, int]:
    match = _TOKEN.match(text, place)
    if match is None or depth > MAX_DEPTH:
        raise _Malformed
    number, single, double, named, sign = match.groups()
    if number is not None:
        if len(number) > _MAX_DIGITS:
            raise _Malformed
        return int(number.replace("−", "-")), match.end()
    if named:
        return _NAMED[named], match.end()
    if sign is None:
        return (single if double is None else double), match.end()
    if sign not in _CLOSED_BY:
        raise _Malformed
    if sign == "{":
        return _pairs(text, match.end(), depth + 1)
    items, end = _items(text, match.end(), _CLOSED_BY[sign], depth + 1)
    if sign == "[":
        return items, end
    single_item = len(items) == 1 and not text[:end].rstrip(") \n").endswith(",")
    return (items[0] if single_item else tuple(items)), end


def _items(text: str, place: int, closing: str, depth: int) -> tuple[list[Any], int]:
    found: list[Any] = []
    while (sign := _sign(text, place))[0] != closing:
        value, place = _value(text, place, depth)
        found.append(value)
        sign = _sign(text, place)
        if sign[0] == ",":
            place = sign[1]
        elif sign[0] != closing:
            raise _Malformed
    return found, sign[1]


def _pairs(text: str, place: int, depth: int) -> tuple[dict[Any, Any], int]:
    found: dict[Any, Any] = {}
    while (sign := _sign(text, place))[0] != "}":
        key, place = _value(text, place, depth)
        sign = _sign(text, place)
        if sign[0] != ":" or not isinstance(key, int | str) or key in found:
            raise _Malformed
        found[key], place = _value(text, sign[1], depth)
        sign = _sign(text, place)
        if sign[0] == ",":
            place = sign[1]
        elif sign[0] != "}":
            raise _Malformed
    return found, sign[1]


def _sign(text: str, place: int) -> tuple[str, int]:
    """The bracket, comma or colon at this place, "" for anything else, and where it ends."""
    match = _TOKEN.match(text, place)
    return (match[5] or "", match.end()) if match else ("", place)
