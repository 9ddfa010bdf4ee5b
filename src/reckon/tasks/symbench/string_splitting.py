"""String Splitting of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (arXiv:2408.15778).

Differs from it: the amounts in the methods and their order are drawn, where the original always has the same
five.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.exchanges import (
    ENDING,
    Amounts,
    Exchange,
    as_json,
    counts,
    definitions,
    possible,
    said,
    use,
)
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

SAYS = (
    "Answer with six whole numbers separated by commas: the final numbers of machines A, B, C and parts X, "
    "Y, Z, in this order, zeros included."
)
LOOP = (
    "changed = True\n"
    "while changed:\n"
    "    changed = False\n"
    "    for takes, gives in rules:\n"
    "        if possible(takes):\n"
    "            use(takes, gives)\n"
    "            changed = True\n"
)


@dataclass(frozen=True, slots=True)
class StringSplitting:
    """How many machines and parts remain after a workshop took machines apart in turns."""

    held_out: bool = False

    name: ClassVar[str] = "string_splitting"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "A workshop has old machines of the types A, B and C. It can take machines apart into parts X, Y and "
        "Z, build one machine from others and join parts, by these methods:\n{rules}\n\nWhat a method needs "
        "is used up. The methods get their turn one after the other, from the first to the last and then "
        "from the first again. At its turn a method is carried out a single time if everything it needs is "
        "there, and skipped otherwise. The work ends when no method can be carried out. At the beginning "
        "there are {start} and no parts. What is there at the end? " + SAYS,
        "Mara dismantles {start}. She knows the following methods, which use up what stands before the arrow "
        "and yield what stands behind it:\n{rules}\n\nShe goes round the list again and again in its order. "
        "Each time she comes to a method she uses it exactly once, or passes on if she lacks something for "
        "it. She stops when none of the methods is possible any more. How many machines and parts does she "
        "have then? " + SAYS,
        "Simulate a dismantling line. Stock at the start: {start}; no parts X, Y, Z.\n{rules}\n\nThese steps "
        "(left of the arrow: consumed, right of it: produced) are tried cyclically, in the order given. A "
        "step whose inputs are in stock runs one time and then it is the next step's turn; a step without "
        "its inputs does nothing. The line stops for good when no step can run. Give the stock. " + SAYS,
        "An engineer owns {start}. Her list of conversions reads\n{rules}\n\nand she obeys it strictly: "
        "conversion 1 once, then conversion 2 once, and so forth, after the last one conversion 1 again. "
        "Conversions for which something is missing are left out in that turn. When not one conversion is "
        "possible she counts what she has. What does she count? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Machines A, B, C and parts X, Y, Z are changed into one another as the following list "
        "allows:\n{rules}\n\nBeginning with {start} (parts: none), walk through the list in a circle. At "
        "every entry make the change one time if you have what it consumes, else just walk on. Once no entry "
        "is possible, stop. What do you have? " + SAYS,
        "The recycling robot follows this programme:\n{rules}\n\nIt starts with {start}, executes each line "
        "at most once per run through the programme (not at all if the inputs on its left are missing), in "
        "the order of the numbers, and repeats the programme until no line can be executed. What is in its "
        "store in the end? " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will simulate the methods in turn until none is possible.",
        "A dictionary of counts and a loop over the methods is enough.",
        "Let me run the cycle in Python and print the final counts.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return definitions(given["stock"], given["exchanges"]) + LOOP + ENDING


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """B and C may become A, machines become X and Y, those become Z: so the process ends."""
    few, many = scaled(difficulty, 1, 9), scaled(difficulty, 5, 45)
    stock: Amounts = {name: rng.randint(few, many) if name in "ABC" else 0 for name in "ABCXYZ"}
    rules: list[Exchange] = [
        ({"A": 1}, {"X": rng.randint(1, 3), "Y": rng.randint(1, 3)}),
        ({"X": rng.randint(1, 3), "Y": rng.randint(1, 2)}, {"Z": 1}),
        ({"B": rng.randint(1, 2), "C": rng.randint(1, 2)}, {"A": rng.randint(1, 2)}),
        ({"B": rng.randint(2, 3)}, {"X": rng.randint(1, 2)}),
        ({"C": rng.randint(2, 3)}, {"Y": rng.randint(1, 2)}),
        ({"A": 1, "C": rng.randint(1, 2)}, {"X": rng.randint(2, 4), "Z": 1}),
    ][: scaled(difficulty, 3, 6)]
    rng.shuffle(rules)
    values: dict[str, JSON] = {
        "start": _said({name: stock[name] for name in "ABC"}),
        "stock": dict(stock),
        "exchanges": as_json(rules),
        "rules": "\n".join(
            f"{n}. {_said(takes)} -> {_said(gives)}" for n, (takes, gives) in enumerate(rules, 1)
        ),
    }
    while any(possible(stock, rule) for rule in rules):
        for rule in rules:
            if possible(stock, rule):
                use(stock, rule)
    return values, counts(stock)


def _said(amounts: Amounts) -> str:
    return said(
        {f"{'machine' if name in 'ABC' else 'part'} {name}": n for name, n in amounts.items()},
        "{count} x {name}",
    )
