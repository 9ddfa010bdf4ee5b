"""Answers that are one exact number: a fraction, or a sum of fractions times square roots and pi.

No tolerance: 1/3 is right and 0.3333 is wrong. Nothing is worked out for the answer: 3 * 4 is no way to write
12. A number is held as {(n, k): c}, the sum of c * sqrt(n) * pi^k with n free of squares, the same for every
way of writing it.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.values import Grade

Surd: TypeAlias = dict[tuple[int, int], Fraction]

MAX_DIGITS = 18
MAX_TOKENS = 60
MAX_DEPTH = 4
MAX_RADICAND = 10**7
MAX_TERMS = 4
_DIGITS = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)"
_RATIONAL = re.compile(rf"([+-]?) ?({_DIGITS})(?:(\.[0-9]+)| ?/ ?({_DIGITS}))?")
_FRACTION = re.compile(rf"([+-]?) ?\\[dt]?frac ?\{{ ?({_DIGITS}) ?\}} ?\{{ ?({_DIGITS}) ?\}}")
_MIXED = re.compile(r"([+-]?) ?([0-9]+) ([0-9]+) ?/ ?([0-9]+)")
_TOKEN = re.compile(rf" ?(?:({_DIGITS}(?:\.[0-9]+)?)|(sqrt|pi|[-+*/()]))")
# LaTeX and typographic signs, as models write them.
_PLAIN = (
    (re.compile(r"\\d?frac *\{([^{}]*)\} *\{([^{}]*)\}"), r"((\1)/(\2))"),
    (re.compile(r"\\sqrt *\{([^{}]*)\}"), r"sqrt(\1)"),
    (re.compile(r"\\(?:cdot|times)"), "*"),
    (re.compile(r"\\pi"), "pi"),
)
_SIGNS = str.maketrans({"−": "-", "–": "-", "×": "*", "·": "*"})


def rational(text: str) -> Fraction | None:
    """The value of "-3", "1,234", "0.25", "7/12", "\\frac{7}{12}" or "1 1/2"; None for any other text."""
    text = text.translate(_SIGNS)
    if fraction := _FRACTION.fullmatch(text):
        text = "{}{}/{}".format(*fraction.groups())
    elif len(text) <= 2 * MAX_DIGITS and (mixed := _MIXED.fullmatch(text)):
        text = _improper(*mixed.groups())
    match = _RATIONAL.fullmatch(text)
    if match is None or len(match[0]) > 2 * MAX_DIGITS:
        return None
    sign, above, part, below = (group or "" for group in match.groups())
    above, below = above.replace(",", ""), below.replace(",", "") or "1"
    if int(below) == 0:
        return None
    value = Fraction(above + part) / int(below)
    return -value if sign == "-" else value


def _improper(sign: str, units: str, above: str, below: str) -> str:
    """A mixed number as one fraction; what is none stays, as 1 234/5."""
    proper = int(units) > 0 and 0 < int(above) < int(below)
    return f"{sign}{int(units) * int(below) + int(above)}/{below}" if proper else f"{units} {above}/{below}"


def grade_rational(gold: str, answer: str) -> Grade:
    """Equal fractions, whole numbers or terminating decimals; a fraction need not be reduced."""
    if refusal := refused(answer):
        return refusal
    given = rational(tidied(answer))
    return Grade(0.0, "not one fraction") if given is None else verdict(given == rational(gold))


def grade_surd(gold: str, answer: str) -> Grade:
    """Equal numbers made of whole numbers, + - * /, sqrt(...) and pi: "3*sqrt(2)/4", "9pi - 2 sqrt(3)"."""
    if refusal := refused(answer):
        return refusal
    given = surd(tidied(answer))
    return Grade(0.0, "not one exact number") if given is None else verdict(given == surd(gold))


def surd(text: str) -> Surd | None:
    """The value of a text in whole numbers, square roots and pi; None if it is not exactly one number."""
    text = text.translate(_SIGNS).replace("√", "sqrt").replace("π", "pi")
    for _ in range(2):  # a root inside a fraction needs the second round
        for pattern, plain in _PLAIN[::-1]:
            text = pattern.sub(plain, text)
    tokens = _tokens(text)
    if tokens is None:
        return None
    reader = _Reader(tokens)
    try:
        value = reader.sum(0)
    except _Malformed:
        return None
    return value if reader.place == len(tokens) else None


class _Malformed(Exception):
    pass


@dataclass(slots=True)
class _Reader:
    """Recursive descent, at most MAX_DEPTH brackets deep. Raises _Malformed, also at 3 * 4 or 1/2 + 1/3."""

    tokens: list[str]
    place: int = 0

    def next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.next()
        if wanted and token not in wanted:
            raise _Malformed
        self.place += 1
        return token

    def sum(self, depth: int) -> Surd:
        if depth > MAX_DEPTH:
            raise _Malformed
        sign = self.take() if self.next() in ("+", "-") else "+"
        total = _scaled(self.product(depth), -1 if sign == "-" else 1)
        while self.next() in ("+", "-"):
            sign = self.take()
            term = self.product(depth)
            if not term or not total:  # + 0
                raise _Malformed
            for key, value in term.items():
                if key in total or len(total) == MAX_TERMS:
                    raise _Malformed
                total[key] = -value if sign == "-" else value
        return total

    def product(self, depth: int) -> Surd:
        value = self.factor(depth)
        plain = {"*": value.keys() <= {(1, 0)}, "/": False}  # one plain number above the line, one below
        while self.next() in ("*", "/") or self.touching():
            sign = self.take() if self.next() in ("*", "/") else "*"
            other = self.factor(depth)
            if other.keys() <= {(1, 0)}:
                if plain[sign]:
                    raise _Malformed
                plain[sign] = True
            value = _times(value, _inverse(other) if sign == "/" else other)
        return value

    def touching(self) -> bool:
        """Whether a factor follows without a sign: 2pi, 2(...), (1/2)pi; two numbers never touch."""
        before, after = self.tokens[self.place - 1], self.next()
        if after == "(":
            return before[0].isdigit()
        return after in ("sqrt", "pi") and (before == ")" or before[0].isdigit())

    def factor(self, depth: int) -> Surd:
        token = self.take()
        if token == "pi":
            return {(1, 1): Fraction(1)}
        if token == "(":
            value = self.sum(depth + 1)
            self.take(")")
            return value
        if token == "sqrt":
            return self.root(depth)
        number = rational(token) if token else None
        if number is None:
            raise _Malformed
        return {(1, 0): number} if number else {}

    def root(self, depth: int) -> Surd:
        if self.next() in ("sqrt", "pi"):
            raise _Malformed
        value = self.factor(depth)
        inside = value.get((1, 0), Fraction(0))
        if value.keys() - {(1, 0)} or inside < 0:
            raise _Malformed
        return _root(inside.numerator * inside.denominator, Fraction(1, inside.denominator))


def _tokens(text: str) -> list[str] | None:
    """The tokens of the text, None if it has anything else, too many of them or too long a number."""
    found: list[str] = []
    place = 0
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None or len(found) == MAX_TOKENS or len(match[0]) > MAX_DIGITS:
            return None
        found.append(match[1] or match[2])
        place = match.end()
    return found or None


def _scaled(value: Surd, by: Fraction | int) -> Surd:
    return {key: coefficient * by for key, coefficient in value.items()}


def _times(a: Surd, b: Surd) -> Surd:
    total: Surd = {}
    for (n, k), c in a.items():
        for (m, j), d in b.items():
            for (r, _), e in _root(n * m, c * d).items():
                total[r, k + j] = total.get((r, k + j), Fraction(0)) + e
    return {key: value for key, value in total.items() if value}


def _inverse(value: Surd) -> Surd:
    """1 / (c sqrt(n)) = sqrt(n) / (c n); a sum or pi below the line is not one of the asked forms."""
    if len(value) != 1 or next(iter(value))[1]:
        raise _Malformed
    ((n, _), c), *_ = value.items()
    return {(n, 0): 1 / (c * n)}


def _root(n: int, c: Fraction) -> Surd:
    """c * sqrt(n) with n made free of squares."""
    if n > MAX_RADICAND:
        raise _Malformed
    outside, divisor = 1, 2
    while divisor * divisor <= n:
        while n and n % (divisor * divisor) == 0:
            n //= divisor * divisor
            outside *= divisor
        divisor += 1
    return {(n, 0): c * outside} if n and c else {}
