"""Pattern Recognition of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame
(arXiv:2408.15778).

Differs from it: the largest square is asked and is the only one of its size. The original asks for any square
of side 3 or more, of which a square of side 4 holds five; its check that there is one square lets others of
side 3 pass.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
SMALLEST = 3
SAYS = (
    "Give the position of that square's bottom right cell as row, column; both count from 0, rows from the "
    "top and columns from the left."
)


@dataclass(frozen=True, slots=True)
class PatternRecognition:
    """Where in a matrix of letters is the largest square of one letter?"""

    held_out: bool = False

    name: ClassVar[str] = "pattern_recognition"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "In the matrix of letters below, find the largest square block of cells that all hold the same "
        "letter: as many rows as columns, next to each other, without gaps. Only one block has that size, "
        "and its side is at least three.\n{matrix}\n" + SAYS,
        "Look at this matrix:\n{matrix}\nSomewhere in it a square is filled with one single letter. Smaller "
        "squares of one letter may exist too, but exactly one is the biggest (side three or more). " + SAYS,
        "A square of a matrix is a group of k neighbouring rows crossed with k neighbouring columns. Which "
        "square of equal letters has the largest k in the following matrix? There is exactly one.\n"
        "{matrix}\n" + SAYS,
        "Among all square blocks made of one repeated letter, one in this grid is larger than all others.\n"
        "{matrix}\nIts sides run along rows and columns and measure at least three cells. Locate it. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{matrix}\nThis grid of letters hides one uniform square (all cells the same letter, equal height "
        "and width) that is bigger than every other uniform square in it. " + SAYS,
        "Search the letter grid for its biggest one-letter square, which is unique; one has to compare "
        "sides, counted in cells.\n{matrix}\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will compute, for each cell, the largest square that ends there.",
        "Dynamic programming over the cells finds the biggest uniform square.",
        "Let me scan the matrix in Python for the largest one-letter square.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        lines = str(problem.metadata["matrix"]).replace(" ", "").splitlines()
        return (
            f"rows = {lines}\nbest, where = 0, None\nsides = []\n"
            "for i, row in enumerate(rows):\n"
            "    sides.append([])\n"
            "    for j, letter in enumerate(row):\n"
            "        side = 1\n"
            "        if i and j and letter == rows[i - 1][j] == row[j - 1] == rows[i - 1][j - 1]:\n"
            "            side += min(sides[i - 1][j], sides[i][j - 1], sides[i - 1][j - 1])\n"
            "        sides[i].append(side)\n"
            "        if side > best:\n"
            "            best, where = side, (i, j)\n"
            'print(f"{where[0]}, {where[1]}")'
        )


def largest(rows: list[list[str]]) -> list[tuple[int, int]]:
    """The bottom right corners of the largest uniform squares of side SMALLEST or more."""
    side, found, corners = SMALLEST, _corners(rows, SMALLEST), []
    while found:
        side, corners = side + 1, found
        found = _corners(rows, side)
    return corners


def _corners(rows: list[list[str]], side: int) -> list[tuple[int, int]]:
    """Where a uniform square of this side ends."""
    return [
        (i + side - 1, j + side - 1)
        for i in range(len(rows) - side + 1)
        for j in range(len(rows[0]) - side + 1)
        if rows[i][j] == rows[i + side - 1][j + side - 1]
        and all(row[j : j + side] == [rows[i][j]] * side for row in rows[i : i + side])
    ]


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Smaller blocks and few letters mislead the eye; drawn again until one square is the largest."""
    height, width = (scaled(difficulty, 7, 18) + rng.randint(0, 2) for _ in range(2))
    letters = rng.sample(LETTERS, scaled(difficulty, 12, 4))
    rows = [[rng.choice(letters) for _ in range(width)] for _ in range(height)]
    side = rng.randint(SMALLEST, SMALLEST + scaled(difficulty, 0, 2))
    for _ in range(scaled(difficulty, 0, 6)):
        _fill(
            rng,
            rows,
            rng.choice(letters),
            *rng.choice(((side, side - 1), (side - 1, side), (side - 1, side - 1))),
        )
    _fill(rng, rows, rng.choice(letters), side, side)
    corners = largest(rows)
    if len(corners) != 1:
        return _draw(rng, difficulty)
    matrix = "\n".join(" ".join(row) for row in rows)
    return {"matrix": matrix}, "{}, {}".format(*corners[0])


def _fill(rng: random.Random, rows: list[list[str]], letter: str, height: int, width: int) -> None:
    top, left = rng.randrange(len(rows) - height + 1), rng.randrange(len(rows[0]) - width + 1)
    for row in rows[top : top + height]:
        row[left : left + width] = [letter] * width
