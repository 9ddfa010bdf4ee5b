"""The kinds of values that steps take: how a random one is drawn, written in words, and checked."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MOST_ITEMS = 40
MOST_CHARACTERS = 80
MOST_ROWS = 8
LARGEST = 1000
_WORD = re.compile(r"[a-z]{1,12}")


@dataclass(frozen=True, slots=True)
class Kind:
    """argument: its name in a program.  says: what it is.  example: in the form that an answer takes.

    drawn: a Python expression for a random value; r is a random.Random, n bounds size and numbers.
    valid: whether a decoded JSON value is one, within the bounds that `says` names.
    """

    argument: str
    says: str
    example: str
    drawn: str
    valid: Callable[[Any], bool]


def _whole(value: Any) -> bool:
    return type(value) is int and abs(value) <= LARGEST


def _list_of(value: Any, each: Callable[[Any], bool], most: int = MOST_ITEMS) -> bool:
    return type(value) is list and len(value) <= most and all(map(each, value))


def _text(pattern: str) -> Callable[[Any], bool]:
    allowed = re.compile(pattern)
    return lambda value: (
        type(value) is str and len(value) <= MOST_CHARACTERS and allowed.fullmatch(value) is not None
    )


def _word(value: Any) -> bool:
    return type(value) is str and _WORD.fullmatch(value) is not None


def _interval(value: Any) -> bool:
    return _list_of(value, _whole, 2) and len(value) == 2 and value[0] <= value[1]


def _grid(value: Any) -> bool:
    rows = _list_of(value, lambda row: _list_of(row, _whole, MOST_ROWS) and len(row) > 0, MOST_ROWS)
    return rows and len(value) > 0 and len({len(row) for row in value}) == 1


def _table(value: Any) -> bool:
    return (
        type(value) is dict
        and len(value) <= MOST_ITEMS
        and all(_word(k) and _whole(v) for k, v in value.items())
    )


_INTS = f"a list of at most {MOST_ITEMS} whole numbers from -{LARGEST} to {LARGEST}"
_SHORT = f"at most {MOST_CHARACTERS} characters"
_DRAWN_INTS = "[r.randint(-n, n) for _ in range(r.randint(0, n))]"
_DRAWN_WORD = "''.join(r.choice('abc') for _ in range(r.randint(1, 3)))"
KINDS = {
    "ints": Kind("numbers", _INTS, "[4, -1, 4]", _DRAWN_INTS, lambda value: _list_of(value, _whole)),
    "more_ints": Kind("others", _INTS, "[7, 2]", _DRAWN_INTS, lambda value: _list_of(value, _whole)),
    "whole": Kind(
        "number", f"a whole number from -{LARGEST} to {LARGEST}", "-31", "r.randint(-40 * n, 40 * n)", _whole
    ),
    "text": Kind(
        "text",
        f"a text of {_SHORT}: lower-case letters, digits, spaces and hyphens",
        '"aab-c 7"',
        "''.join(r.choice('aabz-  07') * r.choice((1, 1, 2, 3, 11)) for _ in range(r.randint(0, n)))[:80]",
        _text(r"[a-z0-9 -]*"),
    ),
    "brackets": Kind(
        "text",
        f"a text of {_SHORT}: lower-case letters and round brackets",
        '"a(b)c"',
        "''.join(r.choice('(()))a') for _ in range(r.randint(0, n)))",
        _text(r"[a-z()]*"),
    ),
    "formula": Kind(
        "formula",
        f"a text of {_SHORT}: whole numbers of at most 3 digits, without signs of their own, with +, - or * "
        "between them and nothing else, at least one number",
        '"12+3*4"',
        "''.join(str(r.randint(0, 4 * n)) + r.choice('+-*') for _ in range(r.randint(0, n // 2)))"
        " + str(r.randint(0, 4 * n))",
        _text(r"[0-9]{1,3}(?:[-+*][0-9]{1,3})*"),
    ),
    "ranges": Kind(
        "ranges",
        f"a text of {_SHORT}: parts with commas between them, each a whole number of at most 2 digits or two "
        "of them with a hyphen between, no spaces, at least one part",
        '"3-5,9"',
        "','.join(str(r.randint(0, 2 * n)) + r.choice(('', f'-{r.randint(0, 2 * n)}'))"
        " for _ in range(r.randint(1, max(1, n // 2))))",
        _text(r"[0-9]{1,2}(?:-[0-9]{1,2})?(?:,[0-9]{1,2}(?:-[0-9]{1,2})?)*"),
    ),
    "moves": Kind(
        "moves",
        f"a text of {_SHORT}: the letters F, L and R",
        '"FFLFR"',
        "''.join(r.choice('FFFLR') for _ in range(r.randint(0, 2 * n)))",
        _text(r"[FLR]*"),
    ),
    "words": Kind(
        "words",
        f"a list of at most {MOST_ITEMS} words of 1 to 12 lower-case letters",
        '["ab", "c", "ab"]',
        f"[{_DRAWN_WORD} for _ in range(r.randint(0, n))]",
        lambda value: _list_of(value, _word),
    ),
    "intervals": Kind(
        "intervals",
        f"a list of at most {MOST_ITEMS} pairs [start, end] of whole numbers from -{LARGEST} to {LARGEST}, "
        "start not above end, both of them part of the interval",
        "[[1, 4], [6, 6]]",
        "[sorted(r.randint(0, 2 * n) for _ in range(2)) for _ in range(r.randint(0, n // 2 + 1))]",
        lambda value: _list_of(value, _interval),
    ),
    "grid": Kind(
        "grid",
        f"a list of 1 to {MOST_ROWS} rows, each a list of whole numbers from -{LARGEST} to {LARGEST}, all of "
        f"the same length from 1 to {MOST_ROWS}",
        "[[1, 0], [3, 5]]",
        "[[r.randint(0, n) for _ in range(w)] for w in [r.randint(1, min(6, n))]"
        " for _ in range(r.randint(1, min(6, n)))]",
        _grid,
    ),
    "table": Kind(
        "table",
        f"a dictionary of at most {MOST_ITEMS} words of 1 to 12 lower-case letters, each with a whole number "
        f"from -{LARGEST} to {LARGEST}",
        '{"ab": 3, "c": -1}',
        f"{{{_DRAWN_WORD}: r.randint(-n, n) for _ in range(r.randint(0, n))}}",
        _table,
    ),
}


def written(arguments: list[Any]) -> str:
    """Arguments as an answer writes them: JSON values with commas between."""
    return ", ".join(json.dumps(value) for value in arguments)
