"""New Operator of SymBench (Chen et al., 2025, arXiv:2502.04350, Execution), after LogicGame
(arXiv:2408.15778).

Differs from it: every application stands in its own brackets, as the original's order of operators is not
defined; the value is an exact fraction, not a decimal within a tolerance; expressions have up to seven
numbers, all of them drawn.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.graders.exact import grade_rational
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

SYMBOLS = "#@$&~"
LARGEST = 10**9
# Each takes a and b as Fractions; p and q are the numbers drawn for it.
FORMULAS = (
    "{p}*a + {q}*b",
    "{p}*a - {q}*b",
    "{p}*a*b",
    "a*b + {p}*a - {q}",
    "(a + b)/b",
    "({p}*a - b)/{q}",
    "a*a - {p}*b",
)
Tree: TypeAlias = int | tuple[int, "Tree", "Tree"]


@dataclass(frozen=True, slots=True)
class NewOperator:
    """With a # b = 2*a + 3*b, the value of (4 # 5) # 6."""

    held_out: bool = False

    name: ClassVar[str] = "new_operator"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "New operations on numbers are defined here; on the right, *, +, - and / are the usual ones.\n"
        "{rules}\nFind the value of {expression}. Give an integer or, if it is not whole, a reduced fraction "
        "such as -9/4.",
        "For any numbers a and b (with no division by zero) let\n{rules}\nwhere *, +, - and / have their "
        "usual meaning. What is {expression}? Answer with an integer or a reduced fraction written like 9/4.",
        "Somebody invented these operations:\n{rules}\nHere a and b stand for the numbers left and right of "
        "the new sign. Evaluate {expression}, innermost brackets first. The answer is one integer, or one "
        "fraction in lowest terms written with a slash.",
        "Calculate {expression}, given that\n{rules}\nfor all numbers a and b. The signs *, +, -, / mean "
        "ordinary arithmetic. Write the exact result: an integer, or numerator/denominator in lowest terms.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Each unfamiliar sign below is shorthand for an ordinary calculation with its left number a and its "
        "right number b:\n{rules}\nWhich number does {expression} come to? Exact answer: an integer or a "
        "reduced fraction with a slash.",
        "Definitions:\n{rules}\nTask: simplify {expression} to one exact number, an integer or a reduced "
        "fraction numerator/denominator.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will define each operation as a Python function and nest the calls.",
        "Exact fractions avoid rounding, so I evaluate the expression with Fraction.",
        "Let me translate the definitions into functions and call them inside out.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_rational(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        formulas = cast(Sequence[str], given["formulas"])
        lines = ["from fractions import Fraction", ""]
        for number, formula in enumerate(formulas):
            lines += [f"def op{number}(a, b):", f"    return {formula}", ""]
        return "\n".join([*lines, f"print({given['call']})"])


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    kinds = rng.sample(FORMULAS[: scaled(difficulty, 3, len(FORMULAS))], scaled(difficulty, 1, 3))
    drawn = [(kind, rng.randint(2, 5), rng.randint(2, 5)) for kind in kinds]
    formulas = [kind.format(p=p, q=q) for kind, p, q in drawn]
    symbols = rng.sample(SYMBOLS, len(kinds))
    leaves = scaled(difficulty, 2, 7)
    tree = _tree(rng, leaves, len(kinds), scaled(difficulty, 12, 20))
    value = _value(tree, drawn)
    if value is None:
        return _draw(rng, difficulty)
    values: dict[str, JSON] = {
        "rules": "\n".join(f"a {s} b = {formula}" for s, formula in zip(symbols, formulas, strict=True)),
        "expression": _written(tree, symbols)[1:-1],
        "formulas": list(formulas),
        "call": _called(tree),
    }
    return values, str(value)


def _tree(rng: random.Random, leaves: int, operators: int, largest: int) -> Tree:
    if leaves == 1:
        return rng.randint(2, largest)
    left = rng.randint(1, leaves - 1)
    operator = rng.randrange(operators)
    return operator, *(_tree(rng, side, operators, largest) for side in (left, leaves - left))  # type: ignore[return-value]


def _value(tree: Tree, drawn: list[tuple[str, int, int]]) -> Fraction | None:
    """None where something is divided by zero or a number has grown too long to read."""
    if isinstance(tree, int):
        return Fraction(tree)
    a, b = _value(tree[1], drawn), _value(tree[2], drawn)
    if a is None or b is None:
        return None
    kind, p, q = drawn[tree[0]]
    place = FORMULAS.index(kind)
    if place == 4 and b == 0:
        return None
    value = (
        lambda: p * a + q * b,
        lambda: p * a - q * b,
        lambda: p * a * b,
        lambda: a * b + p * a - q,
        lambda: (a + b) / b,
        lambda: (p * a - b) / q,
        lambda: a * a - p * b,
    )[place]()
    return value if max(abs(value.numerator), value.denominator) <= LARGEST else None


def _written(tree: Tree, symbols: list[str]) -> str:
    if isinstance(tree, int):
        return str(tree)
    return f"({_written(tree[1], symbols)} {symbols[tree[0]]} {_written(tree[2], symbols)})"


def _called(tree: Tree) -> str:
    if isinstance(tree, int):
        return f"Fraction({tree})"
    return f"op{tree[0]}({_called(tree[1])}, {_called(tree[2])})"
