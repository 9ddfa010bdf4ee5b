"""When two outputs are the same: by the rule of the benchmark that asks.

Each takes (wanted, got), both as printed. None evaluates what it reads.
"""

import math
from decimal import Decimal, InvalidOperation


def lines_or_decimals(wanted: str, got: str) -> bool:
    """LiveCodeBench: line by line the same text, or the same decimal numbers exactly."""
    one, other = _stripped(wanted), _stripped(got)
    return len(one) == len(other) and all(a == b or _decimals(a, b) for a, b in zip(one, other, strict=True))


def words_near(wanted: str, got: str) -> bool:
    """CodeContests: word by word, case aside, the same text or numbers less than 1e-5 apart."""
    one, other = wanted.lower().split(), got.lower().split()
    return len(one) == len(other) and all(a == b or _near(a, b) for a, b in zip(one, other, strict=True))


def lines_close(wanted: str, got: str) -> bool:
    """APPS: lines with text on them, ends stripped, are the same, or all their numbers are close."""
    one = [line.split() for line in wanted.split("\n") if line.strip()]
    other = [line.split() for line in got.split("\n") if line.strip()]
    return len(one) == len(other) and all(
        len(a) == len(b) and all(x == y or _close(x, y) for x, y in zip(a, b, strict=True))
        for a, b in zip(one, other, strict=True)
    )


def _stripped(text: str) -> list[str]:
    return [line.strip() for line in text.strip().split("\n")]


def _decimals(wanted: str, got: str) -> bool:
    try:
        return [Decimal(word) for word in wanted.split()] == [Decimal(word) for word in got.split()]
    except InvalidOperation:
        return False


def _near(wanted: str, got: str) -> bool:
    one, other = _number(wanted), _number(got)
    return one is not None and other is not None and abs(one - other) < 1e-5


def _close(wanted: str, got: str) -> bool:
    one, other = _number(wanted), _number(got)
    return one is not None and other is not None and abs(one - other) <= 1e-8 + 1e-5 * abs(one)


def _number(word: str) -> float | None:
    """A finite number in ASCII. A whole number is text: near is not the same there."""
    if not word.isascii() or "_" in word:
        return None
    try:
        value = float(word)
    except ValueError:
        return None
    return value if math.isfinite(value) else None
