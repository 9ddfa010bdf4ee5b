"""Algebra and sequences as mathematics competitions ask them: roots, series, recurrences, polynomials.

Shaped like MATH's Algebra and Intermediate Algebra (Hendrycks et al., 2021, arXiv:2103.03874) and AIME.
Differs from them: ten schemas of our own with drawn numbers and rational answers, compared exactly.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.material import schemas
from reckon.tasks.material.family import pose
from reckon.tasks.material.progressions import SCHEMAS
from reckon.values import Grade, Problem

SAYS = "Answer exactly, with a whole number or a reduced fraction such as 7/9, never rounded."


@dataclass(frozen=True, slots=True)
class AlgebraAndSequences:
    """A question on polynomials, series or recurrences with a rational answer."""

    held_out: bool = False

    name: ClassVar[str] = "algebra_and_sequences"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} " + SAYS,
        "Solve this problem of algebra.\n\n{story}\n\n" + SAYS,
        "{story}\n" + SAYS,
        "Algebra problem: {story} " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "From a competition in algebra.\n{retold}\n" + SAYS,
        "{retold} Do not approximate. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will compute it step by step with exact fractions in Python.",
        "Iterating the definition gives the exact value, so a short loop is enough.",
        "Let me write the sum or recurrence as a small program.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_rational(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
