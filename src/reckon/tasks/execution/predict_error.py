"""Whether, where and how a program fails: the runtime errors of CodeFlow (Le et al., 2024, arXiv:2408.02816).

Differs from it: faults are put into synthesised programs, where a guard was, and both the line and the kind
of the error are asked for.
"""

import random
import re
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.tasks.material.executed import numbered, whole, written
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.stepping import TooLong, step
from reckon.values import Grade, Problem

NONE = "no error"
# By what they may lead to: a guard, and the line without it. The index is reduced, the key is looked up with
# a default, the divisor is a digit, a number is added to a number.
FAULTS = {
    "IndexError": ((r"(\w+)\[([^\[\]]+) % len\(\1\)\]", r"\1[\2]"),),
    "KeyError": ((r"\.get\(([^(),]+), 0\)", r"[\1]"),),
    "TypeError": (
        (r" \+= ([ceh])$", r" += ord(\1)"),
        (r" \+= (\d)$", r' += "\1"'),
        (r"\b(min|max)\(([a-z]+), ", r'\1("\2", '),
    ),
    "ZeroDivisionError": ((r"\b([a-z]+) (//|%) (\d+)", r"\3 \2 \1"),),
}
# Of the programs that run to their end, this share is kept: the five outcomes come about equally often.
KEPT = 0.3
SAYS = (
    "Each comment says the number of its line. When the program is run in Python 3, does it end with an "
    "uncaught error? If so, give the number of the line that raises the error and the error's class, in the "
    "form 12: ValueError. If a function raises it, the line is the one inside the function. If the program "
    "runs to its end, answer: no error."
)


@dataclass(frozen=True, slots=True)
class PredictError:
    """14: KeyError, or no error."""

    held_out: bool = False

    name: ClassVar[str] = "predict_error"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Does this program fail?\n\n{shown}\n\n" + SAYS,
        "{shown}\n\nThis is a whole Python program. " + SAYS,
        "Review the following Python program before it is run.\n\n{shown}\n\n" + SAYS,
        "Somebody is about to run this program.\n\n{shown}\n\nWhat will happen? " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "An exception may or may not end the run of this program.\n\n{shown}\n\n" + SAYS,
        SAYS + " The program:\n\n{shown}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will run the program and read the last line of its traceback.",
        "Let me execute it, catch the exception and print its line.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        """The line and the class, with or without the word "line"; or "no error"."""
        return refused(answer) or verdict(_read(answer) == _read(problem.answer or "") is not None)

    def program(self, problem: Problem) -> str:
        return f'''SOURCE = """\\
{problem.metadata["source"]}
"""
try:
    exec(compile(SOURCE, "<source>", "exec"), {{}})
    print("{NONE}")
except Exception as error:
    place = error.__traceback__
    while place.tb_next:
        place = place.tb_next
    print(f"{{place.tb_lineno}}: {{type(error).__name__}}")'''


def _read(answer: str) -> str | None:
    """The answer as "12: KeyError" or "no error", None if it is neither."""
    text = tidied(answer)
    if text.lower() == NONE:
        return NONE
    match = re.fullmatch(r"(?:line )?([0-9]{1,3}) ?[:,]? ?([A-Z][A-Za-z]+Error)", text)
    return f"{int(match[1])}: {match[2]}" if match else None


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """A program with a few guards taken away. One that ends after a few lines tells too little."""
    least, most = scaled(difficulty, 5, 14), scaled(difficulty, 40, 200)
    while True:
        source = _bared(rng, difficulty)
        try:
            ran = step(source, most=most) if source else None
        except TooLong:
            continue
        if ran and len(ran.lines) >= least and (ran.error or rng.random() < KEPT):
            gold = f"{ran.error_line}: {ran.error}" if ran.error else NONE
            return {"source": source, "shown": numbered(source), "choices": [NONE]}, gold


def _bared(rng: random.Random, difficulty: float) -> str:
    """A program that has lost one guard or more, "" for one that has none."""
    lines = whole(*written(rng, difficulty)).splitlines()
    places = {
        kind: [(at, fault) for at, line in enumerate(lines) for fault in faults if re.search(fault[0], line)]
        for kind, faults in FAULTS.items()
    }
    kinds = [kind for kind in places if places[kind]]
    for _ in range(rng.randint(1, scaled(difficulty, 2, 3)) if kinds else 0):
        at, (guarded, bare) = rng.choice(places[rng.choice(kinds)])
        lines[at] = re.sub(guarded, bare, lines[at], count=1)
    return "\n".join(lines) if kinds else ""
