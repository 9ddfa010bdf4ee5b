"""A subtraction game with a ban on repeating, against a scripted opponent (as in PuzzlePlex).

PuzzlePlex is Long et al., 2025, arXiv:2510.06475. Two players take from one pile; a move may not repeat the
number that the other has just taken; who cannot move loses. Differs from the plain subtraction game: the ban
makes the last move part of the position, and the opponent is no perfect player but follows a stated rule, so
that the winning line depends on it.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.material.duels import grade_duel, losing_lines, naive, winning
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

Pile: TypeAlias = tuple[int, int]
BUDGET = 4000
RULES = (
    "A move takes {choices} pieces from the pile. Nobody may take the same number that the other player has "
    "just taken. A player who has no possible move loses, be it that too few pieces are left or that the "
    "only number small enough is the one just taken. You move first, with nothing banned."
)
OPPONENT = (
    "The opponent always plays by this rule: among its possible moves it looks at those that leave a number "
    "of pieces divisible by {modulus} (0 counts as divisible), and makes the largest of them; if there is "
    "none, it makes its smallest possible move."
)
SAYS = (
    "Give all the moves that you make, in order, up to the one after which the opponent cannot move: the "
    "numbers you take, separated by commas, such as 4, 1, 3. Do not list the opponent's moves. Any line of "
    "moves that wins against this opponent is right."
)


@dataclass(frozen=True, slots=True)
class TakeawayDuel:
    """Win a pile from an opponent who plays by a rule."""

    held_out: bool = False

    name: ClassVar[str] = "takeaway_duel"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "You and an opponent take turns at a pile of {pile} pieces. " + RULES + " " + OPPONENT + " " + SAYS,
        "A game for two: there is a pile of {pile} pieces.\n" + RULES + "\n" + OPPONENT + "\n" + SAYS,
        "{pile} pieces lie on a table, and two players move in turn. "
        + RULES
        + " "
        + OPPONENT
        + " Win. "
        + SAYS,
        "Beat the opponent in this game. The pile has {pile} pieces at the start. "
        + RULES
        + " "
        + OPPONENT
        + " "
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Plan a win. Start: one pile, {pile} pieces, you and one opponent in turn.\n"
        + RULES
        + "\nHow the opponent plays: "
        + OPPONENT
        + "\n"
        + SAYS,
        OPPONENT
        + " The game that you play against it starts with {pile} pieces in a pile. "
        + RULES
        + " "
        + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The opponent's reply is fixed, so I search over my own moves only.",
        "I will simulate the rule and search depth first with remembered lost positions.",
        "Let me write the opponent as a function and search for a winning line.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_duel(_duel(problem), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return losing_lines(_duel(problem), (problem.answer or "").split(", "))

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""pile = {given["pile"]}
numbers = {given["numbers"]}
modulus = {given["modulus"]}


def possible(left, banned):
    return [n for n in numbers if n <= left and n != banned]


def reply(left, banned):
    moves = possible(left, banned)
    good = [n for n in moves if (left - n) % modulus == 0]
    return max(good) if good else min(moves)


lost = set()


def search(left, banned):
    for mine in possible(left, banned):
        after = left - mine
        if not possible(after, mine):
            return [mine]
        theirs = reply(after, mine)
        state = (after - theirs, theirs)
        if state not in lost:
            rest = search(*state)
            if rest:
                return [mine] + rest
    lost.add((left, banned))
    return []


print(", ".join(map(str, search(pile, 0))))"""


@dataclass(frozen=True, slots=True)
class _Takeaway:
    """State: the pieces left and the number just taken, 0 at the start."""

    pile: int
    numbers: tuple[int, ...]
    modulus: int

    @property
    def start(self) -> Pile:
        return self.pile, 0

    def moves(self, state: Pile) -> Sequence[str]:
        return [str(number) for number in self._possible(state)]

    def turn(self, state: Pile, move: str) -> tuple[Pile, bool | None]:
        after = (state[0] - int(move), int(move))
        replies = self._possible(after)
        if not replies:
            return after, True
        good = [number for number in replies if (after[0] - number) % self.modulus == 0]
        theirs = max(good) if good else min(replies)
        left = (after[0] - theirs, theirs)
        return left, None if self._possible(left) else False

    def _possible(self, state: Pile) -> list[int]:
        left, banned = state
        return [number for number in self.numbers if number <= left and number != banned]


def _duel(problem: Problem) -> _Takeaway:
    given = problem.metadata
    numbers = tuple(cast(Sequence[int], given["numbers"]))
    return _Takeaway(cast(int, given["pile"]), numbers, cast(int, given["modulus"]))


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    while True:
        count = rng.randint(3, scaled(difficulty, 3, 5))
        numbers = tuple(sorted(rng.sample(range(1, scaled(difficulty, 14, 17)), count)))
        pile = rng.randint(scaled(difficulty, 12, 60), scaled(difficulty, 60, 150))
        duel = _Takeaway(pile, numbers, rng.randint(3, scaled(difficulty, 14, 15)))
        if naive(duel):
            continue
        line = winning(duel, budget=BUDGET)
        if line is not None:
            *some, last = map(str, numbers)
            values = {"pile": pile, "numbers": list(numbers), "modulus": duel.modulus}
            return cast(Values, {**values, "choices": f"{', '.join(some)} or {last}"}), ", ".join(line)
