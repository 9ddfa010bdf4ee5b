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

    kind: the skill it wants: math, spatial, logical, order, optimization, search or text.
    templates, held_out_templates: the question's wordings, for training and for the test of unseen wordings.
    plans: what a good model thinks, in one sentence, before it writes the program.
    """

    @property
    def kind(self) -> str: ...
    @property
    def held_out(self) -> bool: ...
    @property
    def templates(self) -> tuple[str, ...]: ...
    @property
    def held_out_templates(self) -> tuple[str, ...]: ...
    @property
    def plans(self) -> tuple[str, ...]: ...

    def program(self, problem: Problem) -> str:
        """A Python program, as a model could write it, whose printed output grades 1."""
        ...


class ManyRight(Family, Protocol):
    """A family whose problems have several right answers: `Problem.answer` is one of them."""

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """At least ten answers that are wrong, near to a right one."""
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
        problem = Problem("", family.name, question, gold, difficulty, values)
        if not gives_away(problem):
            break
    return problem


def gives_away(problem: Problem) -> bool:
    """Whether the question holds its answer, and not every other one to choose from (metadata "choices")."""
    choices = problem.metadata.get("choices")
    rivals = choices if isinstance(choices, Sequence) else ()
    offered = bool(rivals) and all(contains(problem.question, str(rival)) for rival in rivals)
    return contains(problem.question, problem.answer or "") and not offered


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
