"""Greatest common divisors and least common multiples."""

import random
from dataclasses import dataclass
from math import gcd, lcm
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

PHRASES = {
    "gcd": ("greatest common divisor", "gcd", "greatest common factor"),
    "lcm": ("least common multiple", "lcm", "smallest common multiple"),
}


@dataclass(frozen=True, slots=True)
class GcdLcm:
    """What is the greatest common divisor of 1071 and 462?"""

    held_out: bool = False

    name: ClassVar[str] = "gcd_lcm"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "What is the {phrase} of {shown}?",
        "Find the {phrase} of {shown}.",
        "Compute the {phrase} of {shown}.",
        "Given {shown}, what is their {phrase}?",
        "The numbers are {shown}. What is the {phrase}?",
        "Calculate the {phrase} for {shown}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Take {shown} and work out the {phrase}.",
        "Which number is the {phrase} of {shown}?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The math module has this function, so I use it.",
        "I will compute it with the math module.",
        "Let me call the right function from math.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        operation, numbers = problem.metadata["operation"], str(problem.metadata["numbers"]).strip("[]")
        return f"from math import {operation}\nprint({operation}({numbers}))"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Every number is a multiple of one common factor, so that few greatest divisors are 1."""
    operation = rng.choice(tuple(PHRASES))
    common = rng.randint(2, scaled(difficulty, 20, 199))
    count = rng.choice((2, 3)) if difficulty >= 0.4 else 2
    numbers = [common * m for m in rng.sample(range(2, scaled(difficulty, 30, 500)), count)]
    answer = gcd(*numbers) if operation == "gcd" else lcm(*numbers)
    shown = " and ".join([", ".join(map(str, numbers[:-1])), str(numbers[-1])])
    phrase = rng.choice(PHRASES[operation])
    return {"numbers": numbers, "shown": shown, "operation": operation, "phrase": phrase}, str(answer)
