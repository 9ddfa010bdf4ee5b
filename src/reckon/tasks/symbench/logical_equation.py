"""Logical Equation of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (arXiv:2408.15778).

Differs from it: the numbers are drawn, and the conditions leave exactly one solution (SymBench's may leave
several, of which its checker knows one).
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

# p * a + q * b = value or, with ">", p * a + q * b > value: (p, a, q, b, sign, value).
Condition: TypeAlias = tuple[int, str, int, str, str, int]

TRIES = 40
SAYS = "Answer with the numbers of {letters}, in this order, separated by commas."


@dataclass(frozen=True, slots=True)
class LogicalEquation:
    """Which of the given numbers each letter stands for, from equations and inequalities."""

    held_out: bool = False

    name: ClassVar[str] = "logical_equation"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "The letters {letters} stand for the numbers {numbers} in some order: each letter is one of the "
        "numbers, and each number belongs to exactly one letter. It is known that\n{conditions}\nWhich "
        "number is each letter? " + SAYS,
        "Assign the {count} numbers {numbers} to the {count} letters {letters}, one number to each letter "
        "and none twice, so that all of the following hold:\n{conditions}\nThere is exactly one way. " + SAYS,
        "Solve this system, in which {letters} take the values {numbers}, every value "
        "once:\n{conditions}\n(The sign * means multiplication.) " + SAYS,
        "Someone has replaced the numbers {numbers} by the letters {letters}, a different letter for every "
        "number. These statements are true:\n{conditions}\nFind out which number each letter has replaced. "
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Conditions on the letters {letters}:\n{conditions}\nTheir values are {numbers}, in an order that "
        "you have to find; no value is used twice. " + SAYS,
        "You are given as many letters ({letters}) as numbers ({numbers}). Pair them off so "
        "that\n{conditions}\nare all satisfied. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will assign numbers by backtracking and check each condition early.",
        "A search over assignments with pruning finds the only solution.",
        "Let me search in Python, checking conditions once their letters are set.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return (
            "# (p, a, q, b, sign, value) stands for p*a + q*b sign value.\n"
            f"conditions = {given['list']}\nnumbers = {given['numbers']}\nletters = {given['letters']}\n\n"
            "def holds(p, a, q, b, sign, value):\n"
            "    total = p * found[a] + q * found[b]\n"
            '    return total == value if sign == "=" else total > value\n\n'
            "# Each letter next to one that stands before it, where a condition joins them.\n"
            "order = letters[:1]\n"
            "while len(order) < len(letters):\n"
            "    left = [letter for letter in letters if letter not in order]\n"
            "    order.append(max(left, key=lambda letter: sum(\n"
            '        sign == "=" and letter in (a, b) and (a in order or b in order)\n'
            "        for p, a, q, b, sign, value in conditions)))\n"
            "found = {}\n\n"
            "def search(depth):\n"
            "    if depth == len(order):\n"
            "        return True\n"
            "    for number in numbers:\n"
            "        if number not in found.values():\n"
            "            found[order[depth]] = number\n"
            "            known = [c for c in conditions if order[depth] in (c[1], c[3])\n"
            "                     and c[1] in found and c[3] in found]\n"
            "            if all(holds(*c) for c in known) and search(depth + 1):\n"
            "                return True\n"
            "            del found[order[depth]]\n"
            "    return False\n\n"
            "search(0)\n"
            'print(", ".join(str(found[letter]) for letter in letters))'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Equations join the letters of a group; further conditions are added until one solution is left."""
    count = scaled(difficulty, 4, 12)
    letters = [chr(ord("A") + place) for place in range(count)]
    for _ in range(TRIES):
        numbers = sorted(rng.sample(range(1, scaled(difficulty, 15, 120)), count))
        value = dict(zip(letters, rng.sample(numbers, count), strict=True))
        cut = rng.randint(count // 3, count - count // 3)
        mixed = rng.sample(letters, count)
        groups = [mixed[:cut], mixed[cut:]]
        trees = [_tree(rng, group, value) for group in groups]
        extra = [_inequality(rng, letters, value) for _ in range(scaled(difficulty, 1, 3))]
        solutions = _solutions(groups, trees, numbers)
        while len(solutions := [s for s in solutions if all(_holds(c, s) for c in extra)]) > 1:
            extra.append(
                _telling(rng, letters, value, solutions[0] if solutions[0] != value else solutions[1])
            )
        if len(extra) <= 4:
            break
    conditions = rng.sample([*trees[0], *trees[1], *extra], count - 2 + len(extra))
    values: dict[str, JSON] = {
        "letters": list(letters),
        "numbers": list(numbers),
        "count": count,
        "list": [list(condition) for condition in conditions],
        "conditions": "\n".join(f"- {_said(condition)}" for condition in conditions),
    }
    return values, ", ".join(str(value[letter]) for letter in letters)


def _tree(rng: random.Random, group: Sequence[str], value: dict[str, int]) -> list[Condition]:
    """Equations that join each letter of the group to one before it."""
    return [_equation(rng, letter, rng.choice(group[:at]), value) for at, letter in enumerate(group) if at]


def _equation(rng: random.Random, a: str, b: str, value: dict[str, int]) -> Condition:
    if value[a] < value[b]:
        a, b = b, a
    if value[a] % value[b] == 0 and value[b] > 1 and rng.random() < 0.7:
        return 1, a, -(value[a] // value[b]), b, "=", 0
    p, q = rng.choice(((1, 1), (1, 1), (1, -1), (1, -1), (2, 1), (1, 2), (3, -1), (2, -1)))
    return p, a, q, b, "=", p * value[a] + q * value[b]


def _inequality(rng: random.Random, letters: Sequence[str], value: dict[str, int]) -> Condition:
    a, b = sorted(rng.sample(letters, 2), key=lambda letter: -value[letter])
    return 1, a, -1, b, ">", 0


def _telling(
    rng: random.Random, letters: Sequence[str], value: dict[str, int], other: dict[str, int]
) -> Condition:
    """A condition that is true of the value and false of the other solution."""
    while True:
        condition = _inequality(rng, letters, value)
        if rng.random() < 0.3:
            condition = _equation(rng, condition[1], condition[3], value)
        if not _holds(condition, other):
            return condition


def _solutions(
    groups: Sequence[Sequence[str]], trees: Sequence[Sequence[Condition]], numbers: Sequence[int]
) -> list[dict[str, int]]:
    """All assignments that satisfy the equations: a group's first letter settles the group."""
    first, second = (list(_settled(group, tree, numbers)) for group, tree in zip(groups, trees, strict=True))
    return [one | two for one in first for two in second if not set(one.values()) & set(two.values())]


def _settled(
    group: Sequence[str], tree: Sequence[Condition], numbers: Sequence[int]
) -> Iterator[dict[str, int]]:
    for start in numbers:
        found = {group[0]: start}
        for p, a, q, b, _, value in tree:
            known, factor, new, divisor = (b, q, a, p) if b in found else (a, p, b, q)
            number, rest = divmod(value - factor * found[known], divisor)
            if rest or number not in numbers or number in found.values():
                break
            found[new] = number
        if len(found) == len(group):
            yield found


def _holds(condition: Condition, value: dict[str, int]) -> bool:
    p, a, q, b, sign, wanted = condition
    total = p * value[a] + q * value[b]
    return total == wanted if sign == "=" else total > wanted


def _said(condition: Condition) -> str:
    p, a, q, b, sign, value = condition
    if sign == ">":
        return f"{a} > {b}"
    if value == 0 and p == 1:
        return f"{a} = {-q} * {b}"
    return f"{_times(p, a)} {'+' if q > 0 else '-'} {_times(abs(q), b)} = {value}"


def _times(factor: int, letter: str) -> str:
    return letter if factor == 1 else f"{factor} * {letter}"
