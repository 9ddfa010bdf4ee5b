"""Temporal Sequences of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: quarter hours, more sightings in any order, and at higher difficulty several
gaps of which only one is long enough.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, TypeAlias

from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.names import NAMES
from reckon.tasks.material.options import grade_option, in_order
from reckon.values import JSON, Grade, Problem

# From and to, in minutes since midnight.
Span: TypeAlias = tuple[int, int]
QUARTER = 15
SHORTEST = 3 * QUARTER
PLACES = ("museum", "swimming pool", "library", "zoo", "market hall", "castle", "gallery", "aquarium")
DOINGS = (
    "baking bread",
    "fixing a bicycle",
    "having a meal at an inn",
    "painting a fence",
    "playing tennis",
    "reading on a bench",
    "sitting in a meeting",
    "talking to a neighbour",
    "waiting at the station",
    "walking a dog",
    "watching a film",
    "working in a garden",
)
PROGRAM = """\
awake, closed, needed = {awake}, {closed}, {needed}
busy = {busy}
options = {spans}
free_from = awake
for start, end in sorted(busy) + [[closed, closed]]:
    if start - free_from >= needed:
        answer = [free_from, start]
    free_from = max(free_from, end)
print(f"({{chr(65 + options.index(answer))}})")"""


@dataclass(frozen=True, slots=True)
class TemporalSequences:
    """Ada was seen here from 9:00 to 11:30, there from 12:30 to 18:00. When could she be at the museum?"""

    held_out: bool = False

    name: ClassVar[str] = "temporal_sequences"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "{visit} {day} {seen} Between which times could that visit have been?\nOptions:\n{listed}",
        "{visit} When can it have been? {day} {seen} Choose the only span that is possible:\n{listed}",
        "Find the free time. {visit} {day} {seen}\nIn which of these spans was the visit?\n{listed}",
        "A detective notes: {day} {seen} {visit} In which of these spans must the visit lie?\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{day} {seen} It is certain that: {visit} Which span of time was left for it?\n{listed}",
        "Witnesses tell this. {seen} {day} {visit} Name the one span in which it fits:\n{listed}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will sort the sightings in Python and look for the gap that is long enough.",
        "Times in minutes, sorted, show the one free span between the sightings.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        return PROGRAM.format(**problem.metadata)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    person, place = rng.choice(NAMES), rng.choice(PLACES)
    needed = SHORTEST + QUARTER * rng.randint(0, 3)
    awake, closed = QUARTER * rng.randint(20, 30), QUARTER * rng.randint(72, 88)
    busy, gap = _day(rng, difficulty, (awake, closed), needed)
    told = [_seen(rng, span, person) for span in busy]
    if difficulty > 0.3:
        rng.shuffle(told)
    spans = rng.sample([gap, *_others(rng, busy, gap, (awake, closed))], 4)
    offered, gold = in_order([_span(span) for span in spans], _span(gap))
    return {
        **offered,
        "visit": f"One day {person} went to the {place} and stayed there for at least {needed} minutes.",
        "day": f"{person} got up at {_clock(awake)}. The {place} was closed after {_clock(closed)}.",
        "seen": " ".join(told),
        "awake": awake,
        "closed": closed,
        "needed": needed,
        "busy": list[JSON]([list(span) for span in busy]),
        "spans": list[JSON]([list(span) for span in spans]),
    }, gold


def _day(rng: random.Random, difficulty: float, day: Span, needed: int) -> tuple[list[Span], Span]:
    """Sightings that leave one gap of at least `needed` minutes, and perhaps shorter ones."""
    length = needed + QUARTER * rng.randint(0, 3)
    start = rng.randrange(day[0] + 4 * QUARTER, day[1] - length - 4 * QUARTER, QUARTER)
    gap = (start, start + length)
    busy: list[Span] = []
    for begin, end in ((day[0], gap[0]), (gap[1], day[1])):
        inside = range(begin + QUARTER, end, QUARTER)
        stops = sorted(rng.sample(inside, min(scaled(difficulty, 2, 7), len(inside))))
        busy.append((begin, stops[0]))
        for one, other in pairwise([*stops, end]):
            # Shorter than any visit: a trap, not a second gap.
            off = QUARTER * rng.choice((1, 2)) if rng.random() < 0.7 * difficulty else 0
            busy.append((one + off if one + off < other else one, other))
    return busy, gap


def _others(rng: random.Random, busy: Sequence[Span], gap: Span, day: Span) -> list[Span]:
    """Three spans before or after the gap, from the end of a sighting to the start of a later one.

    Like the gap, most stand nowhere in the question as they are; no visit fits into them.
    """
    ends, starts = {day[0], *(end for _, end in busy)}, {day[1], *(start for start, _ in busy)}
    spans = [(one, other) for one in sorted(ends) for other in sorted(starts) if one < other]
    return rng.sample([span for span in spans if span[1] <= gap[0] or span[0] >= gap[1]], 3)


def _seen(rng: random.Random, span: Span, person: str) -> str:
    witness = rng.choice([name for name in NAMES if name != person])
    return f"{witness} saw {person} {rng.choice(DOINGS)} from {_clock(span[0])} to {_clock(span[1])}."


def _span(span: Span) -> str:
    return f"{_clock(span[0])} to {_clock(span[1])}"


def _clock(minutes: int) -> str:
    """As in "9:15" and "17:00"."""
    return f"{minutes // 60}:{minutes % 60:02}"
