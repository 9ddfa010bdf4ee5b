"""Edits of a made-up string."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import grade_exact
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.words import LETTERS, VOWELS, made_up_word
from reckon.values import Grade, Problem

PHRASES = {
    "reverse": ("reverse it", "write it backwards"),
    "vowels": ("remove all vowels", "delete every vowel"),
    "replace": ('replace every "{old}" with "{new}"', 'change each "{old}" to "{new}"'),
    "upper": ("write it in upper case", "turn it into capital letters"),
    "alternate": ("keep every second letter from the first on", "keep letters 1, 3, 5 and so on"),
}
EXPRESSIONS = {
    "reverse": "word[::-1]",
    "vowels": '"".join(c for c in word if c not in "aeiou")',
    "replace": 'word.replace("{old}", "{new}")',
    "upper": "word.upper()",
    "alternate": "word[::2]",
}


@dataclass(frozen=True, slots=True)
class StringEdit:
    """Reverse the string "mirtlebrast"."""

    held_out: bool = False

    name: ClassVar[str] = "string_edit"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        'Take the word "{word}" and {phrase}.',
        'What do you get if you take "{word}" and {phrase}?',
        'Start with "{word}" and {phrase}.',
        'Given "{word}", {phrase}.',
        'Here is a word: "{word}". Now {phrase}.',
        'For the string "{word}", {phrase}.',
        'Please look at "{word}" and {phrase}.',
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        'The string is "{word}". Your job: {phrase}.',
        'Consider "{word}", then {phrase} and answer with the result.',
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will edit the string with Python.",
        "String work letter by letter is best done in code.",
        "Let me apply the edit in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_exact(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        expression = EXPRESSIONS[str(given["operation"])].format(**given)
        return f'word = "{given["word"]}"\nprint({expression})'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    word = made_up_word(rng, scaled(difficulty, 5, 13) + rng.randint(0, 2))
    operation, old = rng.choice(tuple(PHRASES)), rng.choice(word)
    new = rng.choice(LETTERS.replace(old, ""))
    phrase = rng.choice(PHRASES[operation]).format(old=old, new=new)
    values = {"word": word, "operation": operation, "old": old, "new": new, "phrase": phrase}
    return values, _edited(word, operation, old, new) or word


def _edited(word: str, operation: str, old: str, new: str) -> str:
    if operation == "reverse":
        return word[::-1]
    if operation == "vowels":
        return "".join(c for c in word if c not in VOWELS)
    if operation == "replace":
        return word.replace(old, new)
    return word.upper() if operation == "upper" else word[::2]
