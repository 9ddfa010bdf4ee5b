"""Localisation from ranges or travel times, a state estimation task of STARK (2505.11618).

Differs from it: noise is bounded, so that every sound estimator is within the tolerance; hard problems are in
space instead of the plane and have one broken sensor.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import sqrt
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.measures import displaced, grade_measures
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.least_squares import SOLVER, fit
from reckon.values import Grade, Problem

Point: TypeAlias = Sequence[float]
TOLERANCE = 0.5
NOISE_MM = 30
SPEED = 340
BROKEN_FROM = 0.6
SPACE_FROM = 0.45
SAYS = (
    "Each measurement is off by no more than the equivalent of 0.03 metres.{broken} Where is the "
    "transmitter? Give its coordinates in metres as {names}, separated by a comma, with at least one digit "
    "after the point. Each must be right within 0.5 metres."
)


@dataclass(frozen=True, slots=True)
class RangeLocalisation:
    """Four receivers know how far away a transmitter is. Where is it?"""

    held_out: bool = False

    name: ClassVar[str] = "range_localisation"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Receivers stand at known places ({axes}, in metres). Each has measured {measured}. The transmitter "
        "does not move.\n\n{listed}\n\n" + SAYS,
        "Locate a transmitter that does not move. Each line has a receiver, its place ({axes}, in metres) "
        "and {measured}.\n\n{listed}\n\n" + SAYS,
        "{listed}\n\nThese receivers hear one resting transmitter. A line names the receiver, its place "
        "({axes}, in metres) and {measured}. " + SAYS,
        "A transmitter was lost and lies still. The receivers that hear it report:\n\n{listed}\n\nA line "
        "has the name, the place ({axes}, in metres) and {measured}. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "An array of receivers has recorded one transmitter, which stands still. For each: its name, its "
        "place ({axes}, in metres), and {measured}.\n\n{listed}\n\n" + SAYS,
        "Where is the transmitter that these receivers hear? Noted are their names, their places ({axes}, in "
        "metres), and {measured}; nothing moves.\n\n{listed}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will subtract the range equations pairwise and solve the linear system.",
        "Least squares over the receivers gives the position; let me compute it.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        units = ["m|metres?"] * (problem.answer or "").count(",") + ["m|metres?"]
        return grade_measures(problem.answer or "", answer, TOLERANCE, units)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return displaced(problem.answer or "", TOLERANCE)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from itertools import combinations
from math import dist

receivers = {given["receivers"]}
ranges = {given["ranges"]}
if {given["timed"]}:
    ranges = [milliseconds * {SPEED} / 1000 for milliseconds in ranges]


{SOLVER}

def locate(chosen):
    first, *others = chosen
    equations = []
    for i in others:
        p, q = receivers[first], receivers[i]
        right = sum(b * b - a * a for a, b in zip(p, q)) + ranges[first] ** 2 - ranges[i] ** 2
        equations.append(([2 * (b - a) for a, b in zip(p, q)], right))
    place = solve(equations)
    return max(abs(dist(place, receivers[i]) - ranges[i]) for i in chosen), place


everyone = range(len(receivers))
size = len(receivers) - {int(bool(given["broken"]))}
error, place = min(locate(chosen) for chosen in combinations(everyone, size))
print(", ".join(f"{{x:.2f}}" for x in place))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    space, faulty, timed = difficulty >= SPACE_FROM, difficulty >= BROKEN_FROM, rng.random() < 0.5
    size = 2 + space
    count = size + 2 + faulty + scaled(difficulty, 0, 3)
    while True:
        truth = [rng.randint(-900, 900) / 10 for _ in range(size)]
        places = [[rng.randint(-1000, 1000) / 10 for _ in range(size)] for _ in range(count)]
        metres = [_distance(truth, place) + rng.randint(-NOISE_MM, NOISE_MM) / 1000 for place in places]
        if faulty:
            metres[rng.randrange(count)] += rng.choice((-1, 1)) * rng.randint(8000, 20000) / 1000
        shown = [f"{m * 1000 / SPEED:.2f}" if timed else f"{m:.3f}" for m in metres]
        if min(metres) > 10 and _solvable(places, [_metres(text, timed) for text in shown], truth, faulty):
            return _values(places, shown, timed=timed, faulty=faulty), ", ".join(f"{x:.1f}" for x in truth)


def _values(places: Sequence[Point], shown: Sequence[str], *, timed: bool, faulty: bool) -> Values:
    names = ("x", "y", "z")[: len(places[0])]
    unit = "ms" if timed else "m"
    rows = [
        f"{chr(ord('A') + at)}: ({', '.join(map(str, place))}), {text} {unit}"
        for at, (place, text) in enumerate(zip(places, shown, strict=True))
    ]
    delay = f"the time in milliseconds that sound from the transmitter took, at {SPEED} metres a second"
    broken = (
        " One receiver is an exception: it is broken, and its measurement is off by the equivalent of more "
        "than 5 metres; which one is not known."
    )
    return {
        "receivers": [list(place) for place in places],
        "ranges": [float(text) for text in shown],
        "timed": timed,
        "broken": broken if faulty else "",
        "axes": " and ".join(names) if len(names) == 2 else "x, y and z",
        "names": " and ".join(names) if len(names) == 2 else "x, y and z",
        "measured": delay if timed else "the distance to the transmitter in metres",
        "listed": "\n".join(rows),
    }


def _solvable(places: Sequence[Point], ranges: Sequence[float], truth: Point, faulty: bool) -> bool:
    """Whether least squares comes near the truth, and ranges agree only without the broken sensor."""
    everyone = range(len(places))
    tried = [_located(places, ranges, chosen) for chosen in combinations(everyone, len(places) - faulty)]
    if not all(place for _, place in tried):
        return False
    best, *others = sorted(tried)
    clear = all(error > best[0] + 1 for error, _ in others)
    return clear and max(abs(x - y) for x, y in zip(best[1], truth, strict=True)) < TOLERANCE / 3


def _located(
    places: Sequence[Point], ranges: Sequence[float], chosen: Sequence[int]
) -> tuple[float, list[float]]:
    """The largest disagreement among the chosen, and the place: |x - q|^2 - |x - p|^2 is linear in x."""
    first, *others = chosen
    rows = [[2 * (b - a) for a, b in zip(places[first], places[i], strict=True)] for i in others]
    right = [
        _square(places[i]) - _square(places[first]) + ranges[first] ** 2 - ranges[i] ** 2 for i in others
    ]
    place = fit(rows, right)
    return (max(abs(_distance(place, places[i]) - ranges[i]) for i in chosen) if place else 0.0), place


def _square(point: Point) -> float:
    return sum(x * x for x in point)


def _distance(p: Point, q: Point) -> float:
    """By sqrt, which is rounded exactly everywhere; math.dist is not."""
    return sqrt(sum((x - y) ** 2 for x, y in zip(p, q, strict=True)))


def _metres(text: str, timed: bool) -> float:
    return float(text) * SPEED / 1000 if timed else float(text)
