"""Cryptanalysis of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning), after LogicGame (2408.15778).

Differs from it: feedback counts every kind of miss, mixed ones too; easy passwords are drawn from few signs,
hard ones have three digits; the guesses always leave one password only.
"""

import functools
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.grids import grade_cells
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

DIGITS = "0123456789"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LETTERS = 2
DIGIT_WORDS = ("right", "misplaced", "too small", "too large", "between")
LETTER_WORDS = ("right", "misplaced", "too early", "too late", "between")
# How many guesses are tried before one that narrows nothing is taken.
TRIES = 8
SAYS = (
    "For each guess, its digits are judged against the digits of the password, and its letters against the "
    "letters. Every sign of the guess counts for exactly one of these: right (the password has it at the "
    "same place); misplaced (the password has it, but at another place); and, if the password does not have "
    "it: too small (smaller than all digits of the password), too large (larger than all of them) or "
    "between (neither); for letters too early (before all letters of the password in the alphabet), too "
    "late (after all of them) or between (neither). Kinds that count 0 are left out."
)
KINDS = (
    "The password has {digits} different digits from 0 to {last_digit}, then {letters} different letters "
    "from A to {last_letter}; so has every guess."
)
FORM = " Exactly one password fits. Answer with the password alone, digits first, such as {example}."


@dataclass(frozen=True, slots=True)
class Cryptanalysis:
    """Find a password of digits and letters from guesses and what was said about them."""

    held_out: bool = False

    name: ClassVar[str] = "cryptanalysis"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Find the password of a lock. "
        + KINDS
        + " "
        + SAYS
        + "\n\n{guesses}\n\nWhat is the password?"
        + FORM,
        "Somebody tried to break a code and wrote down what the lock said to each try. "
        + KINDS
        + " "
        + SAYS
        + "\n\n{guesses}\n\nDeduce the code."
        + FORM,
        "These are guesses at a secret password, each with its feedback:\n\n{guesses}\n\n"
        + KINDS
        + " "
        + SAYS
        + " Which password agrees with all the feedback?"
        + FORM,
        "Code breaking. "
        + KINDS
        + "\n\n{guesses}\n\nHow to read the feedback: "
        + SAYS
        + "\n\nDetermine the password."
        + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A safe opens with one password only. "
        + KINDS
        + " So far these were tried, without success:\n\n{guesses}\n\n"
        + SAYS
        + " Name the password that opens the safe."
        + FORM,
        "Your task is to reconstruct a password from hints. "
        + KINDS
        + " "
        + SAYS
        + "\n\nHints:\n{guesses}\n\nReconstruct it."
        + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will try every password and keep the one that fits all feedback.",
        "Digits and letters can be searched apart, as the feedback is apart.",
        "Let me write the feedback as a function and filter all candidates.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_cells(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from itertools import permutations

digit_clues = {given["digit_clues"]}
letter_clues = {given["letter_clues"]}


def feedback(secret, guess):
    counts = [0, 0, 0, 0, 0]
    for sign, guessed in zip(secret, guess):
        if guessed == sign:
            counts[0] += 1
        elif guessed in secret:
            counts[1] += 1
        elif guessed < min(secret):
            counts[2] += 1
        elif guessed > max(secret):
            counts[3] += 1
        else:
            counts[4] += 1
    return counts


def crack(signs, clues):
    for secret in permutations(signs, len(clues[0][0])):
        if all(feedback(secret, guess) == told for guess, told in clues):
            return "".join(secret)


digits = [str(digit) for digit in range({given["last_digit"]} + 1)]
letters = [chr(code) for code in range(ord("A"), ord("{given["last_letter"]}") + 1)]
print(crack(digits, digit_clues) + crack(letters, letter_clues))"""


def feedback(secret: Sequence[str], guess: Sequence[str]) -> tuple[int, ...]:
    """How many signs of the guess are right, misplaced, below all of the secret's, above all, between."""
    counts = [0] * 5
    least, most = min(secret), max(secret)
    for sign, guessed in zip(secret, guess, strict=True):
        if guessed == sign:
            counts[0] += 1
        elif guessed in secret:
            counts[1] += 1
        else:
            counts[2 if guessed < least else 3 if guessed > most else 4] += 1
    return tuple(counts)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    pools = (DIGITS[: scaled(difficulty, 5, 10)], ALPHABET[: scaled(difficulty, 6, 26)])
    lengths = (3 if difficulty > 0.6 else 2, LETTERS)
    secret = tuple("".join(rng.sample(pool, length)) for pool, length in zip(pools, lengths, strict=True))
    left = [_passwords(pool, length) for pool, length in zip(pools, lengths, strict=True)]
    clues: list[list[tuple[str, tuple[int, ...]]]] = []
    while any(len(candidates) > 1 for candidates in left):
        guess, told, left = _clue(rng, pools, secret, left)
        clues.append(list(zip(guess, told, strict=True)))
    lines = [
        f"{digits}{letters}: digits: {_said(about, DIGIT_WORDS)}; letters: {_said(of_letters, LETTER_WORDS)}"
        for (digits, about), (letters, of_letters) in clues
    ]
    values: dict[str, JSON] = {
        "digits": lengths[0],
        "letters": lengths[1],
        "last_digit": pools[0][-1],
        "last_letter": pools[1][-1],
        "example": "".join(rng.sample(pools[0], lengths[0]) + rng.sample(pools[1], lengths[1])),
        "guesses": "\n".join(lines),
        "digit_clues": [[guess, list(told)] for (guess, told), _ in clues],
        "letter_clues": [[guess, list(told)] for _, (guess, told) in clues],
    }
    return values, "".join(secret)


def _clue(
    rng: random.Random, pools: Sequence[str], secret: Sequence[str], left: list[Sequence[str]]
) -> tuple[list[str], list[tuple[int, ...]], list[Sequence[str]]]:
    """A guess, its feedback for digits and letters, and the candidates of each that are left after it."""
    for _ in range(TRIES):
        guess = list(secret)
        while guess == list(secret):
            guess = ["".join(rng.sample(pool, len(part))) for pool, part in zip(pools, secret, strict=True)]
        told = [feedback(part, guessed) for part, guessed in zip(secret, guess, strict=True)]
        after: list[Sequence[str]] = [
            candidates if len(candidates) == 1 else [c for c in candidates if feedback(c, guessed) == said]
            for candidates, guessed, said in zip(left, guess, told, strict=True)
        ]
        if sum(map(len, after)) < sum(map(len, left)):
            break
    return guess, told, after


@functools.cache
def _passwords(pool: str, length: int) -> Sequence[str]:
    return ["".join(signs) for signs in itertools.permutations(pool, length)]


def _said(counts: Sequence[int], words: Sequence[str]) -> str:
    return ", ".join(f"{count} {word}" for count, word in zip(counts, words, strict=True) if count)
