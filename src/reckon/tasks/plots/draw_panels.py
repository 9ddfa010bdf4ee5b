"""Two or three charts of one table beside one another in a figure, with an overall title.

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

# Three panels with one of the longest kind would make a program of more than 60 lines.
THREE_FROM = 0.75
LONG = frozenset({"groups"})
FORM = asked.FORM.replace(
    "{axes}", "as many pairs of axes as the list has numbers, in a row from left to right,"
)


@dataclass(frozen=True, slots=True)
class DrawPanels:
    """Draw a bar chart of the units by shop, and beside it a histogram of the units."""

    held_out: bool = False

    name: ClassVar[str] = "draw_panels"
    kind: ClassVar[str] = "spatial"
    needs: ClassVar[tuple[str, ...]] = ("matplotlib",)
    templates: ClassVar[tuple[str, ...]] = (
        "Draw several charts of this CSV table in one figure:\n\n{table}\n\nFrom left to "
        "right:\n{says}\n\nOverall title:"
        ' "{overall}". ' + FORM,
        'A figure called "{overall}", its overall title, is to show this data:\n\n{table}\n\nIts charts, '
        "from left to"
        " right:\n{says}\n\n" + FORM,
        "Here are the rows of a table.\n\n{table}\n\nMake a figure with these charts side by "
        "side:\n{says}\n\nAbove"
        ' them all stands the title "{overall}". ' + FORM,
        'Write a program for a figure with the overall title "{overall}" and these charts in a '
        "row:\n{says}\n\nThe"
        " data:\n\n{table}\n\n" + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        'Data:\n\n{table}\n\nWanted: one figure, titled "{overall}" as a whole, that holds from left to '
        "right\n{says}"
        "\n\n" + FORM,
        'Lay out a page of charts, "{overall}" (the overall title), for the table below. From left to '
        "right:\n{says}"
        "\n\n{table}\n\n" + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will make a row of axes and draw one chart into each.",
        "Let me compute the values of each chart and label its axes.",
        "One figure with several axes; I fill them from left to right.",
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
    short = [kind for kind in KINDS if kind not in LONG]
    kinds = rng.sample(KINDS[:3] if difficulty < 0.4 else KINDS if difficulty < THREE_FROM else short, 2)
    if difficulty >= THREE_FROM:
        kinds.append(rng.choice([kind for kind in short if kind not in kinds]))
    return asked.drawn(rng, scaled(difficulty, 6, 16), kinds, overall=True)
