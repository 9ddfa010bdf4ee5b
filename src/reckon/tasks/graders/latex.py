"""What a LaTeX or plain answer is worth: dress taken off, numbers exact, letters as unknowns.

Only what an answer needs is read: numbers, fractions, roots, powers, brackets, the usual functions. A sum or
a product is worked out in exact fractions while it can be, in complex floating point after. Sizes are
bounded: what is too long, too deep or too large has no value, and is then compared as text.
"""

import cmath
import math
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

Value: TypeAlias = Fraction | complex

MAX_EXPRESSION = 400
MAX_DEPTH = 30
_MAX_BITS = 4000
_MAX_FACTORIAL = 150

_GLYPHS = str.maketrans(
    {"−": "-", "–": "-", "×": "*", "·": "*", "⋅": "*", "÷": "/", "π": "\\pi ", "∞": "\\infty ", "∪": "\\cup "}
    | {"≤": "\\le ", "≥": "\\ge ", "°": "", "√": "\\sqrt ", "±": "\\pm ", "\u00a0": " ", "∈": "\\in "}
)
# Order matters: the longer command first. What stands here means nothing to the value.
_DRESS = (
    (re.compile(r"\\(?:left|right|big+[lrm]?|Big+[lrm]?|displaystyle|limits|nolimits)(?![A-Za-z])\.?"), ""),
    (re.compile(r"(?<!\\)\\[,;:!> ]|\\q?quad(?![A-Za-z])|~|\\\$|\$|\\\(|\\\)|\\\[|\\\]"), " "),
    (re.compile(r"\^\s*\{?\s*\\circ\s*\}?|\\degree(?![A-Za-z])|\\?%"), ""),
    (re.compile(r"\\[dtc]frac(?![A-Za-z])"), r"\\frac"),
    (re.compile(r"\\(?:cdot|times|ast)(?![A-Za-z])"), "*"),
    (re.compile(r"\\div(?![A-Za-z])"), "/"),
    (re.compile(r"\\leq(?:slant)?(?![A-Za-z])|<="), r"\\le "),
    (re.compile(r"\\geq(?:slant)?(?![A-Za-z])|>="), r"\\ge "),
    (re.compile(r"\\lt(?![A-Za-z])"), "<"),
    (re.compile(r"\\gt(?![A-Za-z])"), ">"),
    (re.compile(r"\{,\}|,\\!"), ","),
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"\+ ?(?=\\infty)"), ""),
    (re.compile(r"_ ?\{ ?([A-Za-z0-9]) ?\}"), r"_\1"),
)
_WORDS = r"\\(?:text(?:bf|it|rm|normal)?|mbox|mathrm|mathbf|operatorname)\s*\{([^{}]*)\}"
_UNIT = re.compile(rf"(?<=\S)\s*{_WORDS}\s*(?:\^\s*\{{?\s*[23]\s*\}}?)?$")
_PLAIN_UNITS = (
    "cents cm cubic days degrees dollars feet ft g grams hours in inch inches kg km liters m meters miles"
    " minutes mL ml mm mph percent pounds radians seconds square units weeks yards years"
)
_PLAIN_UNIT = re.compile(rf"(?<=[0-9)}}])\s+(?:(?:{'|'.join(_PLAIN_UNITS.split())})(?:\^[23])?\s*)+$")
_BOXED = re.compile(r"\\(?:boxed|fbox)\s*\{(.*)\}", re.DOTALL)
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+|\\[A-Za-z]+|[A-Za-z]|[-+*/^_!|(){}\[\]]")
_GROUPED = re.compile(r"(?<![0-9.])[0-9]{1,3}(?:,[0-9]{3})+(?![0-9])")

_FUNCTIONS: Mapping[str, Callable[[complex], complex]] = {
    "sin": cmath.sin,
    "cos": cmath.cos,
    "tan": cmath.tan,
    "cot": lambda z: 1 / cmath.tan(z),
    "sec": lambda z: 1 / cmath.cos(z),
    "csc": lambda z: 1 / cmath.sin(z),
    "arcsin": cmath.asin,
    "arccos": cmath.acos,
    "arctan": cmath.atan,
    "ln": cmath.log,
    "log": cmath.log10,
    "exp": cmath.exp,
}
_SPELT = re.compile(r"(?<![A-Za-z\\])(sqrt|pi|infinity|inf|" + "|".join(_FUNCTIONS) + r")(?![A-Za-z])")


