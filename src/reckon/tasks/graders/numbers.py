"""Answers that are one number. Digits are compared as text: no length of them can cost time."""

import math
import re

from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.values import Grade

# [0-9], not \d: a digit of another script is not what was asked for, and \d would take it.
_PLAIN = r"[0-9]+"
_GROUPED = r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,3}(?:_[0-9]{3})+|[0-9]{1,3}(?: [0-9]{3})+"
_WHOLE = re.compile(rf"([+-]?) ?({_GROUPED}|{_PLAIN})(?:\.0+)?")
_DECIMAL = re.compile(rf"[+-]?(?:{_GROUPED}|{_PLAIN})?(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{{1,3}})?")


def whole(text: str) -> str | None:
    """The canonical digits of a whole number ("-12"), None if the text is not exactly one."""
    match = _WHOLE.fullmatch(_signed(text))
    if match is None:
        return None
    digits = re.sub(r"[,_ ]", "", match[2]).lstrip("0") or "0"
    return f"-{digits}" if match[1] == "-" and digits != "0" else digits


def decimal(text: str) -> float | None:
    """The value of a decimal number or a fraction, None if the text is not exactly one finite number."""
    text = _signed(text)
    above, slash, below = text.partition("/")
    if slash:
        return _ratio(whole(above.strip()), whole(below.strip()))
    if not _DECIMAL.fullmatch(text) or not re.search(r"[0-9]", text):
        return None
    try:
        value = float(re.sub(r"[,_ ]", "", text))
    except ValueError:  # an exponent with no number before it
        return None
    return value if math.isfinite(value) else None


def grade_integer(gold: str, answer: str) -> Grade:
    """Equal whole numbers; thousands separators, a plus sign and ".0" are harmless."""
    if refusal := refused(answer):
        return refusal
    given = whole(tidied(answer))
    return Grade(0.0, "not one whole number") if given is None else verdict(given == whole(gold))


def grade_decimal(gold: str, answer: str, *, tolerance: float = 1e-9) -> Grade:
    """Equal within `tolerance`, relative to the gold answer's size and at least absolute."""
    if refusal := refused(answer):
        return refusal
    given, wanted = decimal(tidied(answer)), decimal(gold)
    if given is None or wanted is None:
        return Grade(0.0, "not one number")
    return verdict(abs(given - wanted) <= tolerance * max(1.0, abs(wanted)))


def _ratio(above: str | None, below: str | None) -> float | None:
    if above is None or below in (None, "0"):
        return None
    value = float(above) / float(below or "1")
    return value if math.isfinite(value) else None


def _signed(text: str) -> str:
    """The typographic minus and the dash are read as a minus."""
    return text.replace("−", "-").replace("–", "-")
