"""Reversi of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (arXiv:2408.15778).

Differs from it: the position shown is the one before the moves (SymBench prints the one after them), play is
under way, every move flips something, and boards of 8 x 8 are drawn too.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.grids import grade_cells
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

EMPTY, EDGE = "*", "#"
NAMES = {"0": "Black", "1": "White"}
SAYS = (
    "Answer with all {n} rows of the final board from the top to the bottom, separated by commas, each row "
    "written like above: 0 for black, 1 for white, * for empty, without spaces."
)


@dataclass(frozen=True, slots=True)
class Reversi:
    """The board after some moves of a game of reversi."""

    held_out: bool = False

    name: ClassVar[str] = "reversi"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "On a board of {n} x {n} cells, 0 is a black piece, 1 a white piece and * an empty "
        "cell:\n{board}\n\nTwo players put pieces of their colour on empty cells in turn. After a piece is "
        "placed, look from it in all eight directions (along the row, the column and both diagonals). If in "
        "a direction there is an unbroken line of one or more opposing pieces, directly next to the new "
        "piece, and the first cell behind them holds a piece of the player's own colour, then the opposing "
        "pieces in that line are turned to the player's colour. Turned pieces do not turn others. A cell (a, "
        "b) is in row a from the top and column b from the left, counted from 1. The moves "
        "are:\n{moves}\n\nWhat is on the board after them? " + SAYS,
        "Play these moves of a game of reversi on a {n} x {n} board:\n{moves}\n\nThe pair gives the row (1 = "
        "top) and the column (1 = left) where a new piece is put. The position before the moves, with 0 for "
        "black, 1 for white, * for nothing:\n{board}\n\nA new piece captures: wherever one or more of the "
        "opponent's pieces lie in a straight line without a gap (horizontal, vertical or diagonal) between "
        "it and another piece of its own colour, they all change colour. Captures are made in every "
        "direction at once, and only lines that begin at the new piece count. Find the position after the "
        "last move. " + SAYS,
        "Rules of the game: whoever moves puts a piece on an empty cell. Enemy pieces enclosed in a row, a "
        "column or a diagonal between the new piece and another piece of the mover, with nothing but enemy "
        "pieces in between, are flipped to the mover's colour; this goes for each of the eight directions "
        "away from the new piece, and flipped pieces cause no further flips. The board has {n} rows and {n} "
        "columns (0 black, 1 white, * empty):\n{board}\n\nNow the following is played, cells being given as "
        "(row, column) from (1, 1) at the top left:\n{moves}\n\nShow the board as it is then. " + SAYS,
        "Update this {n} x {n} board, on which black pieces are 0, white pieces 1 and free cells "
        "*:\n{board}\n\nMoves, each with the row counted from the top and the column counted from the left, "
        "starting at 1:\n{moves}\n\nEach move adds one piece. Going out from it in each of the eight "
        "directions, pass over neighbouring pieces of the other colour; if you passed at least one and then "
        "meet a piece of the mover's colour, those passed become the mover's. If you meet a free cell or the "
        "edge first, nothing changes in that direction. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A reversi position ({n} rows of {n} cells, * free, 0 black, 1 white):\n{board}\n\nIt goes on like "
        "this; (r, c) means row r from above, column c from the left, both starting with "
        "1:\n{moves}\n\nPlacing a piece flips all opposing pieces that stand in an unbroken straight line "
        "(across, down or diagonally) from the new piece to the nearest own piece in that line. Pieces "
        "flipped by a move do not themselves flip anything. What position results? " + SAYS,
        "Black (0) and White (1) continue their game from the board\n{board}\n\nwith {n} x {n} cells, * "
        "being vacant:\n{moves}\n\nCoordinates are (row, column), the upper left cell is (1, 1). From each "
        "newly placed piece, every gapless run of enemy pieces, in any of the eight directions, that starts "
        "beside it and is closed off at its other end by a piece of the player who moved, changes to that "
        "player's colour; other pieces stay as they are. Draw up the board after these moves. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will simulate every move, flipping along all eight directions.",
        "Walking outwards from each new piece finds the lines to flip.",
        "Let me code the flipping rule in Python and play the moves.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_cells(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        played = [tuple(cast(Sequence[JSON], move)) for move in cast(Sequence[JSON], given["played"])]
        return (
            f"board = [list(row) for row in {str(given['board']).split()}]\n"
            f"moves = {played}\nn = len(board)\n"
            "directions = [(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1) if i or j]\n\n"
            "def line(row, column, down, right, own):\n"
            '    """The cells to flip in one direction."""\n'
            "    cells = []\n"
            "    while True:\n"
            "        row, column = row + down, column + right\n"
            '        if not (0 <= row < n and 0 <= column < n) or board[row][column] == "*":\n'
            "            return []\n"
            "        if board[row][column] == own:\n"
            "            return cells\n"
            "        cells.append((row, column))\n\n"
            "for own, row, column in moves:\n"
            "    row, column = row - 1, column - 1\n"
            "    board[row][column] = own\n"
            "    for down, right in directions:\n"
            "        for i, j in line(row, column, down, right, own):\n"
            "            board[i][j] = own\n"
            'print(", ".join("".join(row) for row in board))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Random play in which every move flips something; the position before the last moves is shown."""
    n = 4 if difficulty < 0.1 else 6 if difficulty < 0.7 else 8
    count = scaled(difficulty, 1, 10)
    before = rng.randint(4, 8)
    board, middle = _empty(n), (n // 2) * (n + 2) + n // 2
    first = rng.choice(("0110", "1001"))
    for cell, colour in zip((0, 1, n + 2, n + 3), first, strict=True):
        board[middle + cell] = colour
    shown, played, colour = "", [], rng.choice("01")
    for number in range(before + count):
        if number == before:
            shown = _rows(board, n, "\n")
        place = _move(rng, board, n, colour)
        if place is None:
            return _draw(rng, difficulty)
        played.append((colour, *divmod(place, n + 2)))
        colour = "01"[colour == "0"]
    values: dict[str, JSON] = {
        "n": n,
        "board": shown,
        "played": [list(move) for move in played[before:]],
        "moves": "\n".join(f"{NAMES[own]} plays ({row}, {column})." for own, row, column in played[before:]),
    }
    return values, _rows(board, n, ", ")


def _empty(n: int) -> list[str]:
    """An empty board in one list, with an edge around it: rows of n + 2 cells."""
    line = [EDGE, *[EMPTY] * n, EDGE]
    return [EDGE] * (n + 2) + line * n + [EDGE] * (n + 2)


def _rows(board: list[str], n: int, between: str) -> str:
    return between.join("".join(board[(n + 2) * row + 1 : (n + 2) * row + 1 + n]) for row in range(1, n + 1))


def _move(rng: random.Random, board: list[str], n: int, colour: str) -> int | None:
    """Puts a piece where it flips something; the cell, None where there is none."""
    free = [cell for cell, piece in enumerate(board) if piece == EMPTY]
    rng.shuffle(free)
    for cell in free:
        if flipped := _flipped(board, cell, n + 2, colour):
            for place in (cell, *flipped):
                board[place] = colour
            return cell
    return None


def _flipped(board: list[str], cell: int, width: int, colour: str) -> list[int]:
    other = "01"[colour == "0"]
    found: list[int] = []
    for step in (1, -1, width, -width, width + 1, -width - 1, width - 1, 1 - width):
        place = cell + step
        if board[place] != other:
            continue
        while board[place] == other:
            place += step
        if board[place] == colour:
            found += range(cell + step, place, step)
    return found
