"""Answers that are an arithmetic expression or a polynomial in one variable: parsed, worked out exactly.

The syntax tree of a short text of few characters is read; nothing is evaluated. The number of terms and the
size of numbers are bounded.
"""

import ast
import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import TypeAlias

Polynomial: TypeAlias = Mapping[int, Fraction]  # power: number, without zeros

MAX_EXPRESSION = 2000
MAX_POWER = 200
MAX_BITS = 4096


class _Malformed(ValueError):
    """Not an expression of the kind."""


def arithmetic_value(text: str) -> Fraction | None:
    """The value of whole numbers with + - * / and brackets; None for any other text or a division by 0."""
    found = _parsed(text, r"[0-9+\-*/() ]*", {})
    return (
        None
        if found is None or set(found) - {0} or "**" in text or "//" in text
        else found.get(0, Fraction(0))
    )


def polynomial(text: str, constant: str = "") -> Polynomial | None:
    """The terms of "3*x**2 - (x + 1)/2"; the letter `constant` counts as 0. None if it is not one.

    The variable is any one letter, the same throughout.
    """
    letters = sorted(set(re.findall(r"[A-Za-z]", text)) - {constant})
    if len(letters) > 1:
        return None
    names: dict[str, Polynomial] = {constant: {}} if constant else {}
    names |= {letter: {1: Fraction(1)} for letter in letters}
    return _parsed(text.replace("^", "**"), r"[0-9A-Za-z+\-*/(). ]*", names)


def _parsed(text: str, allowed: str, names: Mapping[str, Polynomial]) -> Polynomial | None:
    if len(text) > MAX_EXPRESSION or not re.fullmatch(allowed, text, re.ASCII):
        return None
    try:
        return _value(ast.parse(text.strip(), mode="eval").body, names)
    except (_Malformed, SyntaxError, ValueError, RecursionError, MemoryError, ZeroDivisionError):
        return None


def _value(node: ast.expr, names: Mapping[str, Polynomial]) -> Polynomial:
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return _bounded({0: Fraction(str(node.value))})
    if isinstance(node, ast.Name) and node.id in names:
        return names[node.id]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
        sign = -1 if isinstance(node.op, ast.USub) else 1
        return {power: sign * number for power, number in _value(node.operand, names).items()}
    if not isinstance(node, ast.BinOp) or type(node.op) not in _OPERATIONS:
        raise _Malformed
    return _bounded(_OPERATIONS[type(node.op)](_value(node.left, names), _value(node.right, names)))


def _bounded(found: Polynomial) -> Polynomial:
    found = {power: number for power, number in found.items() if number}
    if any(power > MAX_POWER or _bits(number) > MAX_BITS for power, number in found.items()):
        raise _Malformed
    return found


def _bits(number: Fraction) -> int:
    return max(number.numerator.bit_length(), number.denominator.bit_length())


def _plus(one: Polynomial, other: Polynomial) -> Polynomial:
    return {power: one.get(power, Fraction(0)) + other.get(power, Fraction(0)) for power in {**one, **other}}


def _minus(one: Polynomial, other: Polynomial) -> Polynomial:
    return _plus(one, {power: -number for power, number in other.items()})


def _times(one: Polynomial, other: Polynomial) -> Polynomial:
    product: dict[int, Fraction] = {}
    for power, number in one.items():
        for second, factor in other.items():
            product[power + second] = product.get(power + second, Fraction(0)) + number * factor
    return product


def _over(one: Polynomial, other: Polynomial) -> Polynomial:
    if set(other) != {0}:
        raise _Malformed
    return {power: number / other[0] for power, number in one.items()}


def _to_the(one: Polynomial, other: Polynomial) -> Polynomial:
    exponent = other.get(0, Fraction(0))
    if set(other) - {0} or exponent.denominator != 1 or not 0 <= exponent <= MAX_POWER:
        raise _Malformed
    if max((power for power in one), default=0) * exponent > MAX_POWER:
        raise _Malformed
    result: Polynomial = {0: Fraction(1)}
    for _ in range(int(exponent)):
        result = _bounded(_times(result, one))
    return result


_OPERATIONS: Mapping[type[ast.operator], Callable[[Polynomial, Polynomial], Polynomial]] = {
    ast.Add: _plus,
    ast.Sub: _minus,
    ast.Mult: _times,
    ast.Div: _over,
    ast.Pow: _to_the,
}
