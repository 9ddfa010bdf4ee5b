"""Made-up words put in order."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.words import made_up_words
from reckon.values import Grade, Problem

PHRASES = {
    "alphabetical": ("in alphabetical order", "from a to z"),
    "reverse": ("in reverse alphabetical order", "from z to a"),
    "length": ("by length, shortest first", "from shortest to longest"),
}
CALLS = {
    "alphabetical": "sorted(words)",
    "reverse": "sorted(words, reverse=True)",
    "length": "sorted(words, key=len)",
}


@dataclass(frozen=True, slots=True)
class WordSort:
    """Sort these words alphabetically: mirt, plok, brast."""

    held_out: bool = False

    name: ClassVar[str] = "word_sort"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "Sort these words {phrase}: {words}.",
        "Put the words {words} {phrase}.",
        "Arrange {words} {phrase}.",
        "Order this list of words {phrase}: {words}.",
        "Given the words {words}, list them {phrase}.",
        "What are the words {words} sorted {phrase}?",
        "Write the words {words} {phrase}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Here are some words: {words}. Give them {phrase}.",
        "Rearrange {words} so that they stand {phrase}.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will sort the words with Python.",
        "Let me order the words with sorted.",
        "The words are made up, so I sort them with code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_words(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        words = f'words = "{", ".join(_words(given))}".split(", ")'
        return f'{words}\nprint(", ".join({CALLS[str(given["order"])]}))'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """No two words have the same length, so that the order by length is the only one."""
    count = scaled(difficulty, 3, 6)
    words = made_up_words(rng, rng.sample(range(4, 11), count))
    order = rng.choice(tuple(PHRASES))
    answer = sorted(words, key=len) if order == "length" else sorted(words, reverse=order == "reverse")
    return {"words": words, "order": order, "phrase": rng.choice(PHRASES[order])}, ", ".join(answer)


def _words(given: Values) -> list[str]:
    words = given["words"]
    return [str(word) for word in words] if isinstance(words, Sequence) else []
