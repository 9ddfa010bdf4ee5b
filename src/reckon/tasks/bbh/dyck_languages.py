"""Dyck Languages of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: the outermost bracket is never <, so that no answer ends in >: a dialect that marks
answers as <<<...>>> would cut it off.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.brackets import grade_brackets
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">"}
RULES = (
    "There are four kinds of brackets: round, square, curly and angle. A bracket is closed by its own kind, "
    "and brackets that are opened later are closed earlier."
)
FORM = "Give only the missing closing brackets, separated by spaces."
PROGRAM = """\
pairs = {{"(": ")", "[": "]", "{{": "}}", "<": ">"}}
waiting = []
for bracket in "{sequence}".split():
    if bracket in pairs:
        waiting.append(pairs[bracket])
    else:
        waiting.pop()
print(*reversed(waiting))"""


@dataclass(frozen=True, slots=True)
class DyckLanguages:
    """( [ { } is completed by ] )."""

    held_out: bool = False

    name: ClassVar[str] = "dyck_languages"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        f"Complete the sequence so that every bracket is closed.\n\n{{sequence}}\n\n{RULES} {FORM}",
        f"{RULES}\nWhich closing brackets are missing at the end of this sequence?\n\n{{sequence}}\n\n{FORM}",
        f"This sequence of brackets breaks off too early:\n\n{{sequence}}\n\n{RULES} Finish it. {FORM}",
        f"How must the sequence go on, without opening anything new, to be balanced? {RULES}\n\n{{sequence}}"
        f"\n\n{FORM}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"Close all brackets that are still open in the right order. {RULES}\n\n{{sequence}}\n\n{FORM}",
        f"Here is the beginning of a balanced sequence of brackets:\n\n{{sequence}}\n\n{RULES} What follows "
        f"if no other bracket is opened? {FORM}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I keep a stack of the brackets that are open and read the sequence once.",
        "A stack in Python tells which closing brackets are left over.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_brackets(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return PROGRAM.format(sequence=problem.metadata["sequence"])


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """A walk over the depths that ends `left` deep."""
    left = scaled(difficulty, 3, 9) + rng.randint(0, 2)
    steps = left + 2 * (scaled(difficulty, 4, 40) + rng.randint(0, 3))
    sequence: list[str] = []
    waiting: list[str] = []
    for step in range(steps):
        must_open = not waiting or left - len(waiting) == steps - step
        must_close = len(waiting) - left == steps - step
        if must_open or (not must_close and rng.random() < 0.5):
            opened = rng.choice("([{<" if waiting else "([{")
            sequence.append(opened)
            waiting.append(PAIRS[opened])
        else:
            sequence.append(waiting.pop())
    return {"sequence": " ".join(sequence)}, " ".join(reversed(waiting))
