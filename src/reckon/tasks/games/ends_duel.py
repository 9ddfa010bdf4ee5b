"""A sum game on a row of numbers, against a scripted opponent (as in PuzzlePlex).

PuzzlePlex is Long et al., 2025, arXiv:2510.06475. Two players take numbers from the ends of a row in turn.
Differs from the textbook game: the opponent is no perfect player but follows one of three stated rules, and
the sum to be reached is the best that this rule allows.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.material.duels import grade_duel, losing_lines
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

# What is left of the row: its first and last place, and the player's sum so far.
Row: TypeAlias = tuple[int, int, int]
OPPONENTS = {
    "greedy": "takes the larger of the two numbers at the ends, and the left one if they are equal",
    "spoiler": (
        "takes the end after which the larger of the two end numbers that remain is as small as possible, "
        "and the left end if both are equally good; it takes the last number if only one is left"
    ),
    "parity": "takes the left end if the sum of the two end numbers is even, and the right end if it is odd",
}
RULES = (
    "In a move a player takes away one number, either the leftmost or the rightmost one that is still in the "
    "row. You move first, then you and the opponent move in turn until no number is left. The opponent "
    "always {opponent}. If just one number is left, it is both ends at once: L and R then mean the same."
)
SAYS = (
    "You win if the numbers that you took add up to at least {goal}. Give all your moves in order, L for the "
    "left end and R for the right end, separated by commas, such as L, R, R. Do not list the opponent's "
    "moves. Any line of moves that wins against this opponent is right."
)


@dataclass(frozen=True, slots=True)
class EndsDuel:
    """Take numbers from the ends of a row so that your sum is large."""

    held_out: bool = False

    name: ClassVar[str] = "ends_duel"
    kind: ClassVar[str] = "optimization"
    templates: ClassVar[tuple[str, ...]] = (
        "These numbers lie in a row, from left to right: {row}. " + RULES + " " + SAYS,
        "Row of numbers: {row}\n\n" + RULES + "\n\n" + SAYS,
        "You play a game for two with the row {row}. " + RULES + " " + SAYS,
        "Two players share the numbers {row}, which lie in this order. " + RULES + " Find a win. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Cards with these numbers are laid out in a line: {row}.\n" + RULES + "\n" + SAYS,
        "A line of numbers is given: {row}. Plan your play. " + RULES + " " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The opponent's reply is fixed, so I try both ends at each of my moves.",
        "I will simulate the opponent's rule and search all of my choices.",
        "A depth-first search over my moves finds the largest sum.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_duel(_duel(problem), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return losing_lines(_duel(problem), (problem.answer or "").split(", "))

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        rule = _RULES[str(given["rule"])]
        return f"""row = {given["numbers"]}


def reply(row):
    # 0 for the left end, -1 for the right end
    if len(row) == 1:
        return 0
{rule}


def best(row):
    # the largest sum that I can reach, with my moves
    found = (-1, [])
    for name, end in (("L", 0), ("R", -1)):
        left = list(row)
        mine = left.pop(end)
        if left:
            left.pop(reply(left))
        total, moves = best(left) if left else (0, [])
        if mine + total > found[0]:
            found = (mine + total, [name] + moves)
    return found


print(", ".join(best(row)[1]))"""


_RULES = {
    "greedy": "    return 0 if row[0] >= row[-1] else -1",
    "spoiler": (
        "    after_left = max(row[1], row[-1])\n    after_right = max(row[0], row[-2])\n"
        "    return 0 if after_left <= after_right else -1"
    ),
    "parity": "    return 0 if (row[0] + row[-1]) % 2 == 0 else -1",
}


@dataclass(frozen=True, slots=True)
class _Ends:
    numbers: tuple[int, ...]
    rule: str
    goal: int

    @property
    def start(self) -> Row:
        return 0, len(self.numbers) - 1, 0

    def moves(self, state: Row) -> Sequence[str]:
        return ("L", "R")

    def turn(self, state: Row, move: str) -> tuple[Row, bool | None]:
        first, last, total = self._taken(state, move == "L")
        if first <= last:
            first, last, _ = self._taken((first, last, 0), self._replies_left(first, last))
        over = first > last
        return (first, last, total), total >= self.goal if over else None

    def _taken(self, state: Row, left: bool) -> Row:
        first, last, total = state
        if left:
            return first + 1, last, total + self.numbers[first]
        return first, last - 1, total + self.numbers[last]

    def _replies_left(self, first: int, last: int) -> bool:
        if first == last:
            return True
        left, right = self.numbers[first], self.numbers[last]
        if self.rule == "greedy":
            return left >= right
        if self.rule == "parity":
            return (left + right) % 2 == 0
        return max(self.numbers[first + 1], right) <= max(left, self.numbers[last - 1])

    def best(self, state: Row) -> tuple[int, list[str]]:
        """The largest sum that the player can have at the end, and the moves to it."""
        found: tuple[int, list[str]] = (-1, [])
        for move in self.moves(state):
            after, over = self.turn(state, move)
            total, rest = (after[2], list[str]()) if over is not None else self.best(after)
            if total > found[0]:
                found = (total, [move, *rest])
        return found


def _duel(problem: Problem) -> _Ends:
    given = problem.metadata
    numbers = tuple(cast(Sequence[int], given["numbers"]))
    return _Ends(numbers, str(given["rule"]), cast(int, given["goal"]))


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Rows in which always taking the larger end is not enough."""
    while True:
        count = rng.randint(scaled(difficulty, 5, 13), scaled(difficulty, 7, 16))
        numbers = tuple(rng.randint(1, scaled(difficulty, 20, 99)) for _ in range(count))
        rule = rng.choice(list(OPPONENTS))
        duel = _Ends(numbers, rule, 0)
        goal, line = duel.best(duel.start)
        if _greedily(duel) < goal:
            values = {"numbers": list(numbers), "rule": rule, "goal": goal, "opponent": OPPONENTS[rule]}
            return cast(Values, {**values, "row": " ".join(map(str, numbers))}), ", ".join(line)


def _greedily(duel: _Ends) -> int:
    state, over = duel.start, None
    while over is None:
        larger = "L" if duel.numbers[state[0]] >= duel.numbers[state[1]] else "R"
        state, over = duel.turn(state, larger)
    return state[2]
