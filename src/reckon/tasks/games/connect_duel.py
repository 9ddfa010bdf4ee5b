"""Four in a row with falling stones, from a position, against a scripted opponent (as in PuzzlePlex).

PuzzlePlex is Long et al., 2025, arXiv:2510.06475. Differs from a free game: the opponent follows a stated
rule (win, else block, else the first free column of its order), and the win must come within a few moves.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.material.duels import grade_duel, losing_lines
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

# The player's stones, the opponent's, and how many moves the player has left.
Board: TypeAlias = tuple[int, int, int]
LINE = 4
RULES = (
    "Two players drop stones in turn into the columns of an upright board; a stone falls to the lowest free "
    "cell of its column, and a full column takes no more. Whoever first has {line} stones in an unbroken "
    "straight line - along a row, a column or a diagonal - wins. You have X, the opponent has O, dots are "
    "free cells. Columns are numbered from 1 at the left."
)
OPPONENT = (
    "It is your move. The opponent plays by this rule: if it can complete a line of {line} at once, it does "
    "so, in the lowest-numbered column where this works; otherwise, if you could complete a line with your "
    "next stone, it drops its stone into the lowest-numbered column where you could; otherwise it drops it "
    "into the first column with a free cell in this order of preference: {preference}."
)
SAYS = (
    "Win within {limit} moves of yours. Give the columns of all your moves in order, up to the winning one, "
    "separated by commas, such as 4, 2, 5. Do not list the opponent's moves. Any line of moves that wins "
    "against this opponent is right."
)


@dataclass(frozen=True, slots=True)
class ConnectDuel:
    """Complete a line of stones before an opponent who plays by a rule."""

    held_out: bool = False

    name: ClassVar[str] = "connect_duel"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        RULES + "\n\n{board}\n\n" + OPPONENT + " " + SAYS,
        "This is the position of a board game, top row first:\n{board}\n"
        + RULES
        + " "
        + OPPONENT
        + " "
        + SAYS,
        "Find a win. "
        + RULES
        + " "
        + OPPONENT
        + " The board now, with its bottom row last:\n{board}\n"
        + SAYS,
        "{board}\n\nSo stands a game of falling stones. " + RULES + "\n" + OPPONENT + "\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Look ahead in this game.\n" + RULES + "\nPosition:\n{board}\n" + OPPONENT + "\n" + SAYS,
        RULES + " " + OPPONENT + " " + SAYS + " The position, from the top row to the bottom row:\n{board}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The opponent's reply is fixed, so I search over my own columns only.",
        "I will simulate the rule for the opponent and deepen the search step by step.",
        "Let me code the board and try all short lines of moves.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_duel(_duel(problem), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return losing_lines(_duel(problem), (problem.answer or "").split(", "))

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""board = {str(given["board"]).splitlines()!r}
line, limit = {given["line"]}, {given["limit"]}
order = {given["order"]}  # columns counted from 0
height, width = len(board), len(board[0])
columns = [[row[c] for row in reversed(board) if row[c] != "."] for c in range(width)]


def completes(columns, c, stone):
    # would this stone, dropped into column c, complete a line?
    if len(columns[c]) == height:
        return False
    r = len(columns[c])
    for dc, dr in ((1, 0), (0, 1), (1, 1), (1, -1)):
        count = 1
        for sign in (1, -1):
            x, y = c + sign * dc, r + sign * dr
            while 0 <= x < width and 0 <= y < len(columns[x]) and columns[x][y] == stone:
                count, x, y = count + 1, x + sign * dc, y + sign * dr
        if count >= line:
            return True
    return False


def drop(columns, c, stone):
    return [column + [stone] if at == c else column for at, column in enumerate(columns)]


def search(columns, left):
    for c in range(width):
        if completes(columns, c, "X"):
            return [c + 1]
    for c in range(width if left > 1 else 0):
        if len(columns[c]) == height:
            continue
        after = drop(columns, c, "X")
        if any(completes(after, d, "O") for d in range(width)):
            continue
        blocks = [d for d in range(width) if completes(after, d, "X")]
        free = blocks + [d for d in order if len(after[d]) < height]
        if free:
            rest = search(drop(after, free[0], "O"), left - 1)
            if rest:
                return [c + 1] + rest
    return []


print(", ".join(map(str, search(columns, limit))))"""


