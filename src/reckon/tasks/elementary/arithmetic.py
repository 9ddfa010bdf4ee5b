"""Chains of additions, subtractions and products with parentheses."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class Arithmetic:
    """Compute (382 + 94) * 57 - 1204."""

    held_out: bool = False

    name: ClassVar[str] = "arithmetic"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Compute {expression}.",
        "What is {expression}?",
        "Evaluate {expression}.",
        "Calculate {expression}.",
        "Work out {expression}.",
        "Find the value of {expression}.",
        "What does {expression} equal?",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Give the result of {expression}.",
        "How much is {expression}?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will let Python evaluate the expression.",
        "The numbers are big, so I compute them with code.",
        "Let me print the value of the expression.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return f"print({problem.metadata['expression']})"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """The value is carried along as the expression grows: nothing is evaluated."""
    top = 10 ** scaled(difficulty, 2, 5)
    text, value = _term(rng, top)
    for _ in range(scaled(difficulty, 1, 4)):
        other, amount = _term(rng, top)
        if rng.random() < 0.5:
            text, value = f"{text} + {other}", value + amount
        else:
            text, value = f"{text} - {other}", value - amount
    return {"expression": text}, str(value)


def _term(rng: random.Random, top: int) -> tuple[str, int]:
    """A product, a plain number, or a bracket times a number."""
    a, b, c = (rng.randint(11, top) for _ in range(3))
    kind = rng.randrange(4)
    if kind == 0:
        return f"{a}", a
    if kind == 1:
        return f"{a} * {b}", a * b
    if kind == 2:
        return f"({a} + {b}) * {c}", (a + b) * c
    return f"{a} * ({b} - {c})", a * (b - c)
