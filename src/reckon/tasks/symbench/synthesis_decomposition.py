"""Synthesis Decomposition of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame.

LogicGame: Gui et al., 2024, arXiv:2408.15778. Differs from SymBench: methods are drawn, some of them turn
products back into crops, and so the number of cycles is given instead of going on until nothing is possible.
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

CROPS, PRODUCTS = "ABC", "XY"
TRIES = 30
SAYS = (
    "Answer with five whole numbers separated by commas: the units of crops A, B, C and products X, Y that "
    "there are in the end, in this order, zeros included."
)
LOOP = (
    "for cycle in range({cycles}):\n"
    "    for takes, gives in rules:\n"
    "        if possible(takes):\n"
    "            use(takes, gives)\n"
)


@dataclass(frozen=True, slots=True)
class SynthesisDecomposition:
    """What a farm has after some cycles of turning crops into products and back."""

    held_out: bool = False

    name: ClassVar[str] = "synthesis_decomposition"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "A farm grows the crops A, B and C and trades them for the products X and Y, sometimes also the "
        "other way round. The possible exchanges (given away -> received) are:\n{rules}\n\nIn one cycle the "
        "exchanges are tried in this order, each once: it is made if the farm has all that must be given "
        "away at that moment, otherwise it is left out. What was received can be used at once by the next "
        "exchange. The farm begins with {start} and no products and carries out {cycles} cycles. What does "
        "it have then? " + SAYS,
        "Follow a farmer's stock. At first there are {start}; of the products X and Y there is nothing. A "
        "cycle consists of one pass through this list, from top to bottom:\n{rules}\n\nFor each line, if the "
        "stock covers everything on the left, that is removed and what is on the right is added, one time; "
        "if not, the line has no effect. Make {cycles} cycles. What is in stock afterwards? " + SAYS,
        "Methods of synthesis and decomposition on a farm (left side used up, right side "
        "gained):\n{rules}\n\nDuring a cycle every method gets one chance, in the order of the numbers, and "
        "is used once if there is enough for it. Beginning with {start} and neither X nor Y, how much of "
        "everything is there after {cycles} cycles? " + SAYS,
        "Ines has {start}. For {cycles} rounds she does the following: she reads her list of trades from the "
        "first to the last, makes each trade a single time if she can pay for it at that moment, and skips "
        "it if she cannot.\n{rules}\n\nA trade takes away what stands before its arrow and brings what "
        "stands behind it. She has no X or Y when she begins. Find what she owns after the last round. "
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Crops A, B, C; products X, Y. Initially {start}, and zero products. Loop {cycles} times over these "
        "conversions, trying each one once per loop in the order shown and skipping those whose left side is "
        "not fully available:\n{rules}\n\nWhat are the final amounts? " + SAYS,
        "A cooperative converts goods by fixed rules:\n{rules}\n\nEvery day it goes through the rules once, "
        "in order; a rule is applied one time when the goods on its left are available, and they are "
        "replaced by those on its right, which later rules of the same day may use. Its store held {start} "
        "and no products before day one. What does it hold after day {cycles}? " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will simulate the cycles with a dictionary of amounts.",
        "Two nested loops, cycles outside and methods inside, give the stock.",
        "Let me code the exchanges in Python and run every cycle.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        loop = LOOP.format(cycles=given["cycles"])
        return definitions(given["stock"], given["exchanges"]) + loop + ENDING


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Draws again while the last cycle changes nothing, up to TRIES times: so every cycle counts."""
    cycles = scaled(difficulty, 2, 14)
    for _ in range(TRIES):
        stock: Amounts = {name: rng.randint(2, scaled(difficulty, 6, 30)) for name in CROPS}
        stock |= dict.fromkeys(PRODUCTS, 0)
        rules = [_exchange(rng, back=number % 3 == 2) for number in range(scaled(difficulty, 2, 7))]
        values: dict[str, JSON] = {
            "cycles": cycles,
            "start": _said({name: stock[name] for name in CROPS}),
            "stock": dict(stock),
            "exchanges": as_json(rules),
            "rules": "\n".join(
                f"{n}. {_said(takes)} -> {_said(gives)}" for n, (takes, gives) in enumerate(rules, 1)
            ),
        }
        used = [_cycle(stock, rules) for _ in range(cycles)]
        if used[-1]:
            break
    return values, counts(stock)


def _exchange(rng: random.Random, *, back: bool) -> Exchange:
    """Crops for products, or back a product for crops."""
    if back:
        return {rng.choice(PRODUCTS): 1}, _amounts(rng, CROPS, rng.randint(1, 3))
    takes = _amounts(rng, CROPS, rng.randint(1, 3))
    gives = _amounts(rng, PRODUCTS, rng.randint(1, 2))
    return takes, gives


def _amounts(rng: random.Random, names: str, total: int) -> Amounts:
    drawn = rng.choices(names, k=total)
    return {name: drawn.count(name) for name in names if name in drawn}


def _cycle(stock: Amounts, rules: list[Exchange]) -> int:
    """Changes the stock by one pass through the rules; how many were used."""
    used = 0
    for rule in rules:
        if possible(stock, rule):
            use(stock, rule)
            used += 1
    return used


def _said(amounts: Amounts) -> str:
    return said(amounts, "{count} of {name}")
