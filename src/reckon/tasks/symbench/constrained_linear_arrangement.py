"""Constrained Linear Arrangement of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame.

LogicGame: Gui et al., 2024, arXiv:2408.15778. Differs from SymBench: what beats what is drawn, and further
facts are given until one arrangement is left (there, many fit the results and the checker knows one).
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

Beats: TypeAlias = dict[str, str]
# A fact about the opponent's cards: its kind, a card, and another card or the number of a round.
Fact: TypeAlias = tuple[str, str, str | int]

LETTERS = "ABCDEFGHJKLM"
RESULTS = ("lost", "drew", "won")
FACTS = {
    "before": "The opponent played {card} in an earlier round than {other}.",
    "next": "The opponent played {card} and {other} in successive rounds, in one order or the other.",
    "by": "The opponent played {card} in round {other} or in an earlier round.",
    "not": "The opponent did not play {card} in round {other}.",
    "never": "The opponent did not play {card} at all.",
}
TESTS = {
    "before": "card in cards and other in cards and cards.index(card) < cards.index(other)",
    "next": "card in cards and other in cards and abs(cards.index(card) - cards.index(other)) == 1",
    "by": "card in cards[:other]",
    "not": "cards[other - 1] != card",
    "never": "card not in cards",
}
SAYS = "Answer with the letters of the opponent's cards from round 1 to round {count}, separated by commas."


@dataclass(frozen=True, slots=True)
class ConstrainedLinearArrangement:
    """Which cards the opponent played, from one's own cards and the results."""

    held_out: bool = False

    name: ClassVar[str] = "constrained_linear_arrangement"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "You and an opponent each have the cards {cards}, one of each. In every round both put down a card "
        "at the same time, and cards that were put down are not used again. {rules}\n\nYour cards and your "
        "results:\n{rounds}\n\n{known}Which cards did the opponent play? " + SAYS,
        "A game of {count} rounds. Both players start with one card of each of the kinds {cards}; per round "
        "each plays one card that he or she has not played before, without seeing the other's. "
        "{rules}\n\nYou have noted down only your side:\n{rounds}\n\n{known}Reconstruct the opponent's "
        "sequence of cards. " + SAYS,
        "{rules} With these rules, two players who own the cards {cards} (one copy each, no card is played "
        "twice by the same player) have played {count} rounds. One of them is "
        "you:\n{rounds}\n\n{known}Deduce what the other player put down in each round. " + SAYS,
        "Find out the order of someone's cards. He held {cards} and used a different one in each of {count} "
        "rounds against you, who held the same cards and also used none twice. {rules}\n\nThis is how it "
        "went for you:\n{rounds}\n\n{known}" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Your opponent has a set of cards, {cards}, and so do you. A card can be played once. {rules}\n\nThe "
        "record of the {count} rounds, seen from your side:\n{rounds}\n\n{known}Only one sequence of the "
        "opponent's cards agrees with all of this; which? " + SAYS,
        "Rules of a duel with the cards {cards}: each side has every card once and plays one per round, at "
        "the same time as the other side. {rules}\n\nYou played as follows:\n{rounds}\n\n{known}Name the "
        "cards of the other side. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will try all orders of the opponent's cards and keep the consistent one.",
        "Permutations filtered by the results and facts leave one sequence.",
        "Let me enumerate the arrangements in Python and test each rule.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_words(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        tests = "".join(f'    if kind == "{kind}":\n        return {test}\n' for kind, test in TESTS.items())
        return (
            "from itertools import permutations\n\n"
            f"beats = {given['beats']}\nmine = {given['mine']!r}\nresults = {given['results']}\n"
            f"facts = {given['facts']}\n\n"
            "def result(own, other):\n"
            '    return "won" if other in beats[own] else "lost" if own in beats[other] else "drew"\n\n'
            "def holds(kind, card, other, cards):\n"
            f"{tests}\n"
            "for cards in permutations(beats, len(mine)):\n"
            "    if all(result(*pair) == told for *pair, told in zip(mine, cards, results)):\n"
            "        if all(holds(*fact, cards) for fact in facts):\n"
            '            print(", ".join(cards))\n'
            "            break"
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    size = scaled(difficulty, 4, 7)
    cards = sorted(rng.sample(LETTERS, size))
    beats, rules = _ranked(rng, cards) if rng.random() < 0.5 else _circle(rng, cards)
    count = size - (difficulty > 0.3 and rng.random() < 0.5)
    mine, theirs = rng.sample(cards, count), tuple(rng.sample(cards, count))
    results = [_result(beats, own, other) for own, other in zip(mine, theirs, strict=True)]
    left = _fitting(beats, mine, results)
    facts: list[Fact] = []
    while len(left) > 1:
        fact = min(
            (_fact(rng, cards, theirs) for _ in range(3)), key=lambda f: sum(_holds(f, a) for a in left)
        )
        if not all(_holds(fact, arrangement) for arrangement in left):
            facts.append(fact)
            left = [arrangement for arrangement in left if _holds(fact, arrangement)]
    said = [FACTS[kind].format(card=card, other=other) for kind, card, other in facts]
    rounds = zip(range(1, count + 1), mine, results, strict=True)
    values: dict[str, JSON] = {
        "cards": list(cards),
        "count": count,
        "beats": dict(beats),
        "rules": rules,
        "mine": "".join(mine),
        "results": list(results),
        "rounds": "\n".join(f"Round {number}: you played {own} and {told}." for number, own, told in rounds),
        "facts": [list(fact) for fact in facts],
        "known": "".join(["This is also known:\n", *(f"- {line}\n" for line in said), "\n"] if said else []),
    }
    return values, ", ".join(theirs)


def _circle(rng: random.Random, cards: Sequence[str]) -> tuple[Beats, str]:
    """Each card beats the next ones in a circle; fewer than half, so that no two beat each other."""
    order, size = rng.sample(cards, len(cards)), len(cards)
    reach = rng.randint(1, (size - 1) // 2)
    beats = {
        card: "".join(order[(at + step) % size] for step in range(1, reach + 1))
        for at, card in enumerate(order)
    }
    next_ones = "the card that follows" if reach == 1 else f"each of the {reach} cards that follow"
    rules = (
        f"The cards form a circle: {', '.join(order)}, and after {order[-1]} comes {order[0]} again. A card "
        f"beats {next_ones} it in the circle. If neither of the two cards beats the other, it is a draw."
    )
    return {card: beats[card] for card in cards}, rules


def _ranked(rng: random.Random, cards: Sequence[str]) -> tuple[Beats, str]:
    """Each card beats those below it, but the lowest beats the highest."""
    order = rng.sample(cards, len(cards))
    beats = {card: "".join(order[at + 1 :]) for at, card in enumerate(order)}
    first, last = order[0], order[-1]
    beats[first], beats[last] = beats[first].replace(last, ""), first
    rules = (
        f"From the strongest to the weakest the cards are {', '.join(order)}. The stronger card beats the "
        f"weaker one, with one exception: {last} beats {first}. Two equal cards are a draw."
    )
    return {card: beats[card] for card in cards}, rules


def _result(beats: Beats, own: str, other: str) -> str:
    return RESULTS[1 + (other in beats[own]) - (own in beats[other])]


def _fitting(beats: Beats, mine: Sequence[str], results: Sequence[str]) -> list[tuple[str, ...]]:
    """All sequences of different cards that give these results."""
    found: list[tuple[str, ...]] = [()]
    for own, told in zip(mine, results, strict=True):
        fit = [card for card in beats if _result(beats, own, card) == told]
        found = [(*cards, card) for cards in found for card in fit if card not in cards]
    return found


def _fact(rng: random.Random, cards: Sequence[str], theirs: tuple[str, ...]) -> Fact:
    """A fact that is true of the opponent's cards."""
    while True:
        kind, card = rng.choice(tuple(FACTS)), rng.choice(cards)
        other: str | int = ""
        if kind in ("before", "next"):
            other = rng.choice(cards)
        elif kind != "never":
            other = rng.randint(1 if kind == "not" else 2, len(theirs))
        if _holds((kind, card, other), theirs):
            return kind, card, other


def _holds(fact: Fact, cards: tuple[str, ...]) -> bool:
    kind, card, other = fact
    if isinstance(other, int):
        return card in cards[:other] if kind == "by" else cards[other - 1] != card
    if kind == "never":
        return card not in cards
    if card not in cards or other not in cards:
        return False
    apart = cards.index(other) - cards.index(card)
    return apart > 0 if kind == "before" else abs(apart) == 1
