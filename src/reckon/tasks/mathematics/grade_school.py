"""Word problems of grade school, as PAL (Gao et al., 2022, arXiv:2211.10435) and its successors solve them.

Shaped like GSM8K (Cobbe et al., 2021, arXiv:2110.14168) with sentences that do not matter, as in GSM-IC
(Shi et al., 2023, arXiv:2302.00093). Differs from them: 27 schemas of our own with drawn numbers, told in two
ways each, of two to eight steps; a harder problem has up to two sentences that do not matter. `gsm_hard` has
other stories, with larger numbers and no such sentence.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material import long_stories, schemas, short_stories
from reckon.tasks.material.family import pose
from reckon.values import Grade, Problem

SCHEMAS = short_stories.SCHEMAS + long_stories.SCHEMAS


@dataclass(frozen=True, slots=True)
class GradeSchool:
    """A story of several steps and one whole number as its answer; not every number matters."""

    held_out: bool = False

    name: ClassVar[str] = "grade_school"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{story} Answer with the number alone, without a unit.",
        "{story}\n\nGive one whole number, with no unit. Some numbers in the text may not matter.",
        "Here is a word problem.\n\n{story}\n\nThe final answer is a whole number; leave out its unit.",
        "Solve: {story} (Write only the resulting whole number.)",
        "Work through this step by step, then state just the number that is asked for.\n{story}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{retold} The answer is one integer, to be given without a unit.",
        "A question from a school book: {retold}\nSay only the number.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will name the quantities that matter and compute step by step.",
        "Some numbers may not matter; I take the needed ones and calculate in Python.",
        "Let me turn the story into a few lines of Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, schemas.drawing(SCHEMAS))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return schemas.program(SCHEMAS, problem)
