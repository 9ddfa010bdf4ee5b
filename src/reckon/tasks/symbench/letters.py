"""Letters of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning; first in arXiv:2410.03524).

Differs from it: made-up words, up to 70 letters long, so that no word can be known by heart.
"""

import random
import re
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.words import LETTERS, made_up_word
from reckon.values import Grade, Problem

ANSWER = re.compile(
    r"Count ?: ?([0-9]{1,3}) ?[,;]? ?Positions ?: ?(?:\[([0-9, ]*)\]|([0-9, ]*))", re.ASCII | re.IGNORECASE
)
SAYS = (
    'Positions are counted from 1 for the first letter. Answer in the form "Count: X, Positions: [Y, Z, '
    '...]" with the positions in ascending order; the brackets stay empty if there are none.'
)


@dataclass(frozen=True, slots=True)
class Letters:
    """How often does "a" stand in "banana", and where?"""

    held_out: bool = False

    name: ClassVar[str] = "letters"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        'How often does the letter "{letter}" occur in the word "{word}", and at which positions? ' + SAYS,
        'Find every "{letter}" in "{word}": how many are there and where do they stand? ' + SAYS,
        'Look at the letters of "{word}" one by one. Count those that are "{letter}" and note their '
        "positions. " + SAYS,
        'In the word "{word}", at which places is there a letter "{letter}", and how many such places are '
        "there? " + SAYS,
        'Word: "{word}"\nLetter: "{letter}"\nGive the number of times the letter stands in the word, and '
        "all its positions. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        'Spell "{word}" and watch for "{letter}". Report how many you met and the place of each. ' + SAYS,
        'The letter "{letter}" may stand several times in "{word}", or never. Say how many times and where. '
        + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will go through the word with enumerate and note the positions.",
        "Counting letters by eye fails, so I let Python find every position.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        if refusal := refused(answer):
            return refusal
        given = _read(answer)
        if given is None:
            return Grade(0.0, "not in the form Count: X, Positions: [Y, Z]")
        return verdict(given == _read(problem.answer or ""))

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            f'word = "{given["word"]}"\npositions = []\n'
            "for position, letter in enumerate(word, 1):\n"
            f'    if letter == "{given["letter"]}":\n'
            "        positions.append(position)\n"
            'print(f"Count: {len(positions)}, Positions: {positions}")'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """One word in twelve lacks the letter."""
    word = made_up_word(rng, scaled(difficulty, 6, 66) + rng.randint(0, 4))
    absent = [letter for letter in LETTERS if letter not in word]
    letter = rng.choice(absent) if absent and rng.random() < 1 / 12 else rng.choice(word)
    positions = [place for place, found in enumerate(word, 1) if found == letter]
    return {"word": word, "letter": letter}, f"Count: {len(positions)}, Positions: {positions}"


def _read(answer: str) -> tuple[int, list[int]] | None:
    """The count and the positions; None if anything else stands in the answer."""
    match = ANSWER.fullmatch(tidied(answer))
    if match is None:
        return None
    return int(match[1]), [int(digits) for digits in re.findall("[0-9]+", match[2] or match[3] or "")]
