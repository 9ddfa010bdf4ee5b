"""Answers that are an arithmetic expression over given numbers, which must reach a target.

Read by recursive descent into exact fractions: no `eval`, at most MAX_TOKENS tokens, MAX_DEPTH brackets deep.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from reckon.tasks.graders.text import refused, tidied
from reckon.values import Grade

MAX_TOKENS = 100
MAX_DEPTH = 20
_TOKEN = re.compile(r" ?([0-9]{1,6}(?![0-9])|[-+*/()])")
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*", "÷": "/"})


class Malformed(Exception):
    """What stands in the text is no expression, or has no value; the message says why."""


def grade_target(numbers: Sequence[int], target: int, answer: str) -> Grade:
    """1 if the expression uses each of `numbers` once, in any order, and equals `target`."""
    read = _read(target, answer)
    if isinstance(read, Grade):
        return read
    if sorted(read[1]) != sorted(numbers):
        return Grade(0.0, "the expression does not use exactly the given numbers, each once")
    return _verdict(read[0], target)


def grade_target_in_order(numbers: Sequence[int], target: int, answer: str) -> Grade:
    """1 if the expression has exactly `numbers`, in that order, and equals `target`."""
    read = _read(target, answer)
    if isinstance(read, Grade):
        return read
    if read[1] != list(numbers):
        return Grade(0.0, "the expression does not have exactly the given numbers in their order")
    return _verdict(read[0], target)


def value(text: str) -> tuple[Fraction, list[int]]:
    """The value of an expression of whole numbers, + - * / and round brackets, and its numbers in order.

    There are no signs: -3 and +3 are not read. Raises Malformed, also for a division by zero.
    """
    reader = _Reader(_tokens(text.translate(_SIGNS)))
    found = reader.sum(0)
    if reader.place != len(reader.tokens):
        raise Malformed("is not one expression")
    return found, reader.numbers


def spoiled(expression: str) -> tuple[str, ...]:
    """Answers near to a right expression that are wrong: a number changed, added, lost; no expression."""
    found = list(re.finditer(r"[0-9]+", expression))
    changed = [
        f"{expression[: match.start()]}{int(match[0]) + 1}{expression[match.end() :]}" for match in found
    ]
    longer = [f"{expression} {added}" for added in ("+ 0", "- 0", "+ 1", "* 1", "/ 1")]
    alone = [match[0] for match in found[:2]]
    broken = [f"({expression}", f"{expression} )", f"-({expression})", f"{expression} {expression}"]
    return (*changed, *longer, *alone, *broken)


def _read(target: int, answer: str) -> Grade | tuple[Fraction, list[int]]:
    """The value and the numbers of the answer, "= target" behind it taken off; a Grade if there are none."""
    if refusal := refused(answer):
        return refusal
    try:
        return value(re.sub(rf" ?= ?{target}$", "", tidied(answer)))
    except Malformed as why:
        return Grade(0.0, f"the answer {why}")


def _verdict(found: Fraction, target: int) -> Grade:
    if found == target:
        return Grade(1.0, f"uses the numbers and equals {target}")
    return Grade(0.0, f"the expression does not equal {target}")


@dataclass(slots=True)
class _Reader:
    tokens: list[str]
    place: int = 0
    numbers: list[int] = field(default_factory=list)

    def take(self, *wanted: str) -> str:
        """The next token if it is one of `wanted`, else ""."""
        if self.place < len(self.tokens) and self.tokens[self.place] in wanted:
            self.place += 1
            return self.tokens[self.place - 1]
        return ""

    def sum(self, depth: int) -> Fraction:
        total = self.product(depth)
        while sign := self.take("+", "-"):
            total += self.product(depth) if sign == "+" else -self.product(depth)
        return total

    def product(self, depth: int) -> Fraction:
        total = self.factor(depth)
        while sign := self.take("*", "/"):
            other = self.factor(depth)
            if sign == "/" and other == 0:
                raise Malformed("divides by zero")
            total = total * other if sign == "*" else total / other
        return total

    def factor(self, depth: int) -> Fraction:
        if self.take("("):
            if depth == MAX_DEPTH:
                raise Malformed(f"has brackets more than {MAX_DEPTH} deep")
            inside = self.sum(depth + 1)
            if not self.take(")"):
                raise Malformed("has brackets that do not pair")
            return inside
        if self.place == len(self.tokens) or not self.tokens[self.place].isdigit():
            raise Malformed("lacks a number where one must stand")
        self.numbers.append(int(self.tokens[self.place]))
        self.place += 1
        return Fraction(self.numbers[-1])


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise Malformed("has more than numbers of at most six digits, + - * / and round brackets")
        found.append(match[1])
        place = match.end()
    if len(found) > MAX_TOKENS:
        raise Malformed(f"has more than {MAX_TOKENS} signs and numbers")
    return found
