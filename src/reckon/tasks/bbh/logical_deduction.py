"""Logical Deduction of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261), three, five or seven objects.

Differs from the original: at higher difficulty clues say less: what is not the case, one of two places, how
many stand between.
"""

import functools
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial
from typing import ClassVar, NamedTuple, TypeAlias

from reckon.errors import UsageError
from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.options import grade_option, in_order, listed
from reckon.values import JSON, Grade, Problem

SIZES: Mapping[int, str] = {3: "three", 5: "five", 7: "seven"}
ORDINALS = ("", "", "second", "third", "fourth")


class Frame(NamedTuple):
    """What is put in order, and how one speaks of it."""

    opening: str
    things: tuple[str, ...]
    before: str
    after: str
    first: str
    last: str
    counted: tuple[str, str]  # a place from the front, from the back
    order: str
    many: bool = False  # "the plums are", not "the oak is"


FRAMES = (
    Frame(
        "On a shelf, {n} books stand in a row",
        tuple(
            f"the {c} book"
            for c in ("red", "blue", "green", "white", "black", "grey", "brown", "pink", "gold")
        ),
        "is somewhere to the left of",
        "is somewhere to the right of",
        "the leftmost",
        "the rightmost",
        ("the {nth} from the left", "the {nth} from the right"),
        "from left to right",
    ),
    Frame(
        "In a race without ties, {n} animals took part",
        tuple(
            f"the {a}" for a in ("hare", "fox", "horse", "goat", "ostrich", "camel", "zebra", "dog", "pony")
        ),
        "finished before",
        "finished after",
        "the first",
        "the last",
        ("the {nth} from the front", "the {nth} from the end"),
        "from first to last",
    ),
    Frame(
        "In a park grow {n} trees of different ages",
        tuple(f"the {t}" for t in ("oak", "elm", "birch", "pine", "maple", "willow", "cedar", "ash", "lime")),
        "is older than",
        "is younger than",
        "the oldest",
        "the youngest",
        ("the {nth}-oldest", "the {nth}-youngest"),
        "from oldest to youngest",
    ),
    Frame(
        "A stall sells {n} fruits at different prices",
        tuple(
            f"the {f}s"
            for f in ("plum", "pear", "apple", "mango", "melon", "grape", "fig", "lemon", "quince")
        ),
        "cost less than",
        "cost more than",
        "the cheapest",
        "the most expensive",
        ("the {nth}-cheapest", "the {nth}-most expensive"),
        "from cheapest to most expensive",
        many=True,
    ),
)
# A clue: its kind, the numbers of the things it is about, the places or the number it names.
Clue: TypeAlias = tuple[str, tuple[int, ...], tuple[int, ...]]
PLAIN, VAGUE = ("place", "before", "before"), ("not", "either", "between", "next", "apart", "before")
RULES: Mapping[str, str] = {
    "place": "lambda a: a == {0}",
    "before": "lambda a, b: a < b",
    "not": "lambda a: a != {0}",
    "either": "lambda a: a in ({0}, {1})",
    "between": "lambda a, b: abs(a - b) == {0} + 1",
    "next": "lambda a, b: b - a == 1",
    "apart": "lambda a, b: abs(a - b) > 1",
}
PROGRAM = """\
names = {names}
clues = [
    {clues}
]

def search(place):
    if len(place) == len(names):
        return place
    for name in names:
        if name not in place:
            tried = {{**place, name: len(place) + 1}}
            known = [(who, rule) for who, rule in clues if all(one in tried for one in who)]
            if all(rule(*(tried[one] for one in who)) for who, rule in known):
                if found := search(tried):
                    return found
    return None

place = search({{}})
options = {options}
answer = [option for option in options if place[option] == {asked}][0]
print(f"({{chr(65 + options.index(answer))}})")"""


@dataclass(frozen=True, slots=True)
class LogicalDeduction:
    """The elm is older than the oak, the ash younger. Which is the oldest? objects: 3, 5 or 7."""

    held_out: bool = False
    objects: int = 3

    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "{opening}: {things}. {clues} Which of them is {place}?\nOptions:\n{listed}",
        "{opening}: {things}. We know: {clues}\nOnly one order fits. Which one is {place}?\n{listed}",
        "The statements below fix the order {order}.\n{opening}: {things}. {clues}\nWhich is {place}?\n"
        "{listed}",
        "Which of the following is {place}? {opening}: {things}. {clues}\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Deduce the whole order {order}. {opening}: {things}. {clues} Which is {place}?\n{listed}",
        "A riddle: {opening}: {things}. These are the clues. {clues} Which one is {place}?\n{listed}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will place the things one by one in Python and drop what breaks a clue.",
        "A search over all orders finds the one that fits every clue.",
    )

    def __post_init__(self) -> None:
        if self.objects not in SIZES:
            raise UsageError(f"objects: wanted 3, 5 or 7, got {self.objects!r}")

    @property
    def name(self) -> str:
        return f"logical_deduction_{SIZES[self.objects]}_objects"

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, self._draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return PROGRAM.format(
            names=given["names"],
            clues="\n    ".join(listed(problem, "rules")),
            options=given["options"],
            asked=given["asked"],
        )

    def _draw(self, rng: random.Random, difficulty: float) -> tuple[Values, str]:
        frame = rng.choice(FRAMES)
        order = rng.sample(frame.things, self.objects)
        clues = _clues(rng, self.objects, difficulty)
        asked = rng.randint(1, self.objects)
        names = rng.sample(order, len(order))
        offered, gold = in_order(rng.sample(order, len(order)), order[asked - 1])
        rules: list[JSON] = [
            f"(({''.join(f'{order[at]!r}, ' for at in who)}), {RULES[kind].format(*numbers)}),"
            for kind, who, numbers in clues
        ]
        return {
            **offered,
            "opening": frame.opening.format(n=SIZES[self.objects]),
            "things": f"{', '.join(names[:-1])} and {names[-1]}",
            "clues": " ".join(_sentence(rng, frame, order, clue) for clue in clues),
            "place": _place(frame, asked, self.objects),
            "order": frame.order,
            "names": names,
            "rules": rules,
            "asked": asked,
        }, gold


