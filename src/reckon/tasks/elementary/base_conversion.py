"""Numbers written in another base, there and back."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import grade_caseless, tidied
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

NAMES = {2: "binary", 8: "octal", 16: "hexadecimal"}
CODES = {2: "b", 8: "o", 16: "x"}
LOOP = """n, base, digits = {number}, {base}, ""
while n:
    digits = str(n % base) + digits
    n //= base
print(digits)"""


@dataclass(frozen=True, slots=True)
class BaseConversion:
    """Convert 4821 from decimal to binary."""

    held_out: bool = False

    name: ClassVar[str] = "base_conversion"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Convert {number} from {source} to {target}.",
        "What is the {source} number {number} in {target}?",
        "Write the {source} number {number} in {target}.",
        "Change {number} from {source} to {target}.",
        "The number {number} is in {source}. Give it in {target}.",
        "Express {number}, which is {source}, in {target}.",
        "Find the {target} form of the {source} number {number}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Translate {number} ({source}) into {target}.",
        "How do you write the {source} number {number} in {target}?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will convert the number with Python.",
        "Changing the base by hand is slow, so I use code.",
        "Let me convert between the two bases in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        """A prefix such as 0x is harmless where it names the base that was asked for."""
        prefix = "0" + CODES.get(_target(problem), "-")
        return grade_caseless(problem.answer or "", tidied(answer).removeprefix(prefix))

    def program(self, problem: Problem) -> str:
        number, base = problem.metadata["number"], _base(problem)
        if problem.metadata["direction"] == "from":
            return f'print(int("{number}", {base}))'
        if base in CODES:
            return f'print(format({number}, "{CODES[base]}"))'
        return LOOP.format(number=number, base=base)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    value = rng.randint(100, 10 ** scaled(difficulty, 3, 6))
    base = rng.choice((2, 8, 16)) if rng.random() < 0.6 else rng.choice((3, 4, 5, 6, 7, 9))
    decimal, other, named = str(value), _digits(value, base), NAMES.get(base, f"base {base}")
    if rng.random() < 0.5:
        names = {"direction": "to", "source": "decimal", "target": named}
        return {"number": decimal, "base": base, **names}, other
    names = {"direction": "from", "source": named, "target": "decimal"}
    return {"number": other, "base": base, **names}, decimal


def _digits(value: int, base: int) -> str:
    digits = ""
    while value:
        digits = "0123456789abcdef"[value % base] + digits
        value //= base
    return digits


def _base(problem: Problem) -> int:
    return int(str(problem.metadata["base"]))


def _target(problem: Problem) -> int:
    """The base of the answer."""
    return _base(problem) if problem.metadata["direction"] == "to" else 10
