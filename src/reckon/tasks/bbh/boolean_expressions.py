"""Boolean Expressions of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: 5 to 40 truth values in place of 3 to 5, and the order of the operations is said.
"""

import random
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

RULES = "Brackets come first, then not, then and, then or."
# Text, value, and how tightly its outermost operation binds: or 0, and 1, not 2, a single value 3.
Part: TypeAlias = tuple[str, bool, int]


@dataclass(frozen=True, slots=True)
class BooleanExpressions:
    """not ( True and False ) or False is True."""

    held_out: bool = False

    name: ClassVar[str] = "boolean_expressions"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        f"Find the value of this logical expression.\n\n{{expression}}\n\n{RULES} Answer True or False.",
        f"{{expression}}\n\nIs this expression True or False? {RULES} Answer with that one word.",
        f"Work out whether the following is True or False. {RULES}\n\n{{expression}}",
        f"Evaluate:\n\n{{expression}}\n\nThe order of the operations: {RULES} The answer is True or False.",
        f"A formula of truth values is given. {RULES} Say what it comes to: True or False.\n\n{{expression}}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"What does the formula below amount to, True or False? {RULES}\n\n{{expression}}",
        f"Simplify step by step until a single True or False is left. {RULES}\n\n{{expression}}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "The expression is already valid Python, so I let Python evaluate it.",
        "One slip with the brackets would spoil it: I print the expression's value.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        lines = str(problem.metadata["expression"]).replace(" or ", "\n    or ")
        return f"print(\n    {lines}\n)"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """The wanted value is drawn first: both come equally often."""
    wanted = rng.random() < 0.5
    size = scaled(difficulty, 5, 40)
    text, value, _ = _formula(rng, size)
    while value != wanted:
        text, value, _ = _formula(rng, size)
    return {"expression": text, "choices": ["True", "False"]}, str(value)


def _formula(rng: random.Random, size: int) -> Part:
    """A formula of `size` truth values: the two sides of a random operation, at times negated."""
    if size == 1:
        value = rng.random() < 0.5
        part: Part = (str(value), value, 3)
    else:
        left_size = rng.randint(1, size - 1)
        left, right = _formula(rng, left_size), _formula(rng, size - left_size)
        part = _joined(left, right, conjunction=rng.random() < 0.5)
    while rng.random() < 0.3:
        part = (f"not {_bracketed(part, 2)}", not part[1], 2)
    return part


def _joined(left: Part, right: Part, *, conjunction: bool) -> Part:
    if conjunction:
        return f"{_bracketed(left, 1)} and {_bracketed(right, 1)}", left[1] and right[1], 1
    return f"{_bracketed(left, 0)} or {_bracketed(right, 0)}", left[1] or right[1], 0


def _bracketed(part: Part, binding: int) -> str:
    """With brackets where the operation around it binds more tightly."""
    return part[0] if part[2] >= binding else f"( {part[0]} )"
