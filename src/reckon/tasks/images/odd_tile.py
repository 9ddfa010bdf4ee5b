"""Find the one tile that differs in a picture of equal tiles; the folder's docstring says more.

All tiles hold the same pattern of dots, which differs from picture to picture; in one of them, a dot more or
less is set. A look at the whole does not show it: the tiles have to be cut out and compared.
"""

import random
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.painting import COLOURS, READ, Canvas, filed, pictured
from reckon.values import Grade, Problem

DOTS, DOT, GAP = 6, 4, 4  # dots on a tile's side, pixels of a dot, pixels between tiles
TILE = DOTS * DOT + GAP
NUMBERED = "Tiles are numbered from 1, row by row from the top, each row from the left."
SAYS = "Answer with the number of the tile, in decimal digits."
_FIND = """rows, columns = {rows}, {columns}
high, wide = height // rows, width // columns
seen = {{}}
for row in range(rows):
    for column in range(columns):
        tile = picture[row * high:(row + 1) * high, column * wide:(column + 1) * wide]
        seen.setdefault(tile.tobytes(), []).append(row * columns + column + 1)
for numbers in seen.values():
    if len(numbers) == 1:
        print(numbers[0])"""


@dataclass(frozen=True, slots=True)
class OddTile:
    """Which tile of the picture differs from all others?"""

    held_out: bool = False

    name: ClassVar[str] = "odd_tile"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "The picture {file} consists of equal tiles in {rows} rows and {columns} columns. Only one tile has "
        "another pattern of dots. Which one? " + NUMBERED + " " + SAYS,
        "Find the tile that differs from all others in {file}: {rows} rows of {columns} tiles of the same "
        "size. " + NUMBERED + " " + SAYS,
        NUMBERED + " One of the {rows} x {columns} tiles (rows x columns) of the picture {file} is unlike "
        "the rest. " + SAYS,
        "{file} shows a floor of {rows} rows and {columns} columns of tiles. In only one, a dot is missing "
        "or added. " + NUMBERED + " " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A printer made a sheet of {columns} tiles across and {rows} down, {file}; one tile is faulty. "
        + NUMBERED
        + " "
        + SAYS,
        "Cut {file} into {rows} rows and {columns} columns of tiles of one size. All but one are the same. "
        + NUMBERED
        + " "
        + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will cut the picture into tiles and see which pixels occur once.",
        "Let me group equal tiles and print the number of the single one.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        problem = pose(self, rng, difficulty, _draw)
        values = problem.metadata
        rows, columns = int(cast(int, values["rows"])), int(cast(int, values["columns"]))
        canvas = Canvas(columns * TILE, rows * TILE)
        colour = str(values["colour"])
        for tile in range(rows * columns):
            dots = set(cast("list[int]", values["dots"]))
            dots ^= {cast(int, values["change"])} if tile + 1 == int(problem.answer or 0) else set()
            for dot in dots:
                left = tile % columns * TILE + GAP // 2 + dot % DOTS * DOT
                top = tile // columns * TILE + GAP // 2 + dot // DOTS * DOT
                canvas.rectangle(left, top, left + DOT, top + DOT, colour)
        return pictured(problem, canvas)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return READ.format(**problem.metadata) + _FIND.format(**problem.metadata)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    rows = scaled(difficulty, 2, 7) + rng.randint(0, 1)
    columns = scaled(difficulty, 3, 9) + rng.randint(0, 1)
    odd = rng.randint(1, rows * columns)
    values: Values = {
        "rows": rows,
        "columns": columns,
        "colour": rng.choice(list(COLOURS)),
        "dots": sorted(rng.sample(range(DOTS * DOTS), rng.randint(12, 24))),
        "change": rng.randrange(DOTS * DOTS),
    }
    # The name of the file must not be that of the same tiles with another odd one, nor tell which it is.
    return filed("tiles", {**values, "mark": rng.getrandbits(32)}), str(odd)
