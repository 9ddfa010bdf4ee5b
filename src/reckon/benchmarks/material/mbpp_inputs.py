"""MBPP+'s inputs as its functions want them: JSON has no tuples, sets and complex numbers.

Which tasks want which is a fact of the data (evalplus v0.2.0, evalplus/data/mbpp.py).
"""

from collections.abc import Callable
from typing import Any

TUPLES = frozenset(
    (
        2,
        116,
        132,
        143,
        222,
        261,
        273,
        394,
        399,
        421,
        424,
        429,
        470,
        560,
        579,
        596,
        616,
        630,
        726,
        740,
        744,
        809,
    )
)
LISTS_OF_TUPLES = frozenset((63, 64, 70, 94, 120, 237, 272, 299, 400, 409, 417, 438, 473, 614, 780))
TUPLES_OF_TUPLES = frozenset((259, 401, 445))
LIST_OF_TUPLES_FIRST = frozenset((75, 413, 444, 753))
TUPLE_LAST = frozenset((106, 750))
TUPLE_FIRST = frozenset((250, 405, 446, 617, 720, 763, 808, 307))


def as_python(task: int, inputs: list[Any]) -> list[Any]:
    """The inputs of a task with their types; those that do not have the shape stay as they are."""
    change = _change(task)
    return [_changed(change, given) for given in inputs]


def _changed(change: Callable[[list[Any]], list[Any]], given: Any) -> Any:
    try:
        return change(given) if isinstance(given, list) else given
    except (TypeError, ValueError, IndexError, AttributeError):
        return given


def _change(task: int) -> Callable[[list[Any]], list[Any]]:
    if task in TUPLES:
        return lambda given: [tuple(one) for one in given]
    if task in LISTS_OF_TUPLES:
        return lambda given: [[tuple(one) for one in each] for each in given]
    if task in TUPLES_OF_TUPLES:
        return lambda given: [tuple(tuple(one) for one in each) for each in given]
    if task in LIST_OF_TUPLES_FIRST:
        return lambda given: [[tuple(one) for one in given[0]], given[1]]
    if task in TUPLE_LAST:
        return lambda given: [given[0], tuple(given[1])]
    if task in TUPLE_FIRST:
        return lambda given: [tuple(given[0]), *given[1:]]
    special = {115: _sets, 124: _complex, 252: _one_complex, 278: _nested, 722: _values}
    if task in (580, 615, 791):
        return _deep
    return special.get(task, lambda given: given)


def _sets(given: list[Any]) -> list[Any]:
    return [[set(item) if isinstance(item, list) and item else {} for item in given[0]]]


def _complex(given: list[Any]) -> list[Any]:
    return [float(given[0]), complex(given[1])]


def _one_complex(given: list[Any]) -> list[Any]:
    return [complex(given[0])]


def _nested(given: list[Any]) -> list[Any]:
    return [tuple(tuple(item) if isinstance(item, list) else item for item in given[0])]


def _values(given: list[Any]) -> list[Any]:
    return [{key: tuple(value) for key, value in given[0].items()}, *given[1:]]


def _deep(given: list[Any]) -> list[Any]:
    def turned(value: Any) -> Any:
        return tuple(turned(item) for item in value) if isinstance(value, list) else value

    return [turned(each) for each in given]