def _clues(rng: random.Random, size: int, difficulty: float) -> list[Clue]:
    """Clues that leave the order 0, 1, 2, ... alone, each of them needed."""
    clues: list[Clue] = []
    left = (1 << factorial(size)) - 1
    while left & (left - 1):
        clue = _clue(rng, size, rng.choice(VAGUE if rng.random() < difficulty else PLAIN))
        fits = orders_with(size, clue)
        if left & fits != left:
            clues.append(clue)
            left &= fits
    for clue in list(clues):
        others = [orders_with(size, one) for one in clues if one != clue]
        if functools.reduce(int.__and__, others, -1) == left:
            clues.remove(clue)
    rng.shuffle(clues)
    return clues


def _clue(rng: random.Random, size: int, kind: str) -> Clue:
    """A clue of this kind that the order 0, 1, 2, ... obeys; places count from 1."""
    one, other = sorted(rng.sample(range(size), 2))
    if kind == "place":
        return kind, (one,), (one + 1,)
    if kind == "not":
        return kind, (one,), (other + 1,)
    if kind == "either":
        return kind, (one,), (one + 1, other + 1)
    if kind == "between" and other - one > 1:
        return kind, (one, other), (other - one - 1,)
    if kind == "apart" and other - one > 1:
        return kind, (one, other), ()
    if kind in ("next", "between", "apart"):
        return "next", (one := min(one, size - 2), one + 1), ()
    return "before", (one, other), ()


@functools.cache
def orders_with(size: int, clue: Clue) -> int:
    """The orders that obey the clue, one bit each."""
    kind, who, numbers = clue
    fits = 0
    for places in permutations(range(1, size + 1), len(who)):
        if _holds(kind, places, numbers):
            columns = [_column(size, thing, place) for thing, place in zip(who, places, strict=True)]
            fits |= functools.reduce(int.__and__, columns)
    return fits


@functools.cache
def _column(size: int, thing: int, place: int) -> int:
    """The orders that have this thing at this place."""
    every = permutations(range(1, size + 1))
    return int("".join(str(int(places[thing] == place)) for places in every), 2)


def _holds(kind: str, places: Sequence[int], numbers: Sequence[int]) -> bool:
    if kind in ("place", "either"):
        return places[0] in numbers
    if kind == "not":
        return places[0] not in numbers
    if kind == "between":
        return abs(places[0] - places[1]) == numbers[0] + 1
    if kind == "apart":
        return abs(places[0] - places[1]) > 1
    return places[1] - places[0] == 1 if kind == "next" else places[0] < places[1]


def _sentence(rng: random.Random, frame: Frame, order: Sequence[str], clue: Clue) -> str:
    kind, who, numbers = clue
    size, one = len(order), order[who[0]]
    are = "are" if frame.many else "is"
    told = [_place(frame, number, size) for number in numbers] if len(who) == 1 else []
    if kind == "place":
        said = f"{one} {are} {told[0]}"
    elif kind == "not":
        said = f"{one} {are} not {told[0]}"
    elif kind == "either":
        rng.shuffle(told)
        said = f"{one} {are} either {told[0]} or {told[1]}"
    else:
        said = _of_two(rng, frame, [one, order[who[1]]], kind, numbers)
    return f"{said[0].upper()}{said[1:]}."


def _of_two(rng: random.Random, frame: Frame, pair: Sequence[str], kind: str, numbers: Sequence[int]) -> str:
    one, other = pair
    if kind == "next":
        return (
            f"in the order {frame.order}, {one} {'come' if frame.many else 'comes'} directly before {other}"
        )
    if kind == "before":
        return f"{one} {frame.before} {other}" if rng.random() < 0.5 else f"{other} {frame.after} {one}"
    one, other = rng.sample(pair, 2)
    if kind == "apart":
        return f"in the order {frame.order}, {one} and {other} are not next to each other"
    number = f"exactly {numbers[0]} of the others {'is' if numbers[0] == 1 else 'are'}"
    return f"in the order {frame.order}, {number} between {one} and {other}"


def _place(frame: Frame, place: int, size: int) -> str:
    """The nearer end is counted from."""
    if place in (1, size):
        return frame.first if place == 1 else frame.last
    back = size + 1 - place
    if place <= back:
        return frame.counted[0].format(nth=ORDINALS[place])
    return frame.counted[1].format(nth=ORDINALS[back])
