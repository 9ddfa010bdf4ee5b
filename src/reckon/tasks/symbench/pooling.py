"""Pooling of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame (arXiv:2408.15778).

Differs from it: minimum pooling and steps of two are drawn as well; the matrix need not be square; averages
are over windows of 2 x 2 or 4 x 4, so that they are short exact decimals and no tolerance is needed.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.grids import grade_values
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

RULES = {"maximum": "the largest", "minimum": "the smallest", "average": "the mean (sum divided by count)"}
CODES = {"maximum": "max(window)", "minimum": "min(window)", "average": "sum(window) / len(window)"}
REDUCTIONS: dict[str, Callable[[Sequence[int]], float]] = {
    "maximum": max,
    "minimum": min,
    "average": lambda window: sum(window) / len(window),
}
SAYS = (
    "Write the numbers of the new matrix row by row from the top, each row from left to right, all in one "
    "line and separated by commas; exact decimals where a number is not whole."
)


@dataclass(frozen=True, slots=True)
class Pooling:
    """The maximum, minimum or average in a window that slides over a matrix."""

    held_out: bool = False

    name: ClassVar[str] = "pooling"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "A window of {size} x {size} cells slides over the matrix below. It starts in the top left corner. "
        "Its step is {stride}: it moves that many cells to the right at a time and, for the next row of "
        "windows, that many cells down, and never leaves the matrix. At each place, write down {rule} of the "
        "numbers in the window; together they form a new, smaller matrix.\n{matrix}\n" + SAYS,
        "Apply {kind} pooling to this matrix, with a square window whose side is {size} and a step of "
        "{stride} in both directions:\n{matrix}\nThat means: place the window at the top left, take {rule} "
        "of the numbers it covers, move it on by the step, row of windows after row of windows, only where "
        "it fits as a whole. " + SAYS,
        "Given the matrix\n{matrix}\nreplace every {size} by {size} block of neighbouring cells by {rule} of "
        "its numbers. The upper left cells of the blocks lie {stride} apart in each direction, beginning at "
        "the matrix's upper left cell; blocks that would stick out are left out. Keep the results in the "
        "blocks' order. " + SAYS,
        "In {kind} pooling, one number stands for each window: {rule} of the numbers in it. Do it on the "
        "matrix\n{matrix}\nfor windows {size} cells high and {size} wide. Neighbouring windows are shifted "
        "by {stride}, the first one is in the top left corner, and all windows lie inside the "
        "matrix. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Matrix:\n{matrix}\nShrink it as follows. Cut out all {size} x {size} squares that lie fully inside, "
        "where rows and columns of squares begin at the first row and column and then every {stride} "
        "further. Put {rule} of a square's numbers in the square's place. " + SAYS,
        "Here are the rows of a matrix.\n{matrix}\nPool it: side of the window {size}, stride {stride}, no "
        "padding, and from each window keep {rule} of its numbers. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will slide the window over the matrix with two loops.",
        "Two nested loops over window corners give every pooled value.",
        "Let me cut out each window in Python and reduce it.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_values(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            f"rows = {given['rows']}\nsize, step = {given['size']}, {given['stride']}\npooled = []\n"
            "for top in range(0, len(rows) - size + 1, step):\n"
            "    for left in range(0, len(rows[0]) - size + 1, step):\n"
            "        window = []\n"
            "        for row in rows[top : top + size]:\n"
            "            window += row[left : left + size]\n"
            f"        value = {CODES[str(given['kind'])]}\n"
            "        pooled.append(int(value) if value == int(value) else value)\n"
            'print(", ".join(map(str, pooled)))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    height, width = (scaled(difficulty, 3, 8) + rng.randint(0, 1) for _ in range(2))
    kind = rng.choice(tuple(RULES))
    sizes = (2, 4) if kind == "average" else (2, 3, 4)
    size = rng.choice([size for size in sizes if size < min(height, width)])
    stride = 2 if difficulty > 0.4 and rng.random() < 0.25 else 1
    most = scaled(difficulty, 9, 99)
    rows = [[rng.randint(-most // 2, most) for _ in range(width)] for _ in range(height)]
    gold = ", ".join(map(_shown, _pooled(rows, size, stride, kind)))
    values: dict[str, JSON] = {
        "rows": [list(row) for row in rows],
        "matrix": "\n".join(", ".join(map(str, row)) for row in rows),
        "size": size,
        "stride": stride,
        "kind": kind,
        "rule": RULES[kind],
    }
    return values, gold


def _pooled(rows: list[list[int]], size: int, stride: int, kind: str) -> list[float]:
    return [
        REDUCTIONS[kind]([number for row in rows[i : i + size] for number in row[j : j + size]])
        for i in range(0, len(rows) - size + 1, stride)
        for j in range(0, len(rows[0]) - size + 1, stride)
    ]


def _shown(number: float) -> str:
    """Sixteenths are exact in binary: the shortest decimal is the number itself."""
    return str(int(number)) if number == int(number) else str(number)
