"""One chart from a table: bars, grouped or stacked bars, lines, points or a histogram.

As in Text2Vis and VisPath's benchmarks, see this folder's docstring for what differs.
"""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.material.charts import asked
from reckon.tasks.material.charts.panels import KINDS
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

FORM = asked.FORM.replace("{axes}", "one pair of axes")


@dataclass(frozen=True, slots=True)
class DrawChart:
    """Draw a bar chart of the units by shop."""

    held_out: bool = False

    name: ClassVar[str] = "draw_chart"
    kind: ClassVar[str] = "spatial"
    needs: ClassVar[tuple[str, ...]] = ("matplotlib",)
    templates: ClassVar[tuple[str, ...]] = (
        "Draw a chart of this table, given as CSV:\n\n{table}\n\n{says}\n\n" + FORM,
        "Here is a CSV file.\n\n{table}\n\nThe chart to be made of it: {says}\n\n" + FORM,
        "Write a program for a chart. {says}\n\nThe data:\n\n{table}\n\n" + FORM,
        "A report needs a chart of the following rows.\n\n{table}\n\nIts author asks for this. {says}\n\n"
        + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Visualise the data below as described. {says}\n\n{table}\n\n" + FORM,
        "Table:\n\n{table}\n\nPlease plot it. {says}\n\n" + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will read the rows with csv, compute the values and draw them.",
        "Let me group the rows first and then set the labels as asked.",
        "I write the matplotlib program step by step and check that it compiles.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether the figure shows what was asked for. Raises InfrastructureError for a fault of ours."""
        return await asked.judge(interpreter, problem, answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return asked.mutants(problem)

    def program(self, problem: Problem) -> str:
        return asked.writing(problem)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    kinds = KINDS[:3] if difficulty < 0.4 else KINDS[1:] if difficulty < 0.7 else KINDS[3:]
    return asked.drawn(rng, scaled(difficulty, 6, 26), [rng.choice(kinds)])
