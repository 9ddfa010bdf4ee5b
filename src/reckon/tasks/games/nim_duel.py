"""Nim and its kin against a scripted opponent, as PuzzlePlex has them (Long et al., 2025, arXiv:2510.06475).

Normal play and misere play, with and without a limit per move. Differs from the textbook game: the opponent
follows one of four stated rules; one of them is perfect play, which leaves the winner no slip, and the others
lose to more than one line.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.material.duels import grade_duel, losing_lines, naive, winning
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

# The sizes of the heaps.
Heaps: TypeAlias = tuple[int, ...]
BUDGET = 300
OPPONENTS = {
    "nibbler": "takes one piece from the largest heap",
    "sweeper": "takes as many pieces as it may from the smallest heap that is not empty",
    "copier": (
        "takes from the largest heap as many pieces as you took in the move just before, or the whole heap "
        "if it has fewer"
    ),
    "expert": (
        "looks for a move after which the bitwise exclusive or (XOR) of all heap sizes is 0 and makes the "
        "one on the first heap in alphabetical order that allows such a move; if there is no such move, it "
        "takes one piece from the largest heap"
    ),
}
RULES = (
    "The players move in turn and you move first. A move takes {amount} from one heap. Whoever takes the "
    "very last piece of all {ending}. The opponent always {opponent}. Where several heaps are equally fit "
    "for its rule, it picks the first of them in alphabetical order."
)
SAYS = (
    "Give all the moves that you make, in order, as the heap's letter and the number of pieces, separated by "
    "commas: B4, A1 means 4 pieces from heap B, then in your next move 1 piece from heap A. Stop when the "
    "game is over. Do not list the opponent's moves. Any line of moves that wins against this opponent is "
    "right."
)


@dataclass(frozen=True, slots=True)
class NimDuel:
    """Win a game of heaps against an opponent who plays by a rule."""

    held_out: bool = False

    name: ClassVar[str] = "nim_duel"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "You play a game with heaps of pieces against an opponent. The heaps: {listed}. "
        + RULES
        + " "
        + SAYS,
        "A game for two starts with these heaps of pieces: {listed}.\n" + RULES + "\n" + SAYS,
        "Heaps on the table: {listed}. Win this game for two players. " + RULES + " " + SAYS,
        "Here are the heaps of a game for two: {listed}.\n\n" + RULES + " Find a line that wins.\n\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Plan a win against an opponent whose rule is known. Pieces lie in heaps: {listed}. "
        + RULES
        + " "
        + SAYS,
        RULES + " At the start the heaps have these sizes: {listed}.\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The opponent's reply is fixed, so I search over my own moves only.",
        "I will try moves that make the XOR zero first, and search on from there.",
        "Let me simulate the opponent and search depth first with memory.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_duel(_duel(problem), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return losing_lines(_duel(problem), (problem.answer or "").split(", "))

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from functools import reduce
from operator import xor

heaps = {given["heaps"]}
most = {given["most"]}  # pieces in a move
last_wins = {given["last_wins"]}


def take(heaps, heap, count):
    return heaps[:heap] + [heaps[heap] - count] + heaps[heap + 1:]


def moves(heaps):
    found = [(h, n) for h, size in enumerate(heaps) for n in range(1, min(size, most) + 1)]
    return sorted(found, key=lambda move: reduce(xor, take(heaps, *move)))


def reply(heaps, taken):
    filled = [h for h in range(len(heaps)) if heaps[h]]
    largest = max(filled, key=lambda h: heaps[h])
{_REPLIES[str(given["rule"])]}


lost = set()


def search(heaps):
    for heap, count in moves(heaps):
        name = "ABCDEFGH"[heap] + str(count)
        after = take(heaps, heap, count)
        if not any(after):
            if last_wins:
                return [name]
            continue
        after = take(after, *reply(after, count))
        if not any(after):
            if not last_wins:
                return [name]
            continue
        if tuple(after) not in lost:
            rest = search(after)
            if rest:
                return [name] + rest
    lost.add(tuple(heaps))
    return []


print(", ".join(search(heaps)))"""


