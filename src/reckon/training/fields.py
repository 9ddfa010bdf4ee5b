"""The fields of a configuration, refused at construction where they cannot be meant."""

import math
from collections.abc import Sequence

from reckon.errors import UsageError


def within(owner: object, low: float, high: float, *names: str) -> None:
    """Raise UsageError unless each named field of `owner` is a number from `low` to `high`."""
    for name in names:
        value = getattr(owner, name)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not low <= value <= high or abs(value) == math.inf:
            raise UsageError(
                f"{type(owner).__name__}: {name} wants a number from {low:g} to {high:g}, got {value!r}"
            )


def whole(owner: object, low: int, *names: str) -> None:
    """Raise UsageError unless each named field of `owner` is a whole number of `low` or more."""
    for name in names:
        value = getattr(owner, name)
        if type(value) is not int or value < low:
            raise UsageError(
                f"{type(owner).__name__} wants {name}, a whole number of {low} or more, got {value!r}"
            )


def above(owner: object, *names: str) -> None:
    """Raise UsageError unless each named field of `owner` is a finite number above 0."""
    for name in names:
        within(owner, 0.0, math.inf, name)
        if not getattr(owner, name):
            raise UsageError(f"{type(owner).__name__} wants {name} above 0, got {getattr(owner, name)!r}")


def span(owner: object, name: str) -> None:
    """Raise UsageError unless the field is a pair (low, high) of numbers with 0 <= low <= high <= 1."""
    match getattr(owner, name):
        case (int() | float() as low, int() | float() as high) if 0.0 <= low <= high <= 1.0:
            return
    raise UsageError(
        f"{type(owner).__name__} wants {name}=(low, high) with 0 <= low <= high <= 1,"
        f" got {getattr(owner, name)!r}"
    )


def texts(owner: object, *names: str) -> None:
    """Raise UsageError unless each named field of `owner` is a tuple or a list of texts."""
    for name in names:
        value = getattr(owner, name)
        if not isinstance(value, tuple | list) or not all(isinstance(one, str) for one in value):
            raise UsageError(f'{type(owner).__name__} wants {name} as in ("product",), got {value!r}')


def one_of(owner: object, name: str, choices: Sequence[str]) -> None:
    """Raise UsageError unless the field is one of `choices`."""
    if getattr(owner, name) not in choices:
        wanted = " or ".join(map(repr, choices))
        raise UsageError(f"{type(owner).__name__}: {name} wants {wanted}, got {getattr(owner, name)!r}")


def able(owner: object, name: str, value: object, *verbs: str) -> None:
    """Raise UsageError unless `value`, of the field `name`, is an object with these verbs."""
    missing = [verb for verb in verbs if isinstance(value, type) or not callable(getattr(value, verb, None))]
    if missing:
        raise UsageError(
            f"{type(owner).__name__}: {name} wants something that can {', '.join(verbs)}, got {value!r}"
        )
