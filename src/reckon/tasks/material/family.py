"""The shape of a generated family, and how its numbers become a posed problem."""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol, TypeAlias

from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.values import JSON, Problem

Values: TypeAlias = Mapping[str, JSON]
Draw: TypeAlias = Callable[[random.Random, float], tuple[Values, str]]
REDRAWS = 100


class Family(Task, Protocol):
    """A task with a reference program.

    templates, held_out_templates: the question's wordings, for training and for the test of unseen wordings.
    plans: what a good model thinks, in one sentence, before it writes the program.
    """

    @property
    def held_out(self) -> bool: ...
    @property
    def templates(self) -> tuple[str, ...]: ...
    @property
    def held_out_templates(self) -> tuple[str, ...]: ...
    @property
    def plans(self) -> tuple[str, ...]: ...

    def program(self, problem: Problem) -> str:
        """A short Python program whose printed output is the gold answer."""
        ...


def pose(family: Family, rng: random.Random, difficulty: float, draw: Draw) -> Problem:
    """A problem from what `draw` gives: (values for the template and the program, gold answer).

    Draws again while the question happens to contain its answer.
    """
    if not 0.0 <= difficulty <= 1.0:
        raise UsageError(f"difficulty must be in [0, 1], got {difficulty}")
    templates = family.held_out_templates if family.held_out else family.templates
    for _ in range(REDRAWS):
        values, gold = draw(rng, difficulty)
        shown = {name: _shown(value) for name, value in values.items()}
        question = rng.choice(templates).format(**shown)
        if not contains(question, gold):
            break
    return Problem("", family.name, question, gold, difficulty, values)


def contains(question: str, answer: str) -> bool:
    """Whether the answer stands in the question as a whole word or number."""
    return re.search(rf"(?<![\w.-]){re.escape(answer)}(?!\w|\.\w)", question) is not None


def scaled(difficulty: float, low: int, high: int) -> int:
    """The whole number that lies `difficulty` of the way from low to high."""
    return low + round(difficulty * (high - low))


def number_of(rng: random.Random, digits: int) -> int:
    """A random number of exactly this many digits."""
    return rng.randrange(10 ** (digits - 1), 10**digits)


def _shown(value: JSON) -> str:
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(map(str, value))
    return str(value)
