"""Combinatorial Calculation of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (2408.15778).

Differs from it: numbers up to 15; the answer is an expression as one writes it, not a list of symbols.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, cast

from reckon.tasks.graders.expressions import grade_target_in_order, spoiled
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

LARGEST = 15
SAYS = (
    "Write the whole expression, such as (2 + 5) * 3 / 7, without the result. Division is exact: fractions "
    "may come up on the way. The usual precedence holds: brackets first, then * and / from left to right, "
    "then + and - from left to right. Only + - * / and round brackets may be put in, and every sign must "
    "have something on both its sides: a leading minus as in -3 + 5 is not allowed. If there are several "
    "solutions, give one."
)


@dataclass(frozen=True, slots=True)
class CombinatorialCalculation:
    """Put signs and brackets between 3, 5, 2, 8 so that the value is 64; the order is fixed."""

    held_out: bool = False

    name: ClassVar[str] = "combinatorial_calculation"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "Insert arithmetic signs, and brackets where you need them, between the numbers {numbers} so that "
        "the result is {target}. The numbers must stay in this order and each is used exactly once. " + SAYS,
        "The numbers {numbers} stand in a row. Without changing their order, join them by +, -, * and / "
        "(brackets allowed) to a calculation whose value is {target}. All {count} numbers must be in it. "
        "" + SAYS,
        "Target: {target}. Numbers, in a fixed order: {numbers}. Find an expression that has these {count} "
        "numbers in exactly this order, one sign between neighbours, any brackets, and the target as its "
        "value. " + SAYS,
        "How can {target} be written with the numbers {numbers}, taken in the given order and each one "
        "time, by means of the four basic operations and brackets? " + SAYS,
        "Fill the gaps between {numbers} with signs, and set brackets, so that you get {target}. You may "
        "not move, drop, repeat or join numbers. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Here is a sequence of {count} numbers: {numbers}. Turn it into an expression worth {target} by "
        "writing one of + - * / into each gap and adding brackets if they help; the sequence itself stays "
        "as it is. " + SAYS,
        "You want to reach {target}. From left to right you must use the numbers {numbers}, once each; "
        "between any two neighbours you choose an operation, and brackets are free. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will collect all values of every stretch of neighbouring numbers.",
        "Dynamic programming over intervals gives every reachable value with its expression.",
        "The order is fixed, so I combine intervals from short to long.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        given = problem.metadata
        numbers = cast(Sequence[int], given["numbers"])
        return grade_target_in_order(numbers, cast(int, given["target"]), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return spoiled(problem.answer or "")

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from fractions import Fraction

numbers = {given["numbers"]}
target = {given["target"]}
count = len(numbers)
ways = {{(i, i + 1): {{Fraction(numbers[i]): str(numbers[i])}} for i in range(count)}}
for width in range(2, count + 1):
    for start in range(count - width + 1):
        end = start + width
        found = ways[start, end] = {{}}
        for middle in range(start + 1, end):
            for a, x in ways[start, middle].items():
                for b, y in ways[middle, end].items():
                    found[a + b] = f"({{x}} + {{y}})"
                    found[a - b] = f"({{x}} - {{y}})"
                    found[a * b] = f"({{x}} * {{y}})"
                    if b:
                        found[a / b] = f"({{x}} / {{y}})"
print(ways[0, count][target])"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Numbers and an expression over them at random, until its value is a small positive whole number."""
    count, most = scaled(difficulty, 3, 6), scaled(difficulty, 60, 400)
    while True:
        numbers = [rng.randint(1, LARGEST) for _ in range(count)]
        target, expression = _combined(rng, numbers)
        if target is not None and target.denominator == 1 and 0 < target <= most and target not in numbers:
            values: Values = {"numbers": list(numbers), "target": int(target), "count": count}
            return values, expression[1:-1]


def _combined(rng: random.Random, numbers: Sequence[int]) -> tuple[Fraction | None, str]:
    """The value of a random expression over the numbers in order, None where it divides by zero."""
    if len(numbers) == 1:
        return Fraction(numbers[0]), str(numbers[0])
    middle = rng.randint(1, len(numbers) - 1)
    (a, left), (b, right) = _combined(rng, numbers[:middle]), _combined(rng, numbers[middle:])
    sign = rng.choice("+-**/")
    text = f"({left} {sign} {right})"
    if a is None or b is None or (sign == "/" and b == 0):
        return None, text
    results = {"+": a + b, "-": a - b, "*": a * b}
    return (a / b if sign == "/" else results[sign]), text
