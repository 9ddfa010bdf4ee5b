"""Count the discs, squares or triangles of a picture; the folder's docstring says more.

The shapes lie apart; their sizes and colours say nothing about their kind.
"""

import random
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.painting import COLOURS, READ, Canvas, filed, pictured
from reckon.values import Grade, Problem

KINDS = ("disc", "square", "triangle")
CELL, ACROSS, DOWN = 32, 10, 8
SAYS = "Answer with one whole number, written in decimal digits."
_COUNT = """ink = (picture < 255).any(axis=2)
labels = np.where(ink, np.arange(1, ink.size + 1).reshape(ink.shape), 0)
while True:
    spread = labels.copy()
    for axis in (0, 1):
        for step in (1, -1):
            spread = np.maximum(spread, np.roll(spread, step, axis))
    spread[~ink] = 0
    if (spread == labels).all():
        break
    labels = spread
count = 0
for label in np.unique(labels[labels > 0]):
    ys, xs = np.nonzero(labels == label)
    share = len(ys) / ((np.ptp(ys) + 1) * (np.ptp(xs) + 1))
    kind = "square" if share > 0.95 else "disc" if share > 0.65 else "triangle"
    count += kind == "{kind}"
print(count)"""


@dataclass(frozen=True, slots=True)
class CountShapes:
    """How many discs does the picture show?"""

    held_out: bool = False

    name: ClassVar[str] = "count_shapes"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "The picture {file} shows discs, squares and triangles on white. How many {kind}s are there? " + SAYS,
        "Count the {kind}s in {file}. Shapes lie apart and may have any colour and size. " + SAYS,
        "{file} is a picture of coloured shapes: discs, squares, triangles. Find the number of {kind}s. "
        + SAYS,
        "Of the shapes in the picture {file}, how many are {kind}s? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Someone drew shapes that do not touch into {file}. Tell how many of them are {kind}s. " + SAYS,
        "Look at {file}. The number of {kind}s in it is wanted. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will label the connected shapes and tell each kind by its filled share.",
        "Let me find the separate shapes and compare their areas with their boxes.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        problem = pose(self, rng, difficulty, _draw)
        canvas = Canvas(CELL * ACROSS, CELL * DOWN)
        for kind, colour, x, y, radius in cast("list[list[str | int]]", problem.metadata["shapes"]):
            _paint(canvas, str(kind), str(colour), (int(x), int(y), int(radius)))
        return pictured(problem, canvas)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return READ.format(**problem.metadata) + _COUNT.format(**problem.metadata)


def _paint(canvas: Canvas, kind: str, colour: str, place: tuple[int, int, int]) -> None:
    x, y, radius = place
    if kind == "disc":
        canvas.disc(x, y, radius, colour)
    elif kind == "triangle":
        canvas.triangle(x, y, radius, colour)
    else:
        canvas.rectangle(x - radius, y - radius, x + radius + 1, y + radius + 1, colour)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    kind = rng.choice(KINDS)
    count = rng.randint(2, scaled(difficulty, 9, 24))
    others = scaled(difficulty, 3, 40) + rng.randint(0, 3)
    kinds = [kind] * count + rng.choices([one for one in KINDS if one != kind], k=others)
    cells = rng.sample(range(ACROSS * DOWN), len(kinds))
    shapes: list[list[str | int]] = []
    for one, cell in zip(kinds, cells, strict=True):
        radius = rng.randint(6, 13)
        slack = CELL // 2 - radius - 2  # one pixel of white at least on every side
        x = cell % ACROSS * CELL + CELL // 2 + rng.randint(-slack, slack)
        y = cell // ACROSS * CELL + CELL // 2 + rng.randint(-slack, slack)
        shapes.append([one, rng.choice(list(COLOURS)), x, y, radius])
    return filed("shapes", {"kind": kind, "shapes": shapes}), str(count)
