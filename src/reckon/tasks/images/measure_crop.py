"""Measure a part of a picture: how many of its pixels have a colour. The folder's docstring says more.

Shapes overlap and stick out of the part, so that it has to be cut out and counted, not seen.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.painting import COLOURS, READ, Canvas, filed, pictured
from reckon.values import Grade, Problem

WIDTH, HEIGHT = 320, 240
PART = (
    "columns {left} to {right} and rows {top} to {bottom} (counted from 0 at the top left; the first number "
    "belongs to the part, the second does not)"
)
SAYS = "Answer with one whole number, written in decimal digits."
_COUNT = """red_green_blue = {rgb}
total = 0
for row in picture[{top}:{bottom}, {left}:{right}]:
    same = (row == red_green_blue).all(axis=1)
    total += int(same.sum())
print(total)"""


@dataclass(frozen=True, slots=True)
class MeasureCrop:
    """How many pixels of this part of the picture are blue?"""

    held_out: bool = False

    name: ClassVar[str] = "measure_crop"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Crop the picture {file} to "
        + PART
        + ". How many pixels of it are {colour}, of RGB ({rgb})? "
        + SAYS,
        "In the picture {file}, look at " + PART + " only: how many pixels there have the RGB value ({rgb}) "
        "({colour})? " + SAYS,
        "Count the {colour} pixels, RGB ({rgb}), in one part of {file}: " + PART + ". " + SAYS,
        "How large, in pixels, is the {colour} area (RGB ({rgb})) within "
        + PART
        + " of the picture {file}? "
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Take the part of {file} that holds "
        + PART
        + ", and measure what is {colour} in it, RGB ({rgb}), in "
        "pixels. " + SAYS,
        "{file} is cut down to "
        + PART
        + ". Tell the number of its {colour} pixels; {colour} is RGB ({rgb}). "
        + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will crop the array and count the pixels of exactly this colour.",
        "Let me go through the rows of the part and add up equal pixels.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        problem = pose(self, rng, difficulty, _draw)
        return pictured(problem, _painted(cast("list[list[str | int]]", problem.metadata["shapes"])))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return READ.format(**problem.metadata) + _COUNT.format(**problem.metadata)


def _painted(shapes: Sequence[Sequence[str | int]]) -> Canvas:
    canvas = Canvas(WIDTH, HEIGHT)
    for kind, colour, x, y, radius in shapes:
        draw = canvas.disc if kind == "disc" else canvas.triangle
        draw(int(x), int(y), int(radius), str(colour))
    return canvas


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    high = scaled(difficulty, 24, 200) + rng.randint(0, 16)
    wide = high + rng.randint(0, 60)
    top, left = rng.randint(0, HEIGHT - high), rng.randint(0, WIDTH - wide)
    shapes: list[list[str | int]] = [
        [rng.choice(("disc", "triangle")), rng.choice(list(COLOURS)), rng.randint(0, WIDTH - 1),
         rng.randint(0, HEIGHT - 1), rng.randint(12, 40)]
        for _ in range(scaled(difficulty, 12, 30))
    ]  # fmt: skip
    colour = rng.choice(list(COLOURS))
    # One of the asked colour lies in the part for sure.
    shapes.append(["disc", colour, left + rng.randrange(wide), top + rng.randrange(high), rng.randint(9, 30)])
    right, bottom = left + wide, top + high
    values: Values = {
        "left": left,
        "top": top,
        "right": right,
        "bottom": bottom,
        "colour": colour,
        "rgb": list(COLOURS[colour]),
        "shapes": shapes,
    }
    return filed("picture", values), str(_painted(shapes).count(left, top, right, bottom, colour))
