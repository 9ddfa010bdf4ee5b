"""From what a session says of its trace to a TraceRecord. It is not trusted: each field is checked."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from reckon.traces.record import KINDS, Branch, Change, Event, Frame, Place, TraceRecord, Value

T = TypeVar("T")
MOST = 100_000


def read_trace(data: Mapping[str, Any], source: str) -> TraceRecord:
    """The record; an empty one that says so where the data is not what a recorder makes."""
    try:
        return TraceRecord(
            source,
            cell=_whole(data["cell"]),
            events=_all(_event, data["events"]),
            frames=_all(lambda f: Frame(_whole(f[0]), _clean(f[1]), _whole(f[2])), data["frames"]),
            lines=_all(lambda p: Place(*map(_whole, p)), data["lines"]),
            missed=_all(lambda p: Place(*map(_whole, p)), data["missed"]),
            branches=_all(lambda b: Branch(*map(_whole, b)), data["branches"]),
            steps=_whole(data["steps"]),
            truncated=_clean(data["truncated"]),
        )
    except (ValueError, TypeError, LookupError, RecursionError):
        return TraceRecord(source, truncated="what the session sent is no trace")


def _all(read: Callable[[Any], T], items: Any) -> tuple[T, ...]:
    if not isinstance(items, list) or len(items) > MOST:
        raise TypeError("wanted a list")
    return tuple(map(read, items))


def _event(data: Any) -> Event:
    kind, frame, cell, line, changes, value = data
    if kind not in KINDS:
        raise ValueError("wanted a kind of event")
    return Event(
        kind,
        _whole(frame),
        _whole(cell),
        _whole(line),
        tuple(Change(_clean(name), _value(new)) for name, new in changes),
        _value(value),
    )


def _value(data: Any) -> Value | None:
    return None if data is None else Value(_clean(data[0]), _clean(data[1]))


def _whole(value: Any) -> int:
    if type(value) is not int or not 0 <= value < 1 << 63:
        raise TypeError("wanted a whole number")
    return value


def _clean(value: Any) -> str:
    """UTF-8 has no lone surrogates; JSON does."""
    if not isinstance(value, str):
        raise TypeError("wanted a text")
    return value.encode("utf-8", "replace").decode("utf-8")
