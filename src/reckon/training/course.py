"""Which problems a step has. A recipe says the plan, data; a run keeps the course, which may learn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from reckon.protocols import Task
from reckon.tasks import draw
from reckon.training.scored import Group
from reckon.values import Problem

GOLDEN = 0.6180339887498949  # its multiples modulo 1 lie evenly, however many there are
AGAIN = 1_000_000_000  # problems that steps may have before a refill's begin


class Course(Protocol):
    """What a run has come to. `problems` depends on what the course is and on its arguments alone."""

    def problems(self, step: int, count: int, again: int = 0) -> Sequence[tuple[Task, Problem]]:
        """`count` problems of a step, counted from 0; others where it draws again."""
        ...

    def after(self, groups: Sequence[Group]) -> "Course":
        """The course once it was seen what came of a step's problems."""
        ...

    def state(self) -> Mapping[str, object]:
        """What was learned, for the checkpoint: plain data, numbers and strings."""
        ...

    def load(self, state: Mapping[str, object]) -> "Course":
        """The course with what was learned before. Raises UsageError for the state of another course."""
        ...


class Plan(Protocol):
    """What a recipe says about its problems: a frozen dataclass."""

    def begin(self, tasks: Sequence[Task], difficulty: tuple[float, float], seed: int) -> Course:
        """The course of a run over the recipe's tasks, of difficulties from the first to the second."""
        ...


@dataclass(frozen=True)
class Even:
    """Every task in turn, of a difficulty drawn evenly; it learns nothing. Training and held-out problems
    come of other seeds."""

    tasks: Sequence[Task]
    difficulty: tuple[float, float]
    seed: int

    def problems(self, step: int, count: int, again: int = 0) -> list[tuple[Task, Problem]]:
        first = step * count + again * AGAIN
        return [self._one(2 * self.seed, first + n) for n in range(count)]

    def held_out(self, count: int) -> list[tuple[Task, Problem]]:
        """The same ones at every evaluation, and never a training problem."""
        return [self._one(2 * self.seed + 1, n) for n in range(count)]

    def after(self, groups: Sequence[Group]) -> "Even":
        return self

    def state(self) -> Mapping[str, object]:
        return {}

    def load(self, state: Mapping[str, object]) -> "Even":
        return self

    def _one(self, seed: int, index: int) -> tuple[Task, Problem]:
        low, high = self.difficulty
        task = self.tasks[index % len(self.tasks)]
        return task, draw(task, seed, index, low + (high - low) * (index * GOLDEN % 1.0))
