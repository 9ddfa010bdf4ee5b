"""Mahjong of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame (arXiv:2408.15778).

Differs from it: the results of all rounds are asked, as one of three results is a guess; a Chi needs two
cards of the hand next to the new one in the alphabet, whatever else lies between them when the hand is
sorted.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

CARDS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
HAND = 13
PASS, PENG, CHI = 0, 1, 2
CHI_WITH = ((-2, -1), (-1, 1), (1, 2))


@dataclass(frozen=True, slots=True)
class Mahjong:
    """Letter cards are added one by one: which complete a triple, which a run of three letters?"""

    held_out: bool = False

    name: ClassVar[str] = "mahjong"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "A game is played with cards that carry the letters A to Z. The player holds these 13 cards: "
        "{hand}.\n\nIn every round one card is added, the round gets a result, and then one card is taken "
        "away.\n- Peng (code 1): before the card is added, the hand holds at least two cards with the same "
        "letter as it.\n- Chi (code 2): no Peng, but the added card and two cards of the hand make three "
        "letters that follow each other in the alphabet, such as A, B, C; the added letter may be first, "
        "middle or last; Z is not followed by A.\n- Pass (code 0): neither.\nThe result changes nothing in "
        "the hand. The card that is taken away leaves after the result.\n\n{rounds}\n\nGive the codes of all "
        "{count} rounds in order, separated by commas.",
        "Letter mahjong: you start with thirteen cards, {hand}. Each round you draw the card named below, "
        "judge it, keep it, and then discard the card named below.\n\nHow to judge a drawn card by the cards "
        "held just before it was drawn: with two or more cards of its letter among them the result is Peng, "
        "number 1. Otherwise, if it completes three successive letters together with two held cards (like P, "
        "Q, R, where it may be any of the three; there is no step from Z to A), the result is Chi, number 2. "
        "Otherwise it is Pass, number 0. A result has no effect on the hand.\n\n{rounds}\n\nList the {count} "
        "numbers in the rounds' order, separated by commas.",
        "Track a hand of letter cards through {count} rounds.\nFirst hand: {hand}\n{rounds}\n\nIn a round "
        "the new card is compared with the hand as it stood, then joins it, and at the end of the round the "
        "removed card is gone. Write 1 (Peng) if the hand already had two or three or more of the new "
        "letter. If not, write 2 (Chi) if the new letter and two letters of the hand are three neighbours in "
        "the alphabet, e.g. the new letter L with J and K, with K and M, or with M and N; the alphabet does "
        "not wrap around. If not, write 0 (Pass). No cards are laid down. Answer with the {count} numbers "
        "separated by commas, first round first.",
        "Rules of the game. 1) Cards are letters from A to Z. 2) A round adds a card, then decides, then "
        "removes a card. 3) If at least two equal cards were in the hand and the added one equals them, "
        "decide Peng = 1. 4) Else, if the added card forms a sequence of three consecutive letters with two "
        "cards that were in the hand, decide Chi = 2 (it may take any place in the sequence; nothing follows "
        "Z). 5) Else decide Pass = 0. 6) Deciding moves no cards.\nHand at the start: {hand}\n{rounds}\nWhat "
        "is decided in each round? Give {count} numbers in order with commas between them.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "You hold the letters {hand}. In each of {count} rounds a letter comes in and, at the end, a letter "
        "goes out:\n{rounds}\nGrade each incoming letter by the letters held before it came: 1 (Peng) if at "
        "least two of them are the same letter; failing that, 2 (Chi) if two of them and the incoming one "
        "are three letters in a row in the alphabet, which ends at Z; failing that, 0 (Pass). Incoming "
        "letters always stay until they are removed. List the grades in order, separated by commas.",
        "Cards: {hand}. Events:\n{rounds}\nFor each event find one number. It is 1 for Peng: two or more "
        "cards equal to the added one were there already. It is 2 for Chi: not Peng, and some two cards that "
        "were there make three consecutive letters of the alphabet with the added one (no wrap from Z to A). "
        "It is 0 for Pass: anything else. The added card stays in the hand and the removal happens last. "
        "Answer: the {count} numbers in order, separated by commas.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will simulate the rounds, keeping the hand as a list.",
        "First check for two equal cards, then for neighbouring letters, round by round.",
        "A loop over the rounds with letter codes settles every result.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        moves = [tuple(move) for move in cast(Sequence[Sequence[str]], given["moves"])]
        return (
            f"hand = {given['hand']!r}.split()\nrounds = {moves}\nresults = []\n"
            "for added, removed in rounds:\n"
            "    held = {ord(card) - ord(added) for card in hand}\n"
            "    if hand.count(added) >= 2:\n"
            "        results.append(1)\n"
            "    elif {-2, -1} <= held or {-1, 1} <= held or {1, 2} <= held:\n"
            "        results.append(2)\n"
            "    else:\n"
            "        results.append(0)\n"
            "    hand.append(added)\n"
            "    hand.remove(removed)\n"
            'print(", ".join(map(str, results)))'
        )


def result(hand: Sequence[str], added: str) -> int:
    """PENG, CHI or PASS for a card that is added to the hand."""
    if hand.count(added) >= 2:
        return PENG
    near = {chr(ord(added) + step): step for step in (-2, -1, 1, 2)}
    steps = {near[card] for card in hand if card in near}
    return CHI if any(steps.issuperset(pair) for pair in CHI_WITH) else PASS


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Each round aims at a result drawn evenly, where some card gives it."""
    hand = rng.sample(CARDS * 2, HAND)
    start, moves, results = " ".join(hand), [], []
    for _ in range(scaled(difficulty, 3, 16)):
        wanted = rng.choice((PASS, PENG, CHI))
        fitting = [card for card in CARDS if result(hand, card) == wanted]
        added = rng.choice(fitting or CARDS)
        results.append(result(hand, added))
        hand.append(added)
        removed = rng.choice(hand)
        hand.remove(removed)
        moves.append([added, removed])
    rounds = [f"Round {i}: add {a}, then remove {r}." for i, (a, r) in enumerate(moves, 1)]
    values: dict[str, JSON] = {
        "hand": start,
        "moves": cast(JSON, moves),
        "rounds": "\n".join(rounds),
        "count": len(moves),
    }
    return values, ", ".join(map(str, results))
