"""Answers that are measured quantities: decimals in a stated unit, right within a stated tolerance."""

import random
import re
from collections.abc import Sequence

from reckon.tasks.graders.text import refused, tidied
from reckon.values import Grade

_NUMBER = r"(?:[a-z] ?= ?)?([-+−]?[0-9]{1,9}(?:\.[0-9]{1,9})?)"
_BRACKETS = {"(": ")", "[": "]"}


def measures(answer: str, units: Sequence[str]) -> list[float] | None:
    """The numbers of "12.5, -3", "(12.5 m, -3 m)" or "x=12.5, y=-3"; None if anything else stands there.

    units: how each number's unit may be written after it; a unit may be left out.
    """
    text = tidied(answer)
    if text and _BRACKETS.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    items = re.split(r" ?[,;] ?", text)
    if len(items) != len(units):
        return None
    found: list[float] = []
    for item, unit in zip(items, units, strict=True):
        match = re.fullmatch(rf"{_NUMBER}(?: ?(?:{unit}))?", item)
        if match is None:
            return None
        found.append(float(match[1].replace("−", "-")))
    return found


def grade_measures(gold: str, answer: str, tolerance: float, units: Sequence[str]) -> Grade:
    """Every number at most `tolerance` away from its own in the gold answer."""
    if refusal := refused(answer):
        return refusal
    given, wanted = measures(answer, units), measures(gold, units)
    if given is None or wanted is None:
        return Grade(0.0, f"not {len(units)} number(s) with a comma between them")
    # The gold answer is itself rounded: what lies on the limit is inside.
    far = max(abs(one - other) for one, other in zip(given, wanted, strict=True))
    right = far <= tolerance * (1 + 1e-9)
    return Grade(float(right), f"{'within' if right else 'not within'} {tolerance:g} of the gold answer")


def displaced(gold: str, tolerance: float) -> tuple[str, ...]:
    """Wrong answers near to a right one: a number off by a little more than the tolerance, one too many."""
    numbers = [float(number) for number in gold.split(", ")]
    rng, found = random.Random(gold), []
    for step in (1.01, 1.5, 3, 10):
        for at in range(len(numbers)):
            for sign in (1, -1):
                moved = list(numbers)
                moved[at] += sign * step * tolerance + sign * 0.01 * rng.random()
                found.append(", ".join(f"{number:.6f}" for number in moved))
    found += [f"{gold}, 1.0", f"{gold} km", f"about {gold}", f"{gold} or so", f"{gold};"]
    return tuple(found)
