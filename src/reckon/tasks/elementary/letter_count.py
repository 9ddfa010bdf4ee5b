"""How often a letter stands in a made-up word."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.words import LETTERS
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class LetterCount:
    """How many times does "r" occur in "mirtlebrast"?"""

    held_out: bool = False

    name: ClassVar[str] = "letter_count"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        'How many times does "{letter}" occur in "{word}"?',
        'Count the letter "{letter}" in "{word}".',
        'How many "{letter}" are there in the word "{word}"?',
        'In the word "{word}", how often does the letter "{letter}" appear?',
        'How often is "{letter}" used in "{word}"?',
        'Find the number of times the letter "{letter}" stands in "{word}".',
        'The word is "{word}". How many letters in it are "{letter}"?',
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        'Tell me how many of the letters of "{word}" are "{letter}".',
        'What is the count of "{letter}" in the made-up word "{word}"?',
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will count the letter with Python.",
        "Counting letters by eye goes wrong, so I use code.",
        "Let me let Python count the letter.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f'word = "{given["word"]}"\nprint(word.count("{given["letter"]}"))'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """The count is drawn first and evenly, so that no answer is a good guess."""
    length, letter = scaled(difficulty, 6, 14) + rng.randint(0, 2), rng.choice(LETTERS)
    count = rng.randint(1, length // 2)
    others = [rng.choice(LETTERS.replace(letter, "")) for _ in range(length - count)]
    letters = [letter] * count + others
    rng.shuffle(letters)
    return {"word": "".join(letters), "letter": letter}, str(count)
