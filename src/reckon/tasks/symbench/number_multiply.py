"""Number Multiply of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution).

Differs from it: two to five factors of one to six digits, some below zero, drawn by difficulty and not by a
fixed number of digits; the question is worded in several ways.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, number_of, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class NumberMultiply:
    """Several integers and their exact product."""

    held_out: bool = False

    name: ClassVar[str] = "number_multiply"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Multiply all these integers: {factors}. Give the exact product as one integer, every digit of it.",
        "What is the exact value of {expression}? Write one integer, with no rounding and no exponent.",
        "Here is a list of whole numbers: {factors}. Work out the product of all of them and answer with "
        "that integer alone.",
        "Compute {expression} exactly. The answer is one integer in ordinary decimal digits.",
        "A calculator is fed the factors {factors} and multiplies them together. Which integer does it show, "
        "if it shows every digit?",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Start from 1 and multiply in turn by each of {factors}. State the resulting integer in full.",
        "Evaluate the product {expression}. Answer with the integer itself, all digits written out.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The product has many digits, so I let Python multiply exactly.",
        "I will multiply the factors one after another in Python.",
        "Python integers are exact, so a short loop gives the product.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            f"numbers = {given['factors']}\nproduct = 1\n"
            "for number in numbers:\n    product *= number\nprint(product)"
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    digits = scaled(difficulty, 2, 5)
    count = scaled(difficulty, 2, 4) + rng.randint(0, difficulty > 0.3)
    factors = [number_of(rng, rng.randint(digits, digits + 1)) for _ in range(count)]
    if difficulty > 0.2:
        factors = [-factor if rng.random() < 0.25 else factor for factor in factors]
    product = 1
    for factor in factors:
        product *= factor
    expression = " * ".join(str(f) if f > 0 else f"({f})" for f in factors)
    return {"factors": list(factors), "expression": expression}, str(product)
