"""Large powers modulo a number."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class ModularPower:
    """What is 7 ** 345 mod 91?"""

    held_out: bool = False

    name: ClassVar[str] = "modular_power"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "What is {base} ** {exponent} mod {modulus}?",
        "Compute {base}^{exponent} modulo {modulus}.",
        "Find the remainder of {base}^{exponent} divided by {modulus}.",
        "What is {base} to the power {exponent}, modulo {modulus}?",
        "Raise {base} to the power of {exponent} and take it mod {modulus}.",
        "Calculate {base} ** {exponent} % {modulus}.",
        "What remainder does {base}^{exponent} leave when divided by {modulus}?",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Divide {base}^{exponent} by {modulus}: what is the remainder?",
        "Give the value of {base} to the {exponent} mod {modulus}.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The power is huge, so I use pow with a modulus.",
        "I will use modular exponentiation in Python.",
        "Let me compute the remainder with pow.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"print(pow({given['base']}, {given['exponent']}, {given['modulus']}))"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    base = rng.randint(3, scaled(difficulty, 20, 999))
    exponent = rng.randint(20, scaled(difficulty, 99, 9999))
    modulus = rng.randint(50, scaled(difficulty, 199, 9999))
    answer = pow(base, exponent, modulus)
    return {"base": base, "exponent": exponent, "modulus": modulus}, str(answer)
