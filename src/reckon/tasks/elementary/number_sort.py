"""Lists of numbers put in order."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

PHRASES = {
    "ascending": ("in ascending order", "from smallest to largest", "in increasing order"),
    "descending": ("in descending order", "from largest to smallest", "in decreasing order"),
}


@dataclass(frozen=True, slots=True)
class NumberSort:
    """Sort these numbers in ascending order: 52, 7, 310."""

    held_out: bool = False

    name: ClassVar[str] = "number_sort"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "Sort these numbers {phrase}: {numbers}.",
        "Put {numbers} {phrase}.",
        "Arrange the numbers {numbers} {phrase}.",
        "Order this list {phrase}: {numbers}.",
        "Given the numbers {numbers}, list them {phrase}.",
        "Write {numbers} {phrase}.",
        "What is the list {numbers} sorted {phrase}?",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Here are some numbers: {numbers}. Give them {phrase}.",
        "Rearrange {numbers} so that they are {phrase}.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will sort the list with Python.",
        "Let me put the numbers in order with sorted.",
        "Sorting by hand is slow, so I use code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        order = ", reverse=True" if given["order"] == "descending" else ""
        return f'numbers = {given["numbers"]}\nprint(*sorted(numbers{order}), sep=", ")'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    count = scaled(difficulty, 4, 9) + rng.randint(0, 1)
    numbers = rng.sample(range(1, 10 ** scaled(difficulty, 2, 4)), count)
    order = rng.choice(tuple(PHRASES))
    answer = ", ".join(map(str, sorted(numbers, reverse=order == "descending")))
    return {"numbers": numbers, "order": order, "phrase": rng.choice(PHRASES[order])}, answer
