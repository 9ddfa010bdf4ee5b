"""Eight Queen of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning), after LogicGame (2408.15778).

Differs from it: up to six given queens and 22 blocked cells, so that few placements fit.
"""

import functools
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.placements import grade_queens
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

Cell: TypeAlias = tuple[int, int]
SIZE = 8
SAYS = (
    "Give the cells of all eight queens, those that stand already included, as eight pairs of row and "
    'column separated by commas, such as "0 3, 1 6, 2 0" for three of them. Rows are counted from 0 at the '
    "top to 7, columns from 0 at the left to 7. The order of the pairs is free, and one solution is enough."
)


@dataclass(frozen=True, slots=True)
class EightQueen:
    """Complete a board to eight queens that do not attack each other."""

    held_out: bool = False

    name: ClassVar[str] = "eight_queen"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "On this board of 8 x 8 cells, Q is a queen, X is a blocked cell and . is a free "
        "cell.\n\n{board}\n\nAdd queens on free cells until there are eight and no two of them share a row, "
        "a column or a diagonal. The queens on the board stay where they are, and no queen may stand on a "
        "blocked cell. " + SAYS,
        "Eight queens puzzle with a start. The board:\n\n{board}\n\nQ marks queens that are fixed, X marks "
        "cells where no queen may be put, dots are empty. Fill up to eight queens so that none attacks "
        "another: at most one queen in every row, column and diagonal of any length; X does not stop an "
        "attack. " + SAYS,
        "Complete the placement below to eight queens.\n\n{board}\n\nLegend: Q = queen already placed (do "
        "not move it), X = forbidden cell, . = empty cell. Two queens must never be in the same row, in the "
        "same column or on the same diagonal, whatever lies between them. " + SAYS,
        "Where must the other queens go?\n\n{board}\n\nThe eight rows above show a chess board from top to "
        "bottom. A queen is written Q, a cell that must stay without a queen X, any other cell a dot. In "
        "the end there have to be eight queens, the shown ones among them, and no two in line with each "
        "other horizontally, vertically or diagonally. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{board}\n\nThis is a chess board; Q: a queen, X: an unusable cell, dot: a usable one. Keep the "
        "queens and put further ones on usable cells so that you have eight, each alone in its row, its "
        "column and both its diagonals. " + SAYS,
        "Some of eight queens have been placed (Q) and some cells are closed (X):\n\n{board}\n\nPlace the "
        "rest on open cells (dots). It is not allowed that two of the eight stand in one row, one column or "
        "one diagonal line, even with closed cells between them. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will place queens row by row and step back where none fits.",
        "Backtracking over rows, keeping given queens and blocked cells, finds a placement.",
        "Let me search with sets of used columns and diagonals.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        rows = str(problem.metadata["board"]).split("\n")
        return grade_queens(_cells(rows, "Q"), _cells(rows, "X"), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """A queen put into the column of another, in its own row; a queen too few or too many."""
        pairs = (problem.answer or "").split(", ")
        moved = []
        for place, pair in enumerate(pairs):
            row, column = pair.split()
            other = f"{row} {(int(column) + 3) % SIZE}"
            moved.append(", ".join([*pairs[:place], other, *pairs[place + 1 :]]))
        return (*moved, ", ".join(pairs[:-1]), ", ".join([*pairs, pairs[0]]), ", ".join([*pairs[:-1], "8 8"]))

    def program(self, problem: Problem) -> str:
        board = str(problem.metadata["board"]).split("\n")
        rows = "".join(f'    "{row}",\n' for row in board)
        return f"""board = [
{rows}]


def place(queens):
    row = len(queens)
    if row == 8:
        return queens
    for column in range(8):
        cell = board[row][column]
        if cell == "X" or "Q" in board[row] and cell != "Q":
            continue
        if any(column == c or abs(column - c) == row - r for r, c in enumerate(queens)):
            continue
        found = place(queens + [column])
        if found:
            return found
    return None


print(", ".join(f"{{row}} {{column}}" for row, column in enumerate(place([]))))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    solution = rng.choice(_solutions())
    queens = list(enumerate(solution))
    given = sorted(rng.sample(queens, scaled(1 - difficulty, 0, 6)))
    others = [cell for cell in itertools.product(range(SIZE), repeat=2) if cell not in queens]
    blocked = sorted(rng.sample(others, scaled(difficulty, 4, 20) + rng.randint(0, 2)))
    board = [
        "".join("Q" if (r, c) in given else "X" if (r, c) in blocked else "." for c in range(SIZE))
        for r in range(SIZE)
    ]
    return {"board": "\n".join(board)}, ", ".join(f"{row} {column}" for row, column in queens)


@functools.cache
def _solutions() -> tuple[tuple[int, ...], ...]:
    """The 92 placements: row r has its queen in column solution[r]."""
    found: list[tuple[int, ...]] = [()]
    for row in range(SIZE):
        found = [
            (*columns, column)
            for columns in found
            for column in range(SIZE)
            if all(column != c and abs(column - c) != row - r for r, c in enumerate(columns))
        ]
    return tuple(found)


def _cells(rows: Sequence[str], sign: str) -> list[Cell]:
    return [(r, c) for r, row in enumerate(rows) for c, found in enumerate(row) if found == sign]
