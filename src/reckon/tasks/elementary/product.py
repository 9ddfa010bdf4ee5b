"""Products of two numbers of several digits."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, number_of, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class Product:
    """What is 4821 * 377?"""

    held_out: bool = False

    name: ClassVar[str] = "product"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "What is {a} * {b}?",
        "What is {a} times {b}?",
        "Multiply {a} by {b}.",
        "Compute the product of {a} and {b}.",
        "Find {a} x {b}.",
        "Calculate {a} multiplied by {b}.",
        "What do you get when you multiply {a} and {b}?",
        "Work out {a} * {b}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "If you multiply {a} with {b}, what is the result?",
        "Give the product {a} x {b}.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will multiply the two numbers with Python.",
        "A product this big needs code, so I compute it.",
        "Let me compute the product in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"print({given['a']} * {given['b']})"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    digits = scaled(difficulty, 2, 7)
    a, b = (number_of(rng, rng.randint(digits, digits + 1)) for _ in range(2))
    return {"a": a, "b": b}, str(a * b)
