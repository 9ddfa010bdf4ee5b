"""Statistical Counting of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame
(arXiv:2408.15778).

Differs from it: a letter's score and the length from which its runs count are drawn, scores may be below
zero, and a run is defined, so that AAAA cannot be read as two runs.
"""

import random
from dataclasses import dataclass
from itertools import groupby
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

LETTERS = "ABCDEFGHIJK"
REPEATS = 0.45


@dataclass(frozen=True, slots=True)
class StatisticalCounting:
    """The score of a string of letters, where runs of equal letters give points."""

    held_out: bool = False

    name: ClassVar[str] = "statistical_counting"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        "A string is scored by its runs. A run is a stretch of equal letters that cannot be made longer, so "
        "AAAA is one run and not two. The total begins at zero; read the string from left to right and, for "
        "every run:\n{rules}\nShorter runs give nothing, and a longer run counts once.\nString: {string}\n"
        "What is the total? Answer with one integer.",
        "Find the score of the string {string}\n\nCut it into maximal blocks of the same letter. Points per "
        "block:\n{rules}\nA block counts once, however long it is, and blocks below the stated length score "
        "nothing. Add up all points and give the sum as one integer.",
        "Points are given for repeated letters, from an initial total of zero:\n{rules}\nA group of equal "
        "neighbouring letters counts as a whole and only once; its length is that of the entire group. "
        "Compute the total for\n{string}\nand answer with one integer.",
        "Scan this string from the first letter to the last: {string}\nWhenever a run of one letter ends "
        "(the next letter differs or the string is over), look at the whole run and change the total, which "
        "was zero at the start:\n{rules}\nOther runs change nothing. State the final total as an integer.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Scoring table for unbroken runs of a letter, each taken at its full length and once:\n{rules}\n"
        "Anything not in the table scores nothing. How many points does {string} get in total? Give an "
        "integer.",
        "The string below falls into runs, that is, longest possible pieces made of one letter.\n{string}\n"
        "Sum these points over all its runs, beginning from zero:\n{rules}\nRuns that are too short bring no "
        "points. Answer with the integer total.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will split the string into runs with groupby and add scores.",
        "Counting runs by eye is error-prone, so I loop over the string.",
        "Let me measure every run in Python and look up its points.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            f"text = {given['string']!r}\nleast = {given['least']}\nscores = {given['scores']}\n"
            "total, length = 0, 0\n"
            "for place, letter in enumerate(text):\n"
            "    length += 1\n"
            "    if place + 1 == len(text) or text[place + 1] != letter:\n"
            "        if length >= least[letter]:\n"
            "            total += scores[letter]\n"
            "        length = 0\n"
            "print(total)"
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    letters = LETTERS[: scaled(difficulty, 2, 8)]
    length = scaled(difficulty, 12, 110)
    string = rng.choice(letters)
    while len(string) < length:
        string += string[-1] if rng.random() < REPEATS else rng.choice(letters)
    least = {letter: rng.randint(2, 3 if difficulty > 0.25 else 2) for letter in letters}
    scores = dict(zip(letters, rng.sample(range(2, 5 + 2 * len(letters)), len(letters)), strict=True))
    if difficulty > 0.5:
        scores = {letter: score if rng.random() < 0.7 else -score for letter, score in scores.items()}
    runs = [(letter, len(list(run))) for letter, run in groupby(string)]
    total = sum(scores[letter] for letter, size in runs if size >= least[letter])
    values: dict[str, JSON] = {
        "string": string,
        "least": dict(least),
        "scores": dict(scores),
        "rules": "\n".join(_rule(letter, least[letter], scores[letter]) for letter in letters),
    }
    return values, str(total)


def _rule(letter: str, least: int, score: int) -> str:
    does = f"add {score}" if score > 0 else f"subtract {-score}"
    return f"- {'two' if least == 2 else 'three'} or more {letter} in a row: {does};"
