"""The path of a run: REval (Chen et al., 2024, 2403.16437), CodeExecutor (Liu et al., 2023, 2305.05383).

Differs from them: the whole path is asked for, where REval asks for the next line after a probed one.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.executed import RULES, TRACER, execute, numbered
from reckon.tasks.material.family import Values, pose
from reckon.values import Grade, Problem

SAYS = (
    RULES
    + " List the numbers of all lines that run, from the first to the last, in the order in which they run "
    "and as often as they run, separated by commas."
)


@dataclass(frozen=True, slots=True)
class PredictPath:
    """1, 9, 2, 3, 4, 3, 4, 3, 5: the lines in the order in which they run."""

    held_out: bool = False

    name: ClassVar[str] = "predict_path"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "In this Python program the comment at the end of a line is the line's number.\n\n{shown}\n\nWhich "
        "path does it take when it is run? " + SAYS,
        "{shown}\n\nThe program above is run in Python 3. Each comment says the number of its line. Trace "
        "the run. " + SAYS,
        "Trace this program, line by line. Lines are numbered by comments.\n\n{shown}\n\n" + SAYS,
        "How does control flow through this Python program? A line's number stands behind the # sign.\n\n"
        "{shown}\n\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A debugger steps through the following program and notes the number (in the comment) of every line "
        "that it executes.\n\n{shown}\n\nWhat does it note? " + SAYS,
        SAYS + " The program, in Python, with the numbers of its lines as comments:\n\n{shown}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will trace the program with sys.settrace and record every line event.",
        "Let me run it under a tracer and print the line numbers in order.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return TRACER.format(source=problem.metadata["source"]) + 'print(", ".join(map(str, ran)))'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    done = execute(rng, difficulty)
    values = {"source": done.source, "shown": numbered(done.source)}
    return values, ", ".join(map(str, done.ran.lines))
