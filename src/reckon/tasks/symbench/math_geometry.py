"""MATH-Geometry of SymBench (Chen et al., 2025, arXiv:2502.04350, Reasoning): exact answers to questions on
figures.

SymBench draws from the Geometry part of MATH (Hendrycks et al., 2021, arXiv:2103.03874). Differs from it:
thirteen schemas of our own with drawn numbers, no figures, and answers that are whole numbers, fractions,
square roots or multiples of pi in a stated plain form, compared exactly.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.exact import grade_surd
from reckon.tasks.material import schemas
from reckon.tasks.material.family import pose
from reckon.tasks.material.geometry import SCHEMAS
from reckon.values import Grade, Problem

SAYS = (
    "Answer exactly and without a unit: a whole number, or a reduced fraction such as 7/9, or with a root as "
    "in 11*sqrt(7)/6 (no square factor left under the root), or with pi as in 55*pi/7."
)


@dataclass(frozen=True, slots=True)
class MathGeometry:
    """A length, an area, a volume, an angle or a number of points, exactly."""

    held_out: bool = False

    name: ClassVar[str] = "math_geometry"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} " + SAYS,
        "Geometry problem: {story}\n" + SAYS,
        "Solve this exactly, with no decimal approximation.\n\n{story}\n\n" + SAYS,
        "{story}\n\nAll lengths are in the same unit. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Find the exact value.\n{retold}\n" + SAYS,
        "{retold} Do not round. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will find a formula for the quantity and evaluate it with exact fractions.",
        "Squares of lengths are rational, so I simplify the root at the end.",
        "Let me compute it exactly in Python, without any decimals.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_surd(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
