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