def undressed(text: str) -> str:
    """The answer without what does not change it: dollar signs, bold, spaces, units, degrees, percent."""
    text = text.strip().translate(_GLYPHS)
    if text.startswith("**") and text.endswith("**"):
        text = text.strip("*")
    while boxed := _BOXED.fullmatch(text.strip().strip("$").strip()):
        text = boxed[1]
    for pattern, instead in _DRESS:
        text = pattern.sub(instead, text)
    text = text.strip().rstrip(".").strip()
    text = _UNIT.sub("", text)
    text = _PLAIN_UNIT.sub("", text)
    text = re.sub(_WORDS, r" \1 ", text)
    text = _SPELT.sub(lambda m: "\\infty " if m[1].startswith("inf") else f"\\{m[1]} ", text)
    text = _GROUPED.sub(lambda m: m[0].replace(",", ""), text)
    return " ".join(text.split())


def worth(text: str, unknowns: Mapping[str, Fraction]) -> Value | None:
    """The value of an undressed expression with its letters set so; None if it is no expression."""
    if len(text) > MAX_EXPRESSION:
        return None
    tokens = _tokens(text)
    if not tokens:
        return None
    try:
        return _Reader(tokens, unknowns).whole()
    except (ValueError, ZeroDivisionError, OverflowError):
        return None


def _tokens(text: str) -> list[str] | None:
    found: list[str] = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(text, position)
        if match is None:
            return None
        found.append(match[0])
        position = match.end()
    return found


class _Reader:
    """Reads by descent: sum, product (also without a sign), power, atom. Raises ValueError."""

    def __init__(self, tokens: list[str], unknowns: Mapping[str, Fraction]) -> None:
        self._tokens = tokens
        self._unknowns = unknowns
        self._at = 0
        self._depth = 0

    def whole(self) -> Value:
        value = self._sum()
        if self._at != len(self._tokens):
            raise ValueError("more than one expression")
        return value

    def _next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._next()
        self._at += 1
        return token

    def _sum(self) -> Value:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ValueError("too deep")
        negative = False
        while self._next() in ("+", "-"):
            negative ^= self._take() == "-"
        value = _negative(self._product()) if negative else self._product()
        while self._next() in ("+", "-"):
            sign = self._take()
            other = self._product()
            value = _added(value, other if sign == "+" else _negative(other))
        self._depth -= 1
        return value

    def _product(self) -> Value:
        mixed = self._mixed()
        value = self._power() if mixed is None else mixed
        while True:
            token = self._next()
            if token in ("*", "/"):
                self._take()
                value = _multiplied(value, self._signed_power(), token == "/")
            elif token and (token in ("(", "{", "[") or token[0] == "\\" or token.isalpha()):
                value = _multiplied(value, self._power(), False)
            else:
                return value

    def _mixed(self) -> Value | None:
        """3\\frac{1}{2} is three and a half; 3 \\frac{x}{2} is a product."""
        here = self._tokens[self._at : self._at + 8]
        if (
            len(here) == 8
            and here[0].isdigit()
            and "".join(here[1:3]) == "\\frac{"
            and here[4:6] == ["}", "{"]
        ):
            whole, above, below = here[0], here[3], here[6]
            if above.isdigit() and below.isdigit() and here[7] == "}" and int(above) < int(below):
                self._at += 8
                return int(whole) + Fraction(int(above), int(below))
        return None

    def _signed_power(self) -> Value:
        if self._next() in ("+", "-"):
            sign = self._take()
            return _negative(self._power()) if sign == "-" else self._power()
        return self._power()

    def _power(self) -> Value:
        base = self._atom()
        while self._next() == "!":
            self._take()
            base = _factorial(base)
        if self._next() == "^":
            self._take()
            return _raised(base, self._argument())
        return base

    def _argument(self) -> Value:
        """What follows a command: a group, or one sign of it: \\frac12 is a half."""
        token = self._next()
        if token in ("{", "("):
            return self._group()
        if token == "-":
            self._take()
            return _negative(self._argument())
        if len(token) > 1 and token.isdigit():
            self._tokens[self._at] = token[1:]
            return Fraction(int(token[0]))
        return self._atom()

    def _group(self) -> Value:
        close = {"(": ")", "{": "}", "[": "]", "|": "|"}[self._take()]
        value = self._sum()
        if self._take() != close:
            raise ValueError("brackets that do not match")
        return value

    def _atom(self) -> Value:
        token = self._next()
        if token in ("(", "{", "["):
            return self._group()
        if token == "|":
            return _size(self._group())
        self._take()
        if token[:1].isdigit() or token[:1] == ".":
            return Fraction(token.rstrip(".") if token != "." else "")
        if token.startswith("\\"):
            return self._command(token[1:])
        if token == "i":
            return 1j
        if token.isalpha():
            return self._unknowns[token] if token in self._unknowns else complex(math.e)
        raise ValueError("no value")

    def _command(self, name: str) -> Value:
        if name == "frac":
            above = self._argument()
            return _multiplied(above, self._argument(), True)
        if name == "sqrt":
            degree: Value = Fraction(2)
            if self._next() == "[":
                degree = self._group()
            return _raised(self._argument(), _multiplied(Fraction(1), degree, True))
        if name == "pi":
            return complex(math.pi)
        if name in _FUNCTIONS:
            power: Value | None = None
            base = self._subscript() if name == "log" else None
            if self._next() == "^":
                self._take()
                power = self._argument()
            value: Value = _FUNCTIONS[name](_float(self._argument()))
            if base is not None:
                value = _multiplied(value, cmath.log10(_float(base)), True)
            return value if power is None else _raised(value, power)
        raise ValueError(f"\\{name} has no value")

    def _subscript(self) -> Value | None:
        """The base of a logarithm, None where none is written."""
        if self._next() != "_":
            return None
        self._take()
        return self._argument()


