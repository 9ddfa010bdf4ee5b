"""Matrix Transformation of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame
(2408.15778).

Differs from it: the original turns a matrix by 90 degrees once; here up to six turns, mirrorings and cyclic
shifts follow each other.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.grids import grade_cells
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

CELLS = ("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "123456789", "!@#$%^&*", "ABCDEFGHIJKLMNOPQRSTUVWXYZ123456789!@#$%^&*")
# Told in words, and as code on a list of rows m.
STEPS = {
    "rotate the matrix 90 degrees clockwise": "[list(column) for column in zip(*m[::-1])]",
    "rotate the matrix 90 degrees counterclockwise": "[list(column) for column in zip(*m)][::-1]",
    "rotate the matrix by 180 degrees": "[row[::-1] for row in m[::-1]]",
    "reverse the order of the columns (mirror left to right)": "[row[::-1] for row in m]",
    "reverse the order of the rows (mirror top to bottom)": "m[::-1]",
    "transpose the matrix (the first row becomes the first column, and so on)": "[list(c) for c in zip(*m)]",
    "move every row one place down, the bottom row to the top": "m[-1:] + m[:-1]",
    "move every column one place to the right, the last column to the front": "[r[-1:] + r[:-1] for r in m]",
}
SAYS = (
    "Write all cells of the resulting matrix row by row from the top, each row from left to right, in one "
    "line and separated by commas."
)


@dataclass(frozen=True, slots=True)
class MatrixTransformation:
    """A matrix of characters, rotated, mirrored and shifted."""

    held_out: bool = False

    name: ClassVar[str] = "matrix_transformation"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Take the matrix of characters\n{matrix}\nand change it as told, each step applied to the result of "
        "the step before:\n{steps}\n" + SAYS,
        "A {height} x {width} matrix (rows x columns) has one character in each cell:\n{matrix}\nPerform "
        "these operations in the given order:\n{steps}\nWhat is the result? " + SAYS,
        "Do the following to a matrix, one after the other:\n{steps}\nThe matrix is\n{matrix}\nwhere a space "
        "divides the cells of a row. " + SAYS,
        "Here are the {height} rows of a table of single characters.\n{matrix}\nWhat does the table hold "
        "after the steps below, done in order?\n{steps}\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Operations, first to last:\n{steps}\nApply them to this grid of characters:\n{matrix}\n" + SAYS,
        "The grid\n{matrix}\nis rearranged. Each of these lines acts on what the previous one left:\n"
        "{steps}\nFind the grid at the end. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will apply each step to a list of rows in Python.",
        "Rotations are zips of reversed rows, so the code stays short.",
        "Let me carry out the steps in order and print the cells.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_cells(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        rows = [line.split() for line in str(given["matrix"]).splitlines()]
        order = cast(Sequence[str], given["order"])
        lines = [f"m = {rows}", *(f"m = {STEPS[step]}" for step in order)]
        return "\n".join([*lines, 'print(", ".join(cell for row in m for cell in row))'])


def transformed(rows: Sequence[Sequence[str]], step: str) -> list[list[str]]:
    """One of STEPS, cell by cell: what stands at (i, j) of the result."""
    height, width = len(rows), len(rows[0])
    turns = "90" in step or "transpose" in step
    sources = {
        "rotate the matrix 90 degrees clockwise": lambda i, j: (height - 1 - j, i),
        "rotate the matrix 90 degrees counterclockwise": lambda i, j: (j, width - 1 - i),
        "rotate the matrix by 180 degrees": lambda i, j: (height - 1 - i, width - 1 - j),
        "reverse the order of the columns (mirror left to right)": lambda i, j: (i, width - 1 - j),
        "reverse the order of the rows (mirror top to bottom)": lambda i, j: (height - 1 - i, j),
        "transpose the matrix (the first row becomes the first column, and so on)": lambda i, j: (j, i),
        "move every row one place down, the bottom row to the top": lambda i, j: ((i - 1) % height, j),
        "move every column one place to the right, the last column to the front": lambda i, j: (
            i,
            (j - 1) % width,
        ),
    }
    places = (range(width), range(height)) if turns else (range(height), range(width))
    result = []
    for i in places[0]:
        sourced = [sources[step](i, j) for j in places[1]]
        result.append([rows[a][b] for a, b in sourced])
    return result


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """No step stands twice in a row; a result that is the matrix itself is drawn again."""
    height, width = (scaled(difficulty, 3, 6) + rng.randint(0, 1) for _ in range(2))
    characters = rng.choice(CELLS)
    rows = [[rng.choice(characters) for _ in range(width)] for _ in range(height)]
    order: list[str] = []
    for _ in range(scaled(difficulty, 1, 6)):
        order.append(rng.choice([step for step in STEPS if step not in order[-1:]]))
    result = rows
    for step in order:
        result = transformed(result, step)
    if result == rows:
        return _draw(rng, difficulty)
    values: dict[str, JSON] = {
        "matrix": "\n".join(" ".join(row) for row in rows),
        "steps": "\n".join(f"{number}. {step}" for number, step in enumerate(order, 1)),
        "order": list(order),
        "height": height,
        "width": width,
    }
    return values, ", ".join(cell for row in result for cell in row)
