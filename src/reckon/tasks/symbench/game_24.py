"""Game 24 of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning), as in Tree of Thoughts (2305.10601).

Differs from it: three numbers where easy, five where hard, and numbers above 13, as the four-number
sets of a card game are few and stand in every model's training data.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.graders.expressions import grade_target, spoiled
from reckon.tasks.material.family import Values, pose
from reckon.values import Grade, Problem

TARGET = 24
# From this difficulty on: how many numbers, and the largest.
SIZES = ((0.0, 3, 150), (0.08, 4, 40), (0.4, 4, 80), (0.6, 5, 50))
Split: TypeAlias = tuple[int, str, int]
SAYS = (
    "Write it as one arithmetic expression such as (8 - 5) * 6, with whole numbers, the four signs + - * / "
    "and round brackets only. Division is exact: fractions may come up on the way. Signs in front of a "
    "number, powers and digits joined to a longer number are not allowed. If there are several solutions, "
    "give one."
)


@dataclass(frozen=True, slots=True)
class Game24:
    """Make 24 from 4, 7, 8 and 8."""

    held_out: bool = False

    name: ClassVar[str] = "game_24"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "Use the numbers {numbers} to make 24. Each of the {count} numbers must be used exactly once, in "
        "any order, combined by addition, subtraction, multiplication and division. " + SAYS,
        "Make 24 from {numbers}: every number once, none left over, none twice, order free. " + SAYS,
        "You are given {count} numbers: {numbers}. Find a way to combine all of them, each one time and in "
        "whichever order you like, by +, -, * and / so that the result is exactly 24. " + SAYS,
        "The game of 24: from the numbers {numbers} build a calculation whose value is 24. All of them must "
        "occur in it, each as often as it is listed, and no other number. " + SAYS,
        "Which calculation with the {count} numbers {numbers}, each used once and rearranged as you wish, "
        "gives 24? " + SAYS,
        "Put signs and brackets between the numbers {numbers}, after reordering them if need be, so that "
        "the value is 24. Use each number once and only these numbers. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Numbers: {numbers}. Goal: 24. Combine the {count} numbers, each used a single time and in an order "
        "of your choice, into a calculation that reaches the goal. " + SAYS,
        "Find an equation's left side whose value is 24 and which holds each of {numbers} once and nothing "
        "else but signs and brackets; the order is yours. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will search all ways to combine two numbers until one is left.",
        "Let me try every pair and every sign recursively, with exact fractions.",
        "A recursive search over pairs and operations finds an expression worth 24.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        numbers = cast(Sequence[int], problem.metadata["numbers"])
        return grade_target(numbers, TARGET, answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return spoiled(problem.answer or "")

    def program(self, problem: Problem) -> str:
        return f"""from fractions import Fraction

numbers = {problem.metadata["numbers"]}
tried = set()


def search(items):
    if len(items) == 1:
        return items[0][1] if items[0][0] == 24 else None
    state = tuple(sorted(value for value, _ in items))
    if state in tried:
        return None
    tried.add(state)
    for i, (a, x) in enumerate(items):
        for j, (b, y) in enumerate(items):
            if i == j:
                continue
            ways = [(a - b, f"({{x}} - {{y}})")]
            if i < j:
                ways += [(a + b, f"({{x}} + {{y}})"), (a * b, f"({{x}} * {{y}})")]
            if b:
                ways.append((a / b, f"({{x}} / {{y}})"))
            rest = [items[k] for k in range(len(items)) if k != i and k != j]
            for way in ways:
                found = search(rest + [way])
                if found:
                    return found
    return None


print(search([(Fraction(number), str(number)) for number in numbers]))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Sets with a 1, with equal numbers or with small ones alone are left out: they would come again."""
    count, most = [(count, most) for least, count, most in SIZES if difficulty >= least][-1]
    while True:
        numbers: list[int] = []
        expression = _grown(rng, TARGET, count, most, numbers)
        if 10 <= max(numbers) <= most and min(numbers) > 1 and len(set(numbers)) == count:
            rng.shuffle(numbers)
            values: Values = {"numbers": list(numbers), "count": count}
            return values, expression[1:-1]


def _grown(rng: random.Random, value: int, count: int, most: int, numbers: list[int]) -> str:
    """An expression of `count` numbers worth `value`; its numbers are added to `numbers`."""
    if count == 1:
        numbers.append(value)
        return str(value)
    first = rng.randint(1, count - 1)
    a, sign, b = _split(rng, value, most)
    left = _grown(rng, a, first, most, numbers)
    return f"({left} {sign} {_grown(rng, b, count - first, most, numbers)})"


def _split(rng: random.Random, value: int, most: int) -> Split:
    """Two positive numbers and the sign that makes `value` of them."""
    sign = rng.choice("+---*/")
    divisors = [n for n in range(2, value // 2 + 1) if value % n == 0]
    if sign == "*" and divisors:
        a = rng.choice(divisors)
        return a, "*", value // a
    if sign == "/":
        b = rng.randint(2, 9)
        return value * b, "/", b
    if sign == "+" and value > 1:
        a = rng.randint(1, value - 1)
        return a, "+", value - a
    b = rng.randint(1, most)
    return value + b, "-", b
