"""Read a bar chart: add up the bars above a height; the folder's docstring says more.

The chart is drawn pixel for pixel: the axis begins at 0, one unit is a whole number of pixels, ticks carry
their numbers. Bars have colours that mean nothing.
"""

import random
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.painting import COLOURS, READ, Canvas, filed, pictured
from reckon.values import Grade, Problem

LEFT, TOP, BAR, GAP = 40, 12, 12, 8  # pixels: of the margins, of a bar and between two of them
UNIT, STEP, TICKS = 3, 10, 6  # pixels of a unit, units between two ticks, ticks above 0
BOTTOM = TOP + UNIT * STEP * TICKS
READS = "The vertical axis begins at 0 and has a tick every " + str(STEP) + " units; all values are whole."
SAYS = "Answer with one whole number, written in decimal digits."
_SUM = """dark = (picture == 0).all(axis=2)
axis = int(dark.sum(axis=0).argmax())
base = int(dark.sum(axis=1).argmax())
ticks = [y for y in range(base + 1) if dark[y, axis - 1]]
unit = (ticks[1] - ticks[0]) / {step}
ink = (picture < 255).any(axis=2) & ~dark
total, inside = 0, False
for x in range(axis + 1, width):
    if ink[base - 1, x] and not inside:
        value = round(ink[:base, x].sum() / unit)
        if value > {limit}:
            total += value
    inside = bool(ink[base - 1, x])
print(total)"""


@dataclass(frozen=True, slots=True)
class BarChart:
    """What do the bars above 30 add up to?"""

    held_out: bool = False

    name: ClassVar[str] = "bar_chart"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "The picture {file} is a bar chart. "
        + READS
        + " What do the values of all bars above {limit} add up "
        "to? " + SAYS,
        "Read the bars of the chart {file}. " + READS + " Add up every value greater than {limit}. " + SAYS,
        READS
        + " So it is in the bar chart {file}. Find the sum of those values that exceed {limit}. "
        + SAYS,
        "In the bar chart {file}, take the bars that are higher than {limit} and sum their values. "
        + READS
        + " "
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A report shows its figures as bars in {file}. "
        + READS
        + " Leave out those of at most {limit}; give "
        "the total of the others. " + SAYS,
        "{file}: a chart with bars. " + READS + " Which total do the values over {limit} make? " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will find the axis and its ticks, then measure each bar in pixels.",
        "Let me take pixels per unit from the ticks and walk along the base line.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        problem = pose(self, rng, difficulty, _draw)
        values = cast("list[int]", problem.metadata["values"])
        colours = cast("list[str]", problem.metadata["colours"])
        canvas = Canvas(LEFT + GAP + len(values) * (BAR + GAP), BOTTOM + 12)
        for tick in range(TICKS + 1):
            y = BOTTOM - UNIT * STEP * tick
            canvas.span(y, LEFT - 5, LEFT, "black")
            canvas.number(LEFT - 8 - 8 * len(str(STEP * tick)), y - 5, STEP * tick)
        for n, (value, colour) in enumerate(zip(values, colours, strict=True)):
            left = LEFT + GAP + n * (BAR + GAP)
            canvas.rectangle(left, BOTTOM - UNIT * value, left + BAR, BOTTOM, colour)
        canvas.rectangle(LEFT, TOP - 4, LEFT + 1, BOTTOM + 1, "black")
        canvas.span(BOTTOM, LEFT, canvas.width, "black")
        return pictured(problem, canvas)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return READ.format(**problem.metadata) + _SUM.format(step=STEP, **problem.metadata)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    count = scaled(difficulty, 3, 24) + rng.randint(0, 1)
    values = [rng.randint(3, STEP * TICKS - 1) for _ in range(count)]
    limit = rng.randint(2, sorted(values)[-2] - 1)  # two bars at least lie above it
    colours = rng.choices(list(COLOURS), k=count)
    total = sum(value for value in values if value > limit)
    return filed("bars", {"limit": limit, "values": values, "colours": colours}), str(total)