_REPLIES = {
    "nibbler": "    return largest, 1",
    "sweeper": (
        "    smallest = min(filled, key=lambda h: heaps[h])\n    return smallest, min(heaps[smallest], most)"
    ),
    "copier": "    return largest, min(heaps[largest], taken)",
    "expert": (
        "    total = reduce(xor, heaps)\n    for h in filled:\n        if heaps[h] ^ total < heaps[h]:\n"
        "            return h, heaps[h] - (heaps[h] ^ total)\n    return largest, 1"
    ),
}


@dataclass(frozen=True, slots=True)
class _Nim:
    """most: pieces in a move. last_wins: whether the one who takes the last piece wins."""

    heaps: Heaps
    most: int
    last_wins: bool
    rule: str

    @property
    def start(self) -> Heaps:
        return self.heaps

    def moves(self, state: Heaps) -> Sequence[str]:
        """Those that make the XOR of the heaps small come first."""
        found = [(h, n) for h, size in enumerate(state) for n in range(1, min(size, self.most) + 1)]
        total = reduce(xor, state)
        found.sort(key=lambda move: total ^ state[move[0]] ^ (state[move[0]] - move[1]))
        return [f"{chr(ord('A') + heap)}{count}" for heap, count in found]

    def turn(self, state: Heaps, move: str) -> tuple[Heaps, bool | None]:
        count = int(move[1:])
        after = _taken(state, ord(move[0]) - ord("A"), count)
        if not any(after):
            return after, self.last_wins
        left = _taken(after, *self._reply(after, count))
        return left, None if any(left) else not self.last_wins

    def _reply(self, heaps: Heaps, taken: int) -> tuple[int, int]:
        filled = [heap for heap, size in enumerate(heaps) if size]
        smallest, largest = (pick(filled, key=lambda heap: heaps[heap]) for pick in (min, max))
        if self.rule == "sweeper":
            return smallest, min(heaps[smallest], self.most)
        if self.rule == "copier":
            return largest, min(heaps[largest], taken)
        total = reduce(xor, heaps)
        if self.rule == "expert" and total:
            heap = next(heap for heap in filled if heaps[heap] ^ total < heaps[heap])
            return heap, heaps[heap] - (heaps[heap] ^ total)
        return largest, 1


def _taken(heaps: Heaps, heap: int, count: int) -> Heaps:
    return (*heaps[:heap], heaps[heap] - count, *heaps[heap + 1 :])


def _duel(problem: Problem) -> _Nim:
    given: Mapping[str, object] = problem.metadata
    heaps = tuple(cast(Sequence[int], given["heaps"]))
    return _Nim(heaps, cast(int, given["most"]), bool(given["last_wins"]), str(given["rule"]))


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """The expert knows neither a limit nor misere play, and gets a heap more."""
    rule = rng.choice(list(OPPONENTS))
    while True:
        count = rng.randint(3, scaled(difficulty, 3, 5)) + (rule == "expert")
        most = scaled(difficulty, 16, 18)
        heaps = tuple(rng.randint(scaled(difficulty, 2, 4), most) for _ in range(count))
        limited, last_wins = rng.random() < 0.6, rng.random() < 0.5
        if rule == "expert":
            limited, last_wins = False, True
        duel = _Nim(heaps, rng.randint(3, 8) if limited else max(heaps), last_wins, rule)
        line = None if naive(duel) else winning(duel, budget=BUDGET)
        if line is not None:
            return _values(duel, limited), ", ".join(line)


def _values(duel: _Nim, limited: bool) -> Values:
    listed = ", ".join(f"{chr(ord('A') + heap)} with {size}" for heap, size in enumerate(duel.heaps))
    values = {
        "heaps": list(duel.heaps),
        "most": duel.most,
        "last_wins": duel.last_wins,
        "rule": duel.rule,
        "listed": listed,
        "amount": f"at least 1 and at most {duel.most} pieces"
        if limited
        else "any number of pieces, but at least 1,",
        "ending": "wins" if duel.last_wins else "loses",
        "opponent": OPPONENTS[duel.rule],
    }
    return cast(Values, values)
