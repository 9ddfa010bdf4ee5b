"""Graders of the datasets that have one right answer, which is a word, a number or a few of them.

The package compares text (a final full stop is wrong), or gives marks for answers that are wrong: 0.05 for
any coordinates, 1 - difference / 100 for a number of days, part of the score for a right answer inside a
longer text. Here an answer is right or wrong, and a right one may have other white space, quotes or a full
stop.
"""

import re
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from typing import TypeAlias

from reckon.tasks.graders.exact import grade_rational, rational
from reckon.tasks.graders.numbers import decimal, grade_decimal, grade_integer, whole
from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.graders.text import grade_caseless, grade_exact, refused, tidied, verdict
from reckon.values import Grade

Compare: TypeAlias = Callable[[str, str], Grade]

_FRACTION = re.compile(r"([0-9]+) ?/ ?([0-9]+)|\\[dt]?frac ?\{ ?([0-9]+) ?\} ?\{ ?([0-9]+) ?\}")
_NUMBER = r"[0-9]+(?:\.[0-9]+)?"
_TERM = re.compile(rf"([+-]?)((?:{_NUMBER})?)\*?([ij]?)")
_POINT = re.compile(rf"\(? ?([+-]?{_NUMBER}) ?, ?([+-]?{_NUMBER}) ?\)?")
_DURATION = re.compile(
    r"(?:([0-9]{1,7}) days?)?(?:,? ?([0-9]{1,7}):([0-9]{2})(?::([0-9]{2}(?:\.[0-9]{1,3})?))?)?"
)
_HEXADECIMAL = re.compile(r"(-?) ?0x0*([0-9a-f]+)")
_ROLE = re.compile(r"([a-z]+) is an? ([a-z]+)(?: ?[,;.&]? ?(?:and )?)")


def _integer_or_word(gold: str, answer: str) -> Grade:
    return grade_integer(gold, answer) if whole(gold) is not None else grade_caseless(gold, answer)


def _reduced(gold: str, answer: str) -> Grade:
    """The same two numbers, written a/b or \\frac{a}{b}, dollar signs or not."""
    if refusal := refused(answer):
        return refusal
    return verdict(_two_numbers(answer) is not None and _two_numbers(answer) == _two_numbers(gold))


def _two_numbers(text: str) -> tuple[str, ...] | None:
    match = _FRACTION.fullmatch(tidied(tidied(text).strip("$")))
    return tuple(group.lstrip("0") for group in match.groups() if group) if match else None


def _significant(gold: str, answer: str) -> Grade:
    """Rounds to the gold's first three digits; the question asks for three and the gold has sixteen."""
    if refusal := refused(answer):
        return refusal
    given, wanted = decimal(tidied(answer)), float(gold)
    return Grade(0.0, "not one number") if given is None else verdict(f"{given:.2e}" == f"{wanted:.2e}")


def _complex(gold: str, answer: str) -> Grade:
    if refusal := refused(answer):
        return refusal
    given = _parts(tidied(answer))
    return Grade(0.0, "not one complex number") if given is None else verdict(given == _parts(gold))


def _parts(text: str) -> tuple[Fraction | None, ...] | None:
    """(real, imaginary) of "-15.0 + 3i", "4", "-2i" or "(1 - i)"; a part that is missing is 0."""
    text = text.replace("−", "-").replace(" ", "")
    text = text[1:-1] if text[:1] == "(" and text[-1:] == ")" else text
    found: dict[bool, Fraction] = {}
    place = 0
    while place < len(text):
        match = _TERM.match(text, place)
        sign, digits, unit = match.groups() if match else ("", "", "")
        if match is None or not (digits or unit) or bool(unit) in found or (place and not sign):
            return None
        found[bool(unit)] = Fraction(sign + (digits or "1"))
        place = match.end()
    return (found.get(False, Fraction(0)), found.get(True, Fraction(0))) if found else None


def _geometry(gold: str, answer: str) -> Grade:
    """Coordinates, an angle or a radius, off by less than the last digit asked for."""
    if refusal := refused(answer):
        return refusal
    point = _POINT.fullmatch(gold)
    if point is None:
        text = tidied(answer).removesuffix("°").removesuffix(" degrees").strip()
        return _near(gold.removesuffix("°"), text, 0.0051 if gold.endswith("°") else 0.00051)
    given = _POINT.fullmatch(tidied(answer).replace("−", "-"))
    if given is None:
        return Grade(0.0, "not a point (x, y)")
    grades = [_near(point[axis], given[axis], 0.00051) for axis in (1, 2)]
    return verdict(all(grade.right for grade in grades))


def _near(gold: str, text: str, tolerance: float) -> Grade:
    given = decimal(text)
    return Grade(0.0, "not one number") if given is None else verdict(abs(given - float(gold)) < tolerance)


