"""Which lines run at all: REval (Chen et al., 2024, 2403.16437) and CodeFlow (Le et al., 2024, 2408.02816).

Differs from them: the set of all covered lines is asked for at once, not one yes or no for each line.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import whole
from reckon.tasks.graders.sequences import items
from reckon.tasks.graders.text import refused, verdict
from reckon.tasks.material.executed import RULES, TRACER, execute, numbered
from reckon.tasks.material.family import Values, pose
from reckon.values import Grade, Problem

SAYS = RULES + " List the numbers of the lines that run at least once, each number once, separated by commas."


@dataclass(frozen=True, slots=True)
class PredictCoverage:
    """1, 2, 3, 5, 9: the lines that run at least once."""

    held_out: bool = False

    name: ClassVar[str] = "predict_coverage"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "In this Python program the comment at the end of a line is the line's number.\n\n{shown}\n\nWhich "
        "lines are covered by a run of the program? " + SAYS,
        "{shown}\n\nThe Python program above is run once; each comment says the number of its line. Which "
        "lines does the run reach? " + SAYS,
        "Work out the line coverage of one run. The numbers of the lines are in the comments.\n\n{shown}\n\n"
        + SAYS,
        "Some lines of the following Python program are executed when it runs, and others are not. (A line's "
        "number stands behind the # sign.)\n\n{shown}\n\nWhich ones are? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A coverage tool watches one run of this program and marks every line that is executed. Comments "
        "number the lines.\n\n{shown}\n\nWhich lines get a mark? " + SAYS,
        SAYS + " The Python program, its lines numbered by comments:\n\n{shown}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will trace the run and collect the set of executed lines.",
        "Let me run the program under sys.settrace and print the sorted line numbers.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        """The same numbers in any order; a number twice is wrong."""
        if refusal := refused(answer):
            return refusal
        given = [whole(item) for item in items(answer)]
        if None in given:
            return Grade(0.0, "not a list of whole numbers")
        if len(set(given)) < len(given):
            return Grade(0.0, "a line is listed twice")
        return verdict(set(given) == {whole(item) for item in items(problem.answer or "")})

    def program(self, problem: Problem) -> str:
        return (
            TRACER.format(source=problem.metadata["source"]) + 'print(", ".join(map(str, sorted(set(ran)))))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """At least one line that could run does not."""
    while True:
        done = execute(rng, difficulty)
        covered = set(done.ran.lines)
        idle = {"", "else:"}
        may = {at for at, line in enumerate(done.source.splitlines(), 1) if line.strip() not in idle}
        if covered < may:
            values = {"source": done.source, "shown": numbered(done.source)}
            return values, ", ".join(map(str, sorted(covered)))
