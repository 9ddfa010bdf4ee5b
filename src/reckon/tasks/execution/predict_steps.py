"""How many lines run: the number of computation steps that SX-Bench asks for (Yan et al., 2025, 2508.05193).

Differs from it: a step is one run of a line, seen by a tracer, where there the program counts its own steps.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.executed import RULES, TRACER, execute
from reckon.tasks.material.family import Values, pose
from reckon.values import Grade, Problem

SAYS = RULES + " Every run of a line is one step. Give the total number of steps, a whole number."


@dataclass(frozen=True, slots=True)
class PredictSteps:
    """How many steps does this program take?"""

    held_out: bool = False

    name: ClassVar[str] = "predict_steps"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "How many steps does this Python program take from its first line to its end?\n\n{source}\n\n" + SAYS,
        "{source}\n\nThe Python program above is run. Count its steps. " + SAYS,
        "Count how often a line is executed, over all lines, when this Python program is run.\n\n{source}\n\n"
        + SAYS,
        "A program's cost is counted in lines executed. What does a run of this one cost?\n\n{source}\n\n"
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A debugger executes the following Python program line by line, from start to "
        "finish.\n\n{source}\n\nHow many lines does it execute, repetitions included? " + SAYS,
        SAYS + " The program, in Python:\n\n{source}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will run the program under a tracer and count line events.",
        "Let me count executed lines with sys.settrace in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return TRACER.format(source=problem.metadata["source"]) + "print(len(ran))"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    done = execute(rng, difficulty)
    return {"source": done.source}, str(len(done.ran.lines))
