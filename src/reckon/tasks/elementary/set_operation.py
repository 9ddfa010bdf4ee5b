"""Intersection, union and difference of two lists of numbers."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

PHRASES = {
    "intersection": ("in both A and B", "in the intersection of A and B"),
    "union": ("in A or B or both", "in the union of A and B"),
    "difference": ("in A but not in B", "in A without B"),
}
SIGNS = {"intersection": "&", "union": "|", "difference": "-"}


@dataclass(frozen=True, slots=True)
class SetOperation:
    """Which numbers are in both 3, 8, 5 and 8, 9, 3?"""

    held_out: bool = False

    name: ClassVar[str] = "set_operation"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "A = {a}. B = {b}. Which numbers are {phrase}? Sort them.",
        "List A is {a}. List B is {b}. Give, sorted, the numbers {phrase}.",
        "Given A = {a} and B = {b}, list the numbers {phrase}, smallest first.",
        "Let A be {a} and B be {b}. Find the numbers {phrase} in sorted order.",
        "Take A: {a}; B: {b}. What numbers are {phrase}? Answer sorted.",
        "Sort the numbers {phrase}, where A = {a} and B = {b}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "We have A = {a} and B = {b}. In order, name all numbers {phrase}.",
        "With A: {a} and B: {b}, which are the numbers {phrase}, sorted?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will use Python sets for the two lists.",
        "Let me write both lists as sets and combine them.",
        "Sets make this easy, so I use code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        a, b = (str(given[name]).strip("[]") for name in ("a", "b"))
        sign = SIGNS[str(given["operation"])]
        return f'a = {{{a}}}\nb = {{{b}}}\nprint(*sorted(a {sign} b), sep=", ")'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Shares at least two numbers and keeps at least two apart, so that no answer is empty."""
    count = scaled(difficulty, 4, 7)
    shared = rng.randint(2, count - 2)
    pool = rng.sample(range(10, 10 ** scaled(difficulty, 2, 3)), 2 * count - shared)
    a, b = pool[:count], pool[count - shared :]
    rng.shuffle(a)
    rng.shuffle(b)
    operation = rng.choice(tuple(PHRASES))
    results = {"intersection": {*a} & {*b}, "union": {*a} | {*b}, "difference": {*a} - {*b}}
    answer = ", ".join(map(str, sorted(results[operation])))
    return {"a": a, "b": b, "operation": operation, "phrase": rng.choice(PHRASES[operation])}, answer
