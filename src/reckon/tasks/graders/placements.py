"""Answers that fill a board or a row under constraints: any filling that keeps them is right."""

import re
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from reckon.tasks.graders.grids import unbracketed
from reckon.tasks.graders.sequences import items
from reckon.tasks.graders.text import refused, tidied
from reckon.values import Grade

Cell: TypeAlias = tuple[int, int]
# A kind of constraint, its first and its second item; the second is a position where the kind is "at".
Constraint: TypeAlias = tuple[str, str, str]
_DIGITS = re.compile(r"[0-9]+")


def grade_queens(given: Sequence[Cell], blocked: Sequence[Cell], answer: str, *, size: int = 8) -> Grade:
    """`size` queens that do not attack each other, as "row column" pairs from 0 in any order.

    given: cells that must hold a queen; blocked: cells that must not.
    """
    numbers = _numbers(answer)
    if numbers is None or len(numbers) != 2 * size:
        return Grade(0.0, f"not {size} pairs of a row and a column")
    queens = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(not (row < size and column < size) for row, column in queens):
        return Grade(0.0, "a queen stands outside the board")
    lines = (
        [r for r, _ in queens],
        [c for _, c in queens],
        [r + c for r, c in queens],
        [r - c for r, c in queens],
    )
    if any(len(set(line)) < size for line in lines):
        return Grade(0.0, "two queens attack each other")
    if not set(given) <= set(queens) or set(blocked) & set(queens):
        return Grade(0.0, "a given queen is missing or a queen stands on a blocked cell")
    return Grade(1.0, "the queens keep every condition")


def grade_sudoku(puzzle: Sequence[str], answer: str) -> Grade:
    """81 digits, row by row, however grouped. puzzle: nine rows of nine digits, 0 for an empty cell."""
    if refusal := refused(answer):
        return refusal
    text = unbracketed(tidied(answer))
    cells = re.sub(r"[ ,;|]", "", text or "")
    if not re.fullmatch(r"[1-9]{81}", cells):
        return Grade(0.0, "not 81 digits from 1 to 9")
    rows = [cells[start : start + 9] for start in range(0, 81, 9)]
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    boxes = ["".join(row[c : c + 3] for row in rows[r : r + 3]) for r in (0, 3, 6) for c in (0, 3, 6)]
    if any(len(set(unit)) < 9 for unit in (*rows, *columns, *boxes)):
        return Grade(0.0, "a digit stands twice in a row, a column or a box")
    if any(clue not in ("0", cell) for clue, cell in zip("".join(puzzle), cells, strict=True)):
        return Grade(0.0, "a given digit was changed")
    return Grade(1.0, "the grid keeps every condition")


def grade_arrangement(names: Sequence[str], constraints: Sequence[Constraint], answer: str) -> Grade:
    """Each of `names` once, in an order that keeps every constraint; "C, A, B" from position 1 on.

    Constraints: ("at", X, "2"); ("left", X, Y): X anywhere left of Y; ("right", X, Y); ("beside", X, Y):
    positions that differ by 1; ("apart", X, Y): by more than 1.
    """
    if refusal := refused(answer):
        return refusal
    order = [item.upper() for item in items(answer)]
    if sorted(order) != sorted(names):
        return Grade(0.0, "not each name exactly once")
    positions = {name: place for place, name in enumerate(order, 1)}
    for kind, first, second in constraints:
        if not kept(kind, positions, first, second):
            return Grade(0.0, f"the constraint {kind} {first} {second} is broken")
    return Grade(1.0, "the order keeps every constraint")


def kept(kind: str, positions: Mapping[str, int], first: str, second: str) -> bool:
    """Whether an arrangement keeps one constraint."""
    if kind == "at":
        return positions[first] == int(second)
    gap = positions[second] - positions[first]
    return {"left": gap > 0, "right": gap < 0, "beside": abs(gap) == 1, "apart": abs(gap) > 1}[kind]


def _numbers(answer: str) -> list[int] | None:
    """The small whole numbers of the answer; None if more than numbers, brackets and commas stands in it."""
    if refused(answer):
        return None
    text = unbracketed(tidied(answer))
    parts = re.split(r"[ ,;]+", text.strip()) if text else []
    if not all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts):
        return None
    return [int(part) for part in parts]
