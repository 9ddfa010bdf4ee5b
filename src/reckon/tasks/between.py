"""A task at a part of its difficulties."""

import random
from dataclasses import dataclass
from typing import Any

from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class Between:
    """`inner` with difficulties from `low` to `high` only: 0 is drawn at `low`, 1 at `high`."""

    inner: Task
    low: float = 0.0
    high: float = 1.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.low <= self.high <= 1.0:
            raise UsageError(f"low and high: wanted 0 <= low <= high <= 1, got {self.low} and {self.high}")

    @property
    def name(self) -> str:
        return f"{self.inner.name}@{self.low:g}-{self.high:g}"

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return self.inner.make(rng, self.low + difficulty * (self.high - self.low))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return self.inner.grade(problem, answer)

    def __getattr__(self, name: str) -> Any:
        """`judge`, where the inner task's answers are programs: only then is there one."""
        if name == "judge":
            return self.inner.judge  # type: ignore[attr-defined]
        raise AttributeError(name)

    def program(self, problem: Problem) -> str | None:
        """The inner task's reference program, None where it has none."""
        program = getattr(self.inner, "program", None)
        return None if program is None else program(problem)
