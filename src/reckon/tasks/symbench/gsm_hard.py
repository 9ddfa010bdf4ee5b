"""GSM-Hard of SymBench (Chen et al., 2025, arXiv:2502.04350, Reasoning): word problems with large numbers.

GSM-Hard is Gao et al., PAL, 2022, arXiv:2211.10435: GSM8K's problems with one number each made large. Differs
from it: fifteen schemas of our own instead of its 1,319 problems, every number drawn so that the story stays
possible (no negative counts, no part of a person) and the answer is a whole number; two tellings of each
story.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material import schemas
from reckon.tasks.material.family import pose
from reckon.tasks.material.stories import SCHEMAS
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class GsmHard:
    """A story with large numbers and one whole number as its answer."""

    held_out: bool = False

    name: ClassVar[str] = "gsm_hard"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} Answer with the number alone, without a unit.",
        "Solve the following problem and give only the final number, with no unit.\n\n{story}",
        "{story}\n\nWork it out; the result is a whole number. Leave out the unit.",
        "Word problem: {story} (The answer is one integer; do not write what it counts.)",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{retold} State the result as one whole number, no unit.",
        "Read carefully and calculate.\n{retold}\nThe final answer is a single integer without a unit.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will name the quantities and compute them step by step in Python.",
        "The numbers are large, so Python does the arithmetic of each step.",
        "Let me turn the story into a few lines of code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
