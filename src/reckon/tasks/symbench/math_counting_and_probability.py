"""MATH-Count&Probability of SymBench (Chen et al., 2025, arXiv:2502.04350, Reasoning): exact counts, chances.

SymBench draws from the Counting & Probability part of MATH (Hendrycks et al., 2021, arXiv:2103.03874).
Differs from it: eleven schemas of our own with drawn numbers; answers are whole numbers or fractions,
compared exactly.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.material import schemas
from reckon.tasks.material.counting import SCHEMAS
from reckon.tasks.material.family import pose
from reckon.values import Grade, Problem

SAYS = "Answer with a whole number or a reduced fraction such as 2/7, no decimals."


@dataclass(frozen=True, slots=True)
class MathCountingAndProbability:
    """How many ways are there, or how likely is it?"""

    held_out: bool = False

    name: ClassVar[str] = "math_counting_and_probability"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} " + SAYS,
        "Solve exactly: {story}\n" + SAYS,
        "{story}\n\nGive the exact value. " + SAYS,
        "Counting and probability.\n\n{story}\n\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{retold} Do not round. " + SAYS,
        "Here is a question on counting or chance.\n{retold}\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will count the cases in Python and keep fractions exact.",
        "A small table over the steps counts every case once.",
        "Let me count the good cases and all cases exactly.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_rational(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
