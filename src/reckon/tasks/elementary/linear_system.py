"""Two equations with two unknowns and whole solutions."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_assignments
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class LinearSystem:
    """Solve 3x + 4y = 10 and 2x - 5y = 3."""

    held_out: bool = False

    name: ClassVar[str] = "linear_system"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Solve {first} and {second}. Answer as x=..., y=...",
        "Find x and y: {first}, {second}. Answer as x=..., y=...",
        "Solve the system {first}; {second} for x and y (write x=..., y=...).",
        "If {first} and {second}, what are x and y? Write x=..., y=...",
        "Which x and y satisfy {first} and {second}? Answer as x=..., y=...",
        "Given {first} and {second}, find x and y in the form x=..., y=...",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Two equations: {first} and {second}. Give the solution as x=..., y=...",
        "Determine x and y from {first} and {second}; answer as x=..., y=...",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will solve the system with Cramer's rule.",
        "Two unknowns: determinants give the answer exactly.",
        "Let me solve the two equations in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_assignments(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        a, b, c, d, e, f = (given[name] for name in "abcdef")
        return (
            f"a, b, c = {a}, {b}, {c}\nd, e, f = {d}, {e}, {f}\n"
            "det = a * e - b * d\nx = (c * e - b * f) // det\ny = (a * f - c * d) // det\n"
            'print(f"x={x}, y={y}")'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Coefficients 0, 1 and -1 are left out: every equation is written in the same way."""
    most = scaled(difficulty, 5, 30)
    x, y = (rng.randint(-most, most) for _ in range(2))
    size = scaled(difficulty, 5, 19)
    a, b, d, e = (rng.randint(2, size) * rng.choice((1, -1)) for _ in range(4))
    if a * e == b * d:
        return _draw(rng, difficulty)
    c, f = a * x + b * y, d * x + e * y
    values = {"a": a, "b": b, "c": c, "d": d, "e": e, "f": f}
    equations = {"first": _equation(a, b, c), "second": _equation(d, e, f)}
    return {**values, **equations}, f"x={x}, y={y}"


def _equation(a: int, b: int, c: int) -> str:
    return f"{a}x {'-' if b < 0 else '+'} {abs(b)}y = {c}"