def _bounded(value: Value) -> Value:
    if isinstance(value, Fraction):
        size = max(value.numerator.bit_length(), value.denominator.bit_length())
        return value if size <= _MAX_BITS else complex(float(value))
    if cmath.isnan(value) or cmath.isinf(value):
        raise ValueError("no finite number")
    return value


def _float(value: Value) -> complex:
    return complex(float(value)) if isinstance(value, Fraction) else value


def _negative(value: Value) -> Value:
    return -value


def _added(a: Value, b: Value) -> Value:
    exact = isinstance(a, Fraction) and isinstance(b, Fraction)
    return _bounded(a + b if exact else _float(a) + _float(b))


def _multiplied(a: Value, b: Value, divided: bool) -> Value:
    if isinstance(a, Fraction) and isinstance(b, Fraction):
        return _bounded(a / b if divided else a * b)
    return _bounded(_float(a) / _float(b) if divided else _float(a) * _float(b))


def _raised(base: Value, power: Value) -> Value:
    if isinstance(base, Fraction) and isinstance(power, Fraction):
        if power.denominator == 1:
            size = max(base.numerator.bit_length(), base.denominator.bit_length())
            if abs(power.numerator) * size <= _MAX_BITS:
                return base**power.numerator
        root = _exact_root(base, power)
        if root is not None:
            return root
        if base < 0 and power.numerator == 1 and power.denominator % 2:
            return _bounded(-(_float(-base) ** _float(power)))
    return _bounded(_float(base) ** _float(power))


def _exact_root(base: Fraction, power: Fraction) -> Fraction | None:
    """The square root of a square, exactly; None for another power or no square."""
    if power != Fraction(1, 2) or base < 0:
        return None
    above, below = math.isqrt(base.numerator), math.isqrt(base.denominator)
    square = above * above == base.numerator and below * below == base.denominator
    return Fraction(above, below) if square else None


def _size(value: Value) -> Value:
    return abs(value) if isinstance(value, Fraction) else complex(abs(value))


def _factorial(value: Value) -> Value:
    if not isinstance(value, Fraction) or value.denominator != 1 or not 0 <= value <= _MAX_FACTORIAL:
        raise ValueError("no factorial")
    return Fraction(math.factorial(int(value)))
