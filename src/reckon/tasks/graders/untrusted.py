"""What an answer may look like before it reaches a scorer that evaluates it.

Some scorers of reasoning-gym give the model's text to `eval` or to sympy's `parse_expr` (which is `eval` with
more names). No sandbox stands behind them: only text of a shape that
cannot call, look up an attribute or grow without bound is let through. The gold answer always is.
"""

import ast
import re

MAX_LITERAL = 2048
MAX_EXPRESSION = 300
MAX_POWER = 20

# Names and digits alone: evaluated, they are looked up or are a syntax error, and nothing is called.
_BARE = re.compile(r"[A-Za-z0-9_\s]*")
_ARITHMETIC = re.compile(r"(?:(?<!\d)\d{1,9}(?!\d)|[-+/()\s]|(?<!\*)\*(?!\*))*", re.ASCII)
_FUNCTIONS = r"a?sinh?|a?cosh?|a?tanh?|sec|csc|cot|exp|log|ln|sqrt|pi"
# The looks behind and ahead leave one way to cut a run of digits: no backtracking.
_NUMBER = r"(?<![\d.])\d{1,15}(?:\.\d{1,15})?(?![\d.])"
_ALGEBRA = re.compile(rf"(?:{_NUMBER}|\b(?:{_FUNCTIONS}|[A-Za-z])\b|[-+*/(), ])*", re.ASCII)
_POWER = re.compile(r"\*\* ?(?:(\d{1,2})(?!\d)|\( ?-?(\d{1,2})(?: ?/ ?\d{1,2})? ?\))(?!\.| ?\*\*)", re.ASCII)
_COMPLEX = re.compile(r"[-+0-9.eij()*\s]*")


def literal(answer: str) -> bool:
    """A Python literal, or bare words and digits: for scorers that `eval` a list."""
    if len(answer) > MAX_LITERAL:
        return False
    if _BARE.fullmatch(answer):
        return True
    try:
        ast.literal_eval(answer)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return True


def arithmetic(answer: str) -> bool:
    """Whole numbers, + - * / and brackets; no powers: they grow without bound."""
    return len(answer) <= MAX_EXPRESSION and _ARITHMETIC.fullmatch(answer) is not None


def algebra(answer: str) -> bool:
    """One-letter variables, the usual functions, and powers with small constant exponents.

    Each power that is not of a plain variable counts: (((9)**9)**9)**9 has a product of exponents of 729.
    """
    if len(answer) > MAX_EXPRESSION or _ALGEBRA.fullmatch(answer) is None:
        return False
    powers = list(_POWER.finditer(answer))
    if len(powers) != answer.count("**"):
        return False
    product = 1
    for power in powers:
        if re.search(r"[A-Za-z] ?$", answer[: power.start()]) is None:
            product *= max(1, int(power[1] or power[2]))
    return product <= MAX_POWER


def complex_number(answer: str) -> bool:
    """Digits, signs and i or j; "nan" is at no distance from anything and would score 1."""
    return len(answer) <= MAX_EXPRESSION and _COMPLEX.fullmatch(answer) is not None
