"""Number theory as mathematics competitions ask it: divisors, remainders, digits, equations.

Shaped like MATH's Number Theory (Hendrycks et al., 2021, arXiv:2103.03874) and AIME. Differs from them: 13
schemas of our own with drawn numbers, whose golds come from formulas and whose programs search or count.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.material import schemas
from reckon.tasks.material.family import pose
from reckon.tasks.material.whole_numbers import SCHEMAS
from reckon.values import Grade, Problem

SAYS = "Answer with one whole number, written in decimal digits."


@dataclass(frozen=True, slots=True)
class NumberTheory:
    """A question on whole numbers with one whole number as its answer."""

    held_out: bool = False

    name: ClassVar[str] = "number_theory"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} " + SAYS,
        "Solve this problem on whole numbers.\n\n{story}\n\n" + SAYS,
        "{story}\n" + SAYS,
        "Number theory: {story} " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A problem from a competition on number theory.\n{retold}\n" + SAYS,
        "{retold} Think before you count. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will count or search directly; the numbers are small enough for Python.",
        "Let me compute it with a loop in Python instead of a formula.",
        "A short program can check every case exactly.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_rational(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
