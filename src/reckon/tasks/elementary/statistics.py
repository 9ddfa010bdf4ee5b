"""Median, mean, range and sums of squares of a list."""

import random
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_decimal
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

PHRASES = {
    "median": ("median", "middle value (median)"),
    "mean": ("mean", "average"),
    "range": ("range", "difference between largest and smallest"),
    "squares": ("sum of squares", "sum of the squares"),
}
PROGRAMS = {
    "median": "from statistics import median\nprint(median(numbers))",
    "mean": "print(sum(numbers) / len(numbers))",
    "range": "print(max(numbers) - min(numbers))",
    "squares": "print(sum(n * n for n in numbers))",
}


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is the median of 12, 7, 31, 8?"""

    held_out: bool = False

    name: ClassVar[str] = "statistics"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "What is the {phrase} of {numbers}?",
        "Find the {phrase} of {numbers}.",
        "Compute the {phrase} of these numbers: {numbers}.",
        "Given {numbers}, what is the {phrase}?",
        "Calculate the {phrase} of the list {numbers}.",
        "For the data {numbers}, give the {phrase}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Here is a list: {numbers}. Work out its {phrase}.",
        "Which number is the {phrase} of {numbers}?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will compute the statistic with Python.",
        "Let me put the numbers in a list and compute.",
        "A list this long is safer in code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_decimal(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"numbers = {given['numbers']}\n{PROGRAMS[str(given['statistic'])]}"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Counts of 4, 8 and 10 keep a mean's decimals short, and a median between two of the numbers."""
    count = (4, 8, 10)[scaled(difficulty, 0, 2)]
    numbers = [rng.randint(2, 10 ** scaled(difficulty, 2, 3)) for _ in range(count)]
    statistic = rng.choice(tuple(PHRASES))
    phrase = rng.choice(PHRASES[statistic])
    return {"numbers": numbers, "statistic": statistic, "phrase": phrase}, _answer(numbers, statistic)


def _answer(numbers: list[int], statistic: str) -> str:
    if statistic == "median":
        return str(median(numbers))
    if statistic == "mean":
        return str(sum(numbers) / len(numbers))
    return str(max(numbers) - min(numbers) if statistic == "range" else sum(n * n for n in numbers))
