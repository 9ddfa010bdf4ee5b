"""Combinatorics, chances and figures as mathematics competitions ask them.

Shaped like MATH's Counting & Probability and Geometry (Hendrycks et al., 2021, arXiv:2103.03874) and AIME.
Differs from them: eight schemas of our own with drawn numbers and rational answers, compared exactly; none is
one of `math_counting_and_probability` or `math_geometry`.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.material import schemas
from reckon.tasks.material.chances import SCHEMAS
from reckon.tasks.material.family import pose
from reckon.values import Grade, Problem

SAYS = "Answer exactly, with a whole number or a reduced fraction such as 7/9, never rounded."


@dataclass(frozen=True, slots=True)
class CombinatoricsAndChances:
    """A number of ways, a chance, a mean or a part of an area, exactly."""

    held_out: bool = False

    name: ClassVar[str] = "combinatorics_and_chances"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} " + SAYS,
        "Solve this problem exactly.\n\n{story}\n\n" + SAYS,
        "{story}\n" + SAYS,
        "Competition problem: {story} " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "From a competition in combinatorics.\n{retold}\n" + SAYS,
        "{retold} Do not approximate. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will count the cases with a table or a loop in Python.",
        "Exact fractions keep the chance exact, so I use them throughout.",
        "Let me build the count step by step from smaller cases.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_rational(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
