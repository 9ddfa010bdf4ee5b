"""Synthesised programs that were run on synthesised arguments, and how lines are counted in questions on
them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reckon.tasks.material.family import scaled
from reckon.tasks.material.stepping import Stepped, Stepper, TooLong, step
from reckon.tasks.material.synthesis import LETTERS, synthesise

KINDS = (
    ("numbers",),
    ("text",),
    ("numbers", "number"),
    ("text", "number"),
    ("numbers", "text"),
    ("number", "number"),
)
# A reference program holds the program whole and may have 60 lines.
MAX_LINES = 40
RULES = (
    "A line runs each time Python begins to execute it: a def line once, when the function is defined, not "
    "when it is called; a for line each time it asks for the next item, also when there is none left; a "
    "while, if or elif line each time its condition is tested; break, continue and return lines when they "
    "are reached. An else line and an empty line never run. When a called function returns, the line of the "
    "call goes on and does not count again."
)
TRACER = '''\
import sys
SOURCE = """\\
{source}
"""
ran = []
def watch(frame, event, argument):
    if frame.f_code.co_filename != "<source>":
        return None
    if event == "line":
        ran.append(frame.f_lineno)
    return watch
code = compile(SOURCE, "<source>", "exec")
before = sys.gettrace()
sys.settrace(watch)
exec(code, {{}})
sys.settrace(before)
'''


@dataclass(frozen=True, slots=True)
class Executed:
    """code: the definitions; arguments: those of the call of f; value: what it returned; ran: of the program
    with the line `result = f(...)` at its end, which is `source`.
    """

    code: str
    arguments: tuple[Any, ...]
    value: Any
    ran: Stepped

    @property
    def call(self) -> str:
        return shown_call(self.arguments)

    @property
    def source(self) -> str:
        return whole(self.code, self.arguments)


def execute(rng: random.Random, difficulty: float) -> Executed:
    """A program of the difficulty's size that runs a number of lines within the difficulty's bounds.

    One that returns nothing but 0 or something empty is left out.
    """
    low, high = scaled(difficulty, 9, 60), scaled(difficulty, 22, 170)
    while True:
        code, arguments = written(rng, difficulty)
        try:
            ran = step(whole(code, arguments), most=high)
        except TooLong:
            continue
        if len(ran.lines) >= low and ran.names["result"] not in (0, "", {}):
            return Executed(code, arguments, ran.names["result"], ran)


def written(rng: random.Random, difficulty: float) -> tuple[str, tuple[Any, ...]]:
    """A program short enough for a question, and arguments for f."""
    kinds = rng.choice(KINDS)
    code = synthesise(rng, scaled(difficulty, 3, 15), kinds)
    while len(code.splitlines()) > MAX_LINES:
        code = synthesise(rng, scaled(difficulty, 3, 15), kinds)
    return code, tuple(_argument(rng, kind, difficulty) for kind in kinds)


def whole(code: str, arguments: Sequence[Any]) -> str:
    """The program with its call as the last line."""
    return f"{code}\n\nresult = {shown_call(arguments)}"


def shown_call(arguments: Sequence[Any]) -> str:
    """As in f([3, 1], "ab"); texts stand in double quotes, as in the programs."""
    return "f(" + ", ".join(repr(argument).replace("'", '"') for argument in arguments) + ")"


def numbered(source: str) -> str:
    """The program with a comment at the end of each line that says its number."""
    lines = source.splitlines()
    width = max(map(len, lines)) + 2
    return "\n".join(f"{line:<{width}}# {at}" if line else "" for at, line in enumerate(lines, 1))


def returned(stepper: Stepper, arguments: Sequence[Any], most: int) -> tuple[Any] | None:
    """What f returns, in a tuple of its own; None if it fails or runs more than `most` lines."""
    try:
        ran = stepper.call("f", arguments, most=most)
    except TooLong:
        return None
    return None if ran.error else (ran.names["result"],)


def _argument(rng: random.Random, kind: str, difficulty: float) -> Any:
    if kind == "number":
        return rng.randint(1, scaled(difficulty, 20, 60))
    length = rng.randint(3, scaled(difficulty, 4, 7))
    if kind == "text":
        return "".join(rng.choice(LETTERS) for _ in range(length))
    return [rng.randint(0, scaled(difficulty, 9, 30)) for _ in range(length)]
