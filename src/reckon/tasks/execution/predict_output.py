"""Output prediction: CRUXEval-O (Gu et al., 2024, 2401.03065) and CodeI/O (Li et al., 2025, 2502.07316).

Differs from them: programs are synthesised, with helper functions, and sized by difficulty.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.literals import grade_literal
from reckon.tasks.material.executed import execute
from reckon.tasks.material.family import Values, pose
from reckon.values import Grade, Problem

SAYS = "Give the value as a Python literal and nothing else: texts in quotes, lists and dictionaries in full."


@dataclass(frozen=True, slots=True)
class PredictOutput:
    """What does f([3, 1, 4], 7) return?"""

    held_out: bool = False

    name: ClassVar[str] = "predict_output"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Here is a Python program:\n\n{code}\n\nWhat does {call} return? " + SAYS,
        "{code}\n\nAfter these definitions, {call} is evaluated in Python 3. What is its value? " + SAYS,
        "Predict the result of a call. The code is Python:\n\n{code}\n\nThe call: {call}\n\n" + SAYS,
        "Consider f, defined in Python as follows.\n\n{code}\n\nWhich value does {call} have? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Someone runs this Python code and then calls {call}:\n\n{code}\n\nWhat comes back? " + SAYS,
        "Determine what {call} gives, where f is this Python function:\n\n{code}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will run the definitions and print what the call returns.",
        "Let me execute the function on these arguments in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_literal(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return f"{problem.metadata['code']}\n\nprint(repr({problem.metadata['call']}))"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    done = execute(rng, difficulty)
    return {"code": done.code, "call": done.call}, repr(done.value)
