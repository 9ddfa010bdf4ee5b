"""Games for two in which a rule fixes the opponent's reply: playing a line of moves out, finding one."""

from collections.abc import Iterator, Sequence
from typing import Generic, Protocol, TypeVar

from reckon.tasks.graders.sequences import items
from reckon.tasks.graders.text import refused
from reckon.values import Grade

State = TypeVar("State")
MUTANTS = 16


class Duel(Protocol, Generic[State]):
    """A position with its rules. A move is a short text, in capitals."""

    @property
    def start(self) -> State: ...

    def moves(self, state: State) -> Sequence[str]:
        """What the player may do; empty where the game is over."""
        ...

    def turn(self, state: State, move: str) -> tuple[State, bool | None]:
        """The state after the move and the reply; whether the player has won, None while it goes on."""
        ...


def grade_duel(duel: Duel[State], answer: str) -> Grade:
    """Play the moves of the answer, parted by commas, against the rule: 1 if the last one wins the game."""
    if refusal := refused(answer):
        return refusal
    state, won = duel.start, None
    for number, item in enumerate(items(answer, r" ?[,;] ?"), 1):
        if won is not None:
            return Grade(0.0, f"move {number} comes after the end of the game")
        move = item.upper()
        if move not in duel.moves(state):
            return Grade(0.0, f"move {number}: {item[:40]!r} is not possible")
        state, won = duel.turn(state, move)
    if won is None:
        return Grade(0.0, "the game is not over after the last move")
    return Grade(1.0, "the moves win") if won else Grade(0.0, "the moves lose")


def winning(duel: Duel[State], *, budget: int) -> list[str] | None:
    """Moves that win, found depth first; None if there are none or `budget` turns were tried."""
    failed: set[State] = set()
    left = budget

    def search(state: State) -> list[str] | None:
        nonlocal left
        for move in duel.moves(state):
            left -= 1
            after, won = duel.turn(state, move)
            if won:
                return [move]
            if won is None and after not in failed and left > 0:
                rest = search(after)
                if rest is not None:
                    return [move, *rest]
        failed.add(state)
        return None

    return search(duel.start)


def naive(duel: Duel[State]) -> bool:
    """Whether always making the smallest possible move wins, or always the largest, by letter and number."""
    return any(_won(duel, place) for place in (0, -1))


def _won(duel: Duel[State], place: int) -> bool:
    state, won = duel.start, None
    while won is None:
        moves = sorted(duel.moves(state), key=lambda move: (len(move), move))
        state, won = duel.turn(state, moves[place])
    return won


def losing_lines(duel: Duel[State], moves: Sequence[str]) -> tuple[str, ...]:
    """Answers near to a winning line that do not win: moves lost, swapped, replaced, or added at the end."""
    found: dict[str, None] = {}
    for line in _changed(duel, list(moves)):
        text = ", ".join(line)
        if grade_duel(duel, text).score == 0:
            found[text] = None
        if len(found) == MUTANTS:
            break
    return tuple(found)


def _changed(duel: Duel[State], moves: list[str]) -> Iterator[list[str]]:
    yield from (moves[:-1], moves[1:], moves[::-1], moves + moves, [*moves, moves[-1]], [moves[0], *moves])
    state, won = duel.start, None
    for place, move in enumerate(moves):
        others = [other for other in duel.moves(state) if other != move]
        for other in (*others[:2], *others[-2:]):
            yield [*moves[:place], other, *moves[place + 1 :]]
            yield [*moves[:place], other]
        state, won = duel.turn(state, move)
    assert won, "the gold line wins"
    for extra in duel.moves(duel.start):
        yield [*moves, extra]
        yield [*moves, extra, extra]
    for count in range(2, MUTANTS):
        yield [*moves, *[moves[-1]] * count]
