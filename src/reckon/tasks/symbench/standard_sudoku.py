"""Standard Sudoku of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning), after LogicGame (2408.15778).

Differs from it: 3 to 56 empty cells, not 30 to 55, so that the easiest are easy; a puzzle
with many empty cells may have several solutions, and any counts.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.placements import grade_sudoku
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

ALL = 0b111111111
UNITS = tuple((i // 9, 9 + i % 9, 18 + i // 27 * 3 + i % 9 // 3) for i in range(81))
SAYS = (
    "Write the finished grid as nine rows of nine digits each, from top to bottom, separated by spaces. If "
    "there are several solutions, give one."
)


@dataclass(frozen=True, slots=True)
class StandardSudoku:
    """Fill a 9 x 9 grid so that rows, columns and boxes hold 1 to 9."""

    held_out: bool = False

    name: ClassVar[str] = "standard_sudoku"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Solve this Sudoku. A 0 is an empty cell.\n\n{board}\n\nPut a digit from 1 to 9 into each empty "
        "cell so that every row, every column and each of the nine 3 x 3 boxes holds each digit exactly "
        "once. " + SAYS,
        "Here is a 9 x 9 grid in which 0 stands for a cell that is still free:\n\n{board}\n\nFill the free "
        "cells with digits 1-9. No digit may come twice in a row, in a column or in one of the nine blocks "
        "of 3 x 3 cells that the grid divides into. Digits that are given stay. " + SAYS,
        "Complete the grid.\n\n{board}\n\nRules: cells with 0 get a number from 1 to 9; the other cells "
        "keep theirs; each of the 9 rows, 9 columns and 9 squares (three by three cells, side by side from "
        "the upper left corner) contains all the numbers 1 to 9. " + SAYS,
        "The rows of a Sudoku, with zeros for the gaps, are:\n\n{board}\n\nReplace every zero by a digit "
        "between 1 and 9 such that in no row, no column and no 3 x 3 box a digit is repeated. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{board}\n\nThese are nine rows with some digits missing (0). Find the missing ones: the numbers 1 "
        "to 9 must all be in each row, in each column and in each of the nine 3 x 3 boxes. " + SAYS,
        "Number placement puzzle:\n\n{board}\n\nZeros are to be replaced by 1, 2, ..., 9. Afterwards any "
        "row, any column and any of the nine boxes with sides of three cells must be a permutation of these "
        "nine digits. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will backtrack, always filling the empty cell with the fewest candidates.",
        "Sets of used digits per row, column and box make a fast search.",
        "Let me solve the grid with a recursive search in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_sudoku(cast(Sequence[str], problem.metadata["rows"]), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """Neighbours of a row exchanged, which doubles digits in two columns; a digit too few or many."""
        gold = problem.answer or ""
        starts = range(0, len(gold), 10)
        exchanged = [f"{gold[:i]}{gold[i + 1]}{gold[i]}{gold[i + 2 :]}" for i in starts]
        return (*exchanged, gold[:-1], gold + "1", str(problem.metadata["board"]), gold.replace("1", "2"))

    def program(self, problem: Problem) -> str:
        rows = "".join(f'    "{row}",\n' for row in cast(Sequence[str], problem.metadata["rows"]))
        return f"""rows = [
{rows}]
grid = [[int(digit) for digit in row] for row in rows]
units = [set() for _ in range(27)]


def around(r, c):
    return units[r], units[9 + c], units[18 + r // 3 * 3 + c // 3]


def candidates(cell):
    row, column, box = around(*cell)
    return everything - row - column - box


def solve(empty):
    if not empty:
        return True
    cell = min(empty, key=lambda place: len(candidates(place)))
    rest = [place for place in empty if place != cell]
    r, c = cell
    for digit in sorted(candidates(cell)):
        grid[r][c] = digit
        for unit in around(r, c):
            unit.add(digit)
        if solve(rest):
            return True
        for unit in around(r, c):
            unit.discard(digit)
    return False


everything = set(range(1, 10))
for r in range(9):
    for c in range(9):
        for unit in around(r, c):
            unit.add(grid[r][c])
solve([(r, c) for r in range(9) for c in range(9) if grid[r][c] == 0])
print(" ".join("".join(map(str, row)) for row in grid))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    full = _full(rng)
    holes = set(rng.sample(range(81), scaled(difficulty, 3, 56)))
    shown = "".join("0" if i in holes else digit for i, digit in enumerate(full))
    rows = [shown[start : start + 9] for start in range(0, 81, 9)]
    gold = " ".join(full[start : start + 9] for start in range(0, 81, 9))
    return {"rows": list(rows), "board": "\n".join(rows)}, gold


def _full(rng: random.Random) -> str:
    """A finished grid: the three boxes of the diagonal at random, the rest by search."""
    cells, used = [0] * 81, [0] * 27
    for corner in (0, 30, 60):
        digits = rng.sample(range(9), 9)
        for step, digit in enumerate(digits):
            _put(cells, used, corner + step // 3 * 9 + step % 3, 1 << digit)
    _search(rng, cells, used, [i for i in range(81) if not cells[i]])
    return "".join(str(bit.bit_length()) for bit in cells)


def _put(cells: list[int], used: list[int], place: int, bit: int) -> None:
    cells[place] = bit
    for unit in UNITS[place]:
        used[unit] |= bit


def _search(rng: random.Random, cells: list[int], used: list[int], empty: list[int]) -> bool:
    """Fills the empty cells, the one with the fewest candidates first; bit d - 1 stands for digit d."""
    if not empty:
        return True
    fewest, cell, free = 10, 0, 0
    for place in empty:
        a, b, c = UNITS[place]
        bits = ALL & ~(used[a] | used[b] | used[c])
        count = bits.bit_count()
        if count < fewest:
            fewest, cell, free = count, place, bits
            if count <= 1:
                break
    rest = [place for place in empty if place != cell]
    digits = [1 << d for d in range(9) if free >> d & 1]
    rng.shuffle(digits)
    for bit in digits:
        _put(cells, used, cell, bit)
        if _search(rng, cells, used, rest):
            return True
        for unit in UNITS[cell]:
            used[unit] ^= bit
    return False
