"""Multi-Step Arithmetic Two of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: 2 to 9 brackets and numbers of one to three digits, in place of 2 to 4 brackets
and one digit.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

FORM = "Multiplication comes before addition and subtraction. Answer with one whole number."
Part: TypeAlias = tuple[str, int]


@dataclass(frozen=True, slots=True)
class MultistepArithmeticTwo:
    """((-5 + 9 * -4) - (3 - -7 + 2)) = -53."""

    held_out: bool = False

    name: ClassVar[str] = "multistep_arithmetic_two"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        f"{{expression}} = ?\n{FORM}",
        f"Compute the value of\n{{expression}}\n{FORM}",
        f"What number is {{expression}}?\n{FORM}",
        f"Work out this calculation step by step: {{expression}}\n{FORM}",
        f"Find the result.\n\n{{expression}}\n\n{FORM}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"Which number does the following come to?\n{{expression}}\n{FORM}",
        f"Brackets first, then the rest: evaluate {{expression}}.\n{FORM}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The many signs invite a slip, so I let Python compute it.",
        "I will print the value of the whole expression with Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return f"print({problem.metadata['expression']})"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Brackets are paired, each pair is a bracket of the next level, as in the original."""
    top = 10 ** scaled(difficulty, 1, 3) - 1
    groups = [_group(rng, scaled(difficulty, 3, 6), top) for _ in range(scaled(difficulty, 2, 9))]
    while len(groups) > 1:
        pairs = [groups[at : at + 2] for at in range(0, len(groups), 2)]
        groups = [_bracket(*_chain(rng, pair)) if len(pair) == 2 else pair[0] for pair in pairs]
    text, value = groups[0]
    return {"expression": text}, str(value)


def _group(rng: random.Random, terms: int, top: int) -> Part:
    numbers = [rng.randint(1, top) * rng.choice((1, -1)) for _ in range(terms)]
    return _bracket(*_chain(rng, [(str(number), number) for number in numbers]))


def _bracket(text: str, value: int) -> Part:
    return f"({text})", value


def _chain(rng: random.Random, parts: Sequence[Part]) -> Part:
    """The parts joined by random operations; the value is carried along: sum of finished terms, open term."""
    text, term = parts[0]
    total = 0
    for other, value in parts[1:]:
        sign = rng.choice("+-*")
        text += f" {sign} {other}"
        if sign == "*":
            term *= value
        else:
            total, term = total + term, value if sign == "+" else -value
    return text, total + term