@dataclass(frozen=True, slots=True)
class _Connect:
    """A board as two numbers: bit c * (height + 1) + r is the cell in column c and row r, both from 0.

    The bit above each column is never set, so that no line runs on from one column's top into the next one.
    """

    stones: tuple[int, int]
    width: int
    height: int
    order: tuple[int, ...]
    limit: int

    @property
    def start(self) -> Board:
        return *self.stones, self.limit

    def moves(self, state: Board) -> Sequence[str]:
        mine, theirs, left = state
        return [str(c + 1) for c in range(self.width) if left and self.cell(mine | theirs, c)]

    def turn(self, state: Board, move: str) -> tuple[Board, bool | None]:
        mine, theirs, left = state
        mine |= self.cell(mine | theirs, int(move) - 1)
        won = self.lined(mine)
        if won or left == 1:
            return (mine, theirs, left - 1), won
        reply = self._reply(mine, theirs)
        theirs |= reply
        lost = not reply or self.lined(theirs)
        return (mine, theirs, 0 if lost else left - 1), False if lost else None

    def line_within(self, mine: int, theirs: int, left: int) -> list[str] | None:
        """Moves that win within `left`; None if there are none."""
        free = self.moves((mine, theirs, left))
        for move in free:
            if self.lined(mine | self.cell(mine | theirs, int(move) - 1)):
                return [move]
        for move in free if left > 1 else ():
            (x, o, fewer), won = self.turn((mine, theirs, left), move)
            rest = self.line_within(x, o, fewer) if won is None else None
            if rest is not None:
                return [move, *rest]
        return None

    def cell(self, filled: int, column: int) -> int:
        """The bit where a stone comes to rest, 0 if the column is full."""
        bottom = 1 << column * (self.height + 1)
        return (filled + bottom) & ((1 << self.height) - 1) * bottom

    def lined(self, stones: int) -> bool:
        """Whether LINE of these stones stand in a row, a column or a diagonal."""
        for step in (1, self.height, self.height + 1, self.height + 2):
            pairs = stones & stones >> step
            if pairs & pairs >> 2 * step:
                return True
        return False

    def _reply(self, mine: int, theirs: int) -> int:
        filled = mine | theirs
        cells = [self.cell(filled, column) for column in range(self.width)]
        for stones in (theirs, mine):
            for cell in cells:
                if cell and self.lined(stones | cell):
                    return cell
        return next((cells[column] for column in self.order if cells[column]), 0)


def _duel(problem: Problem) -> _Connect:
    given: Mapping[str, object] = problem.metadata
    rows = str(given["board"]).splitlines()[::-1]
    height, order = len(rows), tuple(cast(Sequence[int], given["order"]))
    mine, theirs = (
        sum(
            1 << c * (height + 1) + r for r, row in enumerate(rows) for c, at in enumerate(row) if at == stone
        )
        for stone in "XO"
    )
    return _Connect((mine, theirs), len(rows[0]), height, order, cast(int, given["limit"]))


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Positions out of games that the player won, so many moves before the end that none fewer win."""
    wanted = 2 + (difficulty > 0.35 + 0.3 * rng.random()) + (difficulty > 0.9 + 0.1 * rng.random())
    while True:
        width, height = rng.randint(scaled(difficulty, 5, 6), 7), rng.randint(scaled(difficulty, 4, 5), 6)
        empty = _Connect((0, 0), width, height, tuple(rng.sample(range(width), width)), wanted)
        position, line = _before_a_win(rng, _scattered(rng, empty))
        if line and not any(position.line_within(*position.stones, fewer) for fewer in range(1, wanted)):
            return _values(position), ", ".join(line)


def _before_a_win(rng: random.Random, duel: _Connect) -> tuple[_Connect, list[str]]:
    """The position `limit` moves before the player wins, and these moves; no moves where the game ends else.

    The player's moves are random, but for those that complete a line.
    """
    mine, theirs = duel.stones
    won: bool | None = False if any(map(duel.lined, duel.stones)) else None
    states, moves = [duel.stones], list[str]()
    while won is None:
        free = duel.moves((mine, theirs, duel.limit))
        if not free:
            break
        now = [move for move in free if duel.lined(mine | duel.cell(mine | theirs, int(move) - 1))]
        moves.append(rng.choice(now or free))
        (mine, theirs, _), won = duel.turn((mine, theirs, duel.width * duel.height), moves[-1])
        states.append((mine, theirs))
    if not won or len(moves) < duel.limit:
        return duel, []
    return replace(duel, stones=states[-duel.limit - 1]), moves[-duel.limit :]


def _scattered(rng: random.Random, empty: _Connect) -> _Connect:
    """The board after random moves in turn, at most a third of its cells."""
    mine, theirs = empty.stones
    for _ in range(rng.randint(1, empty.width * empty.height // 6)):
        for at in range(2):
            columns = [c for c in range(empty.width) if empty.cell(mine | theirs, c)]
            cell = empty.cell(mine | theirs, rng.choice(columns))
            mine, theirs = (mine, theirs | cell) if at else (mine | cell, theirs)
    return replace(empty, stones=(mine, theirs))


def _values(duel: _Connect) -> Values:
    values = {
        "board": _drawn(duel),
        "line": LINE,
        "order": list(duel.order),
        "preference": " > ".join(str(column + 1) for column in duel.order),
        "limit": duel.limit,
    }
    return cast(Values, values)


def _drawn(duel: _Connect) -> str:
    mine, theirs = duel.stones
    rows = []
    for row in reversed(range(duel.height)):
        bits = [1 << column * (duel.height + 1) + row for column in range(duel.width)]
        rows.append("".join("X" if mine & bit else "O" if theirs & bit else "." for bit in bits))
    return "\n".join(rows)
