"""Items of the package that are no test: the gold is wrong, the question has two answers, or it asks nothing.

`ReasoningGym.make` draws again. Each kind was found by a reference program that disagreed with the package,
and read by hand.
"""

import itertools
import re
from collections.abc import Callable, Mapping
from typing import Any

from reckon.tasks.graders.text import MAX_ANSWER

MAX_QUESTION = 6000
_THOUSANDTHS = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})\.([0-9]{3})")
_FORM = re.compile(r"(All|No|Some) (.*?) are (not )?(.*)")


def sound(dataset: str, entry: Mapping[str, Any]) -> bool:
    """Whether the item has one right answer, its gold, as far as is known; and neither is too long."""
    fits = len(entry["question"]) < MAX_QUESTION and len(str(entry["answer"])) <= MAX_ANSWER
    return fits and (dataset not in SOUND or SOUND[dataset](entry))


def _calendar(entry: Mapping[str, Any]) -> bool:
    """An end in the next year is written with the year of the start."""
    data = entry["metadata"]
    one_year = data["task"] != "count_business_days" or data["start_date"][:4] == data["end_date"][:4]
    # The 29th of February, or any day after it, in "a year where January 1st is a Monday".
    return bool(one_year and data["task"] != "weekday_of_date_from_first_date")


def _cube(entry: Mapping[str, Any]) -> bool:
    """The bottom comes to the top about either of two axes."""
    return "bottom" not in entry["metadata"]["rotations"]


def _family(entry: Mapping[str, Any]) -> bool:
    """The package says "mother-in-law" of a daughter-in-law, and gives nieces the gender of the aunt."""
    return re.search("niece|nephew|in-law", entry["answer"]) is None


def _interval(entry: Mapping[str, Any]) -> bool:
    """Midnight at the end is taken for the one before; "(Monday) 17:44" loses its time; .600 is .599."""
    question, answer = str(entry["question"]), str(entry["answer"])
    start, end, took = (_THOUSANDTHS.findall(question) + _THOUSANDTHS.findall(answer) + [None] * 3)[:3]
    exact = took is None or _thousandths(end) - _thousandths(start) == _thousandths(took)
    return exact and not answer.startswith("-") and re.search(r"\) [0-9]{2}:", question) is None


def _thousandths(clock: tuple[str, ...]) -> int:
    hours, minutes, seconds, rest = map(int, clock)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest


def _cipher(entry: Mapping[str, Any]) -> bool:
    """The letters that are no A to Z are shifted as if they were, and cannot be had back."""
    return str(entry["answer"]).isascii()


def _emoji(entry: Mapping[str, Any]) -> bool:
    """An emoji of two characters, as a red heart: the question's decoder puts a byte before the text."""
    return len(entry["metadata"]["emoji"]) == 1


def _syllogism(entry: Mapping[str, Any]) -> bool:
    """Some golds are wrong; others hang on whether "all dolphins" says that there are dolphins."""
    data = entry["metadata"]
    forms = [_FORM.fullmatch(data[name]) for name in ("premise1", "premise2", "conclusion")]
    if None in forms:
        return False
    (one, two, end) = ((m[1], m[2], bool(m[3]), m[4]) for m in forms if m)
    terms = sorted({one[1], one[3], two[1], two[3]})
    things = [set(inside) for n in range(len(terms) + 1) for inside in itertools.combinations(terms, n)]
    follows = {True: True, False: True}  # by whether each term has a thing
    for number in range(2 ** len(things)):
        world = [thing for place, thing in enumerate(things) if number >> place & 1]
        if _holds(one, world) and _holds(two, world) and not _holds(end, world):
            follows[all(any(term in thing for thing in world) for term in terms)] = False
    valid = data["is_valid"]
    return bool(follows[True] == valid and (follows[True] and follows[False]) == valid)


def _holds(form: tuple[str, str, bool, str], world: list[set[str]]) -> bool:
    quantifier, subject, negated, predicate = form
    inside = [predicate in thing for thing in world if subject in thing]
    if quantifier == "Some":
        return (not negated) in inside
    return all(one == (quantifier == "All") for one in inside)


def _equation(entry: Mapping[str, Any]) -> bool:
    """Half of the package's equations have no root but 0: no skill is wanted to say so."""
    return str(entry["answer"]) != "0.0"


def _life(entry: Mapping[str, Any]) -> bool:
    """A sixth of the small boards end empty."""
    return "1" in entry["answer"]


def _product(entry: Mapping[str, Any]) -> bool:
    """Terms may cancel: "Simplify this expression: 0"."""
    return str(entry["answer"]) != "0"


def _divisor(entry: Mapping[str, Any]) -> bool:
    """Six in ten pairs of random numbers have no common divisor, two in ten have 2 or 3: good guesses."""
    return int(entry["answer"]) > 5


def _sokoban(entry: Mapping[str, Any]) -> bool:
    """Some boards are solved before the first move."""
    return "@" in entry["metadata"]["gamestr"]


SOUND: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "caesar_cipher": _cipher,
    "calendar_arithmetic": _calendar,
    "color_cube_rotation": _cube,
    "emoji_mystery": _emoji,
    "family_relationships": _family,
    "game_of_life": _life,
    "gcd": _divisor,
    "polynomial_equations": _equation,
    "polynomial_multiplication": _product,
    "sokoban": _sokoban,
    "syllogism": _syllogism,
    "time_intervals": _interval,
}
