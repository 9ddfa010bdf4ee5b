"""String Synthesis of SymBench (Chen et al., 2025, arXiv:2502.04350), after LogicGame (arXiv:2408.15778).

Differs from it: the rules are drawn and not the same six every time, and the question says that a rule is
used as often as possible before the next one's turn (its solver does so; its question leaves it open).
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

LEVELS = (("[A]", "[B]", "[C]"), ("{A}", "{B}", "{C}"), ("(A)", "(B)", "(C)"))
BLOCKS = tuple(block for level in LEVELS for block in level)
SAYS = (
    "Answer with nine whole numbers separated by commas: how many there are in the end of {blocks}, in this "
    "order, zeros included."
)
LOOP = (
    "changed = True\n"
    "while changed:\n"
    "    changed = False\n"
    "    for takes, gives in rules:\n"
    "        while possible(takes):\n"
    "            use(takes, gives)\n"
    "            changed = True\n"
)


@dataclass(frozen=True, slots=True)
class StringSynthesis:
    """Which blocks there are after some were combined into others by rules."""

    held_out: bool = False

    name: ClassVar[str] = "string_synthesis"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "There are nine kinds of blocks: {blocks}. Blocks can be combined; the ones that go in are used "
        "up.\n{rules}\n\nAt first we have {start} and no other blocks. Take the rules in their order. Use "
        "each as many times as the blocks allow, then go on to the next; after the last rule begin again "
        "with the first. Stop when no rule can be used. What is left? " + SAYS,
        "Somebody owns {start}. Blocks come in nine kinds ({blocks}), and these recipes turn some into "
        "others, which consumes the ingredients:\n{rules}\n\nHe works through the recipes from the first to "
        "the last, repeating each one until its ingredients no longer suffice before he moves on, and starts "
        "over at the top until no recipe works any more. How many of each kind does he have then? " + SAYS,
        "Rules for combining blocks of the kinds {blocks}:\n{rules}\n\nThe blocks on the left-hand side "
        "disappear, those on the right-hand side appear. Starting with {start}, apply rule 1 until it cannot "
        "be applied, then rule 2 until it cannot be applied, and so on to the last rule; then the same again "
        "from rule 1, until a whole round changes nothing. " + SAYS,
        "A machine makes new blocks from old ones. It knows the kinds {blocks} and these "
        "programs:\n{rules}\n\nIn one cycle it calls the programs in the order of their numbers and keeps "
        "calling a program as long as there are blocks for it. Used blocks are gone. It runs cycle after "
        "cycle and halts when no program is possible. It is loaded with {start}. Which blocks does it hold "
        "when it halts? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Stock: {start}; none of the other kinds among {blocks}. Permitted exchanges, in order of priority "
        "within a round:\n{rules}\n\nIn every round each exchange, from the first to the last, is made again "
        "and again while the stock lasts. Rounds go on until no exchange is possible. State the final stock. "
        + SAYS,
        "We play with blocks {blocks}. A move takes blocks away and puts others in their "
        "place:\n{rules}\n\nWith {start} on the table, make move 1 as often as you can, afterwards move 2 as "
        "often as you can, up to the last move, and then return to move 1. The game ends when no move can be "
        "made. What lies on the table? " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will keep the counts in a dictionary and apply the rules in a loop.",
        "Each rule runs while its blocks last, so nested while loops do it.",
        "Let me simulate the combinations in Python until nothing changes.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return definitions(given["stock"], given["exchanges"]) + LOOP + ENDING


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Every exchange gives blocks of the next level only, so the process ends."""
    few, many = scaled(difficulty, 1, 8), scaled(difficulty, 5, 40)
    stock: Amounts = {block: rng.randint(few, many) if block in LEVELS[0] else 0 for block in BLOCKS}
    rules: list[Exchange] = []
    for number in range(scaled(difficulty, 3, 8)):
        rules.append(_exchange(rng, number * 5 // 8 % 2, rules))
    rng.shuffle(rules)
    values: dict[str, JSON] = {
        "blocks": ", ".join(BLOCKS),
        "start": said({block: stock[block] for block in LEVELS[0]}),
        "stock": dict(stock),
        "exchanges": as_json(rules),
        "rules": "\n".join(
            f"{n}. {said(takes)} -> {said(gives)}" for n, (takes, gives) in enumerate(rules, 1)
        ),
    }
    used = _synthesised(stock, rules)
    return (values, counts(stock)) if used > 1 else _draw(rng, difficulty)


def _exchange(rng: random.Random, level: int, rules: list[Exchange]) -> Exchange:
    """Two or three blocks of a level for one or two of the next; no two exchanges take the same."""
    while True:
        takes = _amounts(rng, LEVELS[level], rng.randint(2, 3))
        if all(takes != others for others, _ in rules):
            return takes, _amounts(rng, LEVELS[level + 1], rng.choice((1, 1, 2)))


def _amounts(rng: random.Random, names: tuple[str, ...], total: int) -> Amounts:
    drawn = rng.choices(names, k=total)
    return {name: drawn.count(name) for name in names if name in drawn}


def _synthesised(stock: Amounts, rules: list[Exchange]) -> int:
    """Changes the stock until no exchange is possible; how many were made."""
    used = 0
    while any(possible(stock, rule) for rule in rules):
        for rule in rules:
            while possible(stock, rule):
                use(stock, rule)
                used += 1
    return used