def _candidate(gold: str, answer: str) -> Grade:
    """One of the numbers shown, to three decimals; the gold may have a rounding error behind them."""
    return refused(answer) or _near(gold, tidied(answer), 0.0006)


def _duration(gold: str, answer: str) -> Grade:
    """Days, hours, minutes and seconds as asked for; a part may miss its leading zero."""
    if refusal := refused(answer):
        return refusal
    return verdict(_clock(answer) is not None and _clock(answer) == _clock(gold))


def _clock(text: str) -> list[Fraction | None] | None:
    match = _DURATION.fullmatch(tidied(text))
    return [None if part is None else Fraction(part) for part in match.groups()] if match else None


def _hexadecimal(gold: str, answer: str) -> Grade:
    if refusal := refused(answer):
        return refusal
    given = _HEXADECIMAL.fullmatch(tidied(answer).lower().replace("−", "-"))
    wanted = _HEXADECIMAL.fullmatch(gold)
    if given is None or wanted is None:
        return Grade(0.0, "not 0x...")
    return verdict(given.groups() == wanted.groups())


def _roles(gold: str, answer: str) -> Grade:
    """The same role for each person, in any order."""
    if refusal := refused(answer):
        return refusal
    given = _who(answer)
    return Grade(0.0, "not of the form asked for") if given is None else verdict(given == _who(gold))


def _who(text: str) -> dict[str, str] | None:
    text, found = tidied(text).lower(), {}
    while match := _ROLE.match(text):
        if match[1] in found:
            return None
        found[match[1]] = match[2]
        text = text[match.end() :]
    return None if text or not found else found


def _numbers(gold: str, answer: str) -> Grade:
    """The same decimal numbers in the same order, quoted or not, in brackets or not."""
    if refusal := refused(answer):
        return refusal
    given, wanted = _listed(answer), _listed(gold)
    return Grade(0.0, "not a list of numbers") if given is None else verdict(given == wanted)


def _listed(text: str) -> list[Fraction] | None:
    text = tidied(text)
    text = text[1:-1].strip() if text[:1] == "[" and text[-1:] == "]" else text
    found = [rational(tidied(part)) for part in text.split(",")] if text else []
    return None if None in found else [value for value in found if value is not None]


def _primes(gold: str, answer: str) -> Grade:
    """The same factors in any order; the sign between them may be × or * or x."""
    if refusal := refused(answer):
        return refusal
    given = [whole(part.strip()) for part in re.split(r"\\times|\\cdot|[×*x·]", tidied(answer))]
    return verdict(sorted(str(part) for part in given) == sorted(gold.split(" × ")))


def _roots(gold: str, answer: str) -> Grade:
    """As many numbers, each within the last of the four decimals asked for, in any order."""
    if refusal := refused(answer):
        return refusal
    text = tidied(answer)
    text = text[1:-1] if text[:1] == "[" and text[-1:] == "]" else text
    given = [decimal(part.strip()) for part in text.split(",")]
    if None in given:
        return Grade(0.0, "not a list of numbers")
    wanted = sorted(map(float, gold.split(",")))
    pairs = zip(sorted(value for value in given if value is not None), wanted, strict=False)
    return verdict(len(given) == len(wanted) and all(abs(one - other) < 0.000101 for one, other in pairs))


_CASELESS = """
    acre caesar_cipher color_cube_rotation course_schedule family_relationships figlet_font
    base_conversion game_of_life_halting isomorphic_strings letter_jumble needle_haystack ransom_note
    sentence_reordering spell_backward syllogism zebra_puzzles
"""
_INTEGER = """
    aiw basic_arithmetic binary_alternation chain_sum circuit_logic count_bits count_primes gcd
    largest_island lcm leg_counting letter_counting maze number_sequence products rectangle_count
    rotten_oranges self_reference simple_equations simple_geometry
"""
ONE_ANSWER: Mapping[str, Compare] = {
    **dict.fromkeys(_CASELESS.split(), grade_caseless),
    **dict.fromkeys(_INTEGER.split(), grade_integer),
    **dict.fromkeys(("ab", "bf", "emoji_mystery"), grade_exact),
    **dict.fromkeys(("decimal_chain_sum", "gsm_symbolic"), grade_rational),
    **dict.fromkeys(("dice", "fraction_simplification"), _reduced),
    **dict.fromkeys(("number_filtering", "number_sorting"), _numbers),
    "advanced_geometry": _geometry,
    "bitwise_arithmetic": _hexadecimal,
    "calendar_arithmetic": _integer_or_word,
    "complex_arithmetic": _complex,
    "decimal_arithmetic": partial(grade_decimal, tolerance=1e-11),
    "knights_knaves": _roles,
    "number_format": _candidate,
    "polynomial_equations": _roots,
    "power_function": _significant,
    "prime_factorization": _primes,
    "time_intervals": _duration,
    "word_sequence_reversal": grade_words,
}
