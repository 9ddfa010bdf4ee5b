"""2048 of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution): one tile is led over a grid.

Differs from it: the tile that moves is never an empty cell, the question says what happens at the edge and
after a merge, and there are up to 22 steps on grids of up to 6 x 6.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.grids import grade_values
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

STEPS = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}
TRIES = 20
SAYS = (
    "Answer with the numbers of the whole final grid, row by row from the top and from left to right within "
    "a row, all in one line and separated by commas, 0 for an empty cell."
)


@dataclass(frozen=True, slots=True)
class Game2048:
    """The grid after one tile was moved step by step and joined with equal ones."""

    held_out: bool = False

    name: ClassVar[str] = "game_2048"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "In this grid of {n} x {n} cells the numbers are tiles and 0 is an empty cell:\n{grid}\n\nOnly one "
        "tile moves: the one that is now in row {row} and column {column} (counted from 1, from the top and "
        "from the left). It makes one step of one cell per letter of {moves}: u is up, d down, l left, r "
        "right. If the next cell is empty, the tile moves there. If the next cell holds a tile with the same "
        "number, the moving tile moves there and the two become one tile with the sum, which is the one that "
        "moves from then on. If the next cell holds another number or lies outside the grid, the tile stays "
        "where it is and the letter is used up. What does the grid look like at the end? " + SAYS,
        "A game with powers of two. The board ({n} rows, {n} columns, 0 = nothing there):\n{grid}\n\nYou "
        "steer the tile at row {row}, column {column}; the top left cell is row 1, column 1. The commands "
        "are {moves}, one letter for each single step (u up, d down, l left, r right). Stepping into an "
        "empty cell leaves the old cell empty. Stepping onto an equal tile merges both into one tile of "
        "double value in that cell, and you go on steering it. A step against a different number or over the "
        "border does not happen. Give the board after all commands. " + SAYS,
        "Trace one tile through this {n} x {n} grid, in which 0 marks free cells:\n{grid}\n\nThe tile begins "
        "at ({row}, {column}), that is row {row} from the top and column {column} from the left. "
        "Instructions: {moves} (u, d, l, r for one cell up, down, left, right). A free target cell: it goes "
        "there, and the cell it left becomes 0. A target with the same value: both unite in the target cell "
        "with twice the value and continue as one. A target with another value, or no cell at all: this "
        "instruction is ignored. " + SAYS,
        "Grid ({n} by {n}, empty cells written 0):\n{grid}\n\nMove the tile from cell ({row}, {column}), "
        "given as (row, column) and counted from 1 at the top left, by the sequence {moves}. Every letter "
        "tries to move it to the neighbouring cell above (u), below (d), on the left (l) or on the right "
        "(r). This works if that cell is empty, or if it has the same number: then the numbers add up there, "
        "and the sum is what moves next. Otherwise, also at the edge, nothing changes. All other tiles stand "
        "still. What is the final grid? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Simulate the moves {moves} of a single tile. The letters mean one cell up (u), down (d), left (l), "
        "right (r). The tile is at row {row}, column {column}, counting from 1 from the upper left corner "
        "of\n{grid}\n\nwhere 0 stands for no tile. It can enter an empty cell, and a cell with its own "
        "value, where the two fuse into double the value and move on together. It cannot enter other cells "
        "or leave the grid: such a letter has no effect. Cells that it leaves are empty. " + SAYS,
        "On the following board with {n} rows and {n} columns, push the number at ({row}, {column}) around "
        "(first the row from the top, then the column from the left, both from 1):\n{grid}\n\nPushes in "
        "order: {moves}, with u = up, d = down, l = left, r = right, one cell each. Pushed into a 0, the "
        "number changes places with it. Pushed into an equal number, it swallows that number, doubles, and "
        "sits in its cell, leaving 0 behind. A push into a different number or off the board fails and "
        "changes nothing. Write down the board after the last push. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will follow the tile step by step on the grid in Python.",
        "A loop over the letters with bounds and merge checks does it.",
        "Let me simulate each step and print the final grid.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_values(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        start = cast(int, given["row"]) - 1, cast(int, given["column"]) - 1
        return (
            f"grid = {given['rows']}\nrow, column = {start}\nn = len(grid)\n"
            'steps = {"u": (-1, 0), "d": (1, 0), "l": (0, -1), "r": (0, 1)}\n'
            f"for letter in {given['moves']!r}:\n"
            "    down, right = steps[letter]\n"
            "    to_row, to_column = row + down, column + right\n"
            "    if 0 <= to_row < n and 0 <= to_column < n:\n"
            "        if grid[to_row][to_column] in (0, grid[row][column]):\n"
            "            grid[to_row][to_column] += grid[row][column]\n"
            "            grid[row][column] = 0\n"
            "            row, column = to_row, to_column\n"
            'print(", ".join(str(number) for line in grid for number in line))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Draws again while there is no merge, up to TRIES times, and while nothing changes."""
    n = scaled(difficulty, 3, 6)
    values: dict[str, JSON] = {}
    for _ in range(TRIES):
        rows = [[0] * n for _ in range(n)]
        filled = rng.sample(range(n * n), rng.randint(n, 2 * n + scaled(difficulty, 0, n)))
        for cell in filled:
            rows[cell // n][cell % n] = rng.choice((2, 2, 4, 4, 8, 16))
        row, column = divmod(filled[0], n)
        moves = "".join(rng.choices("udlr", k=scaled(difficulty, 3, 20) + rng.randint(0, 2)))
        values = {
            "n": n,
            "rows": [list(line) for line in rows],
            "grid": "\n".join(", ".join(map(str, line)) for line in rows),
            "row": row + 1,
            "column": column + 1,
            "moves": moves,
        }
        if _merges(rows, row, column, moves):
            break
    if rows == values["rows"]:
        return _draw(rng, difficulty)
    return values, ", ".join(str(number) for line in rows for number in line)


def _merges(rows: list[list[int]], row: int, column: int, moves: Sequence[str]) -> int:
    """Changes the rows by the moves; how often tiles were merged."""
    merges = 0
    for letter in moves:
        i, j = row + STEPS[letter][0], column + STEPS[letter][1]
        if not (0 <= i < len(rows) and 0 <= j < len(rows)) or rows[i][j] not in (0, rows[row][column]):
            continue
        merges += rows[i][j] != 0
        rows[i][j] += rows[row][column]
        rows[row][column] = 0
        row, column = i, j
    return merges
