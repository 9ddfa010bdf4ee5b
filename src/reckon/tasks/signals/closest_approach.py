"""When and how closely two tracks meet: crossing trajectories, of STARK's second tier (2505.11618).

Exact up to one square root: on each stretch of time in which neither turns, the squared distance is a
quadratic.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import sqrt
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.measures import displaced, grade_measures
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

# Time in seconds, x, y in metres.
Fix: TypeAlias = tuple[int, int, int]
TOLERANCE = 0.1
SAYS = (
    "Between two fixes of its own that follow each other, a drone flies in a straight line at a constant "
    "speed. Both fly at the same height. Consider the time from {begin} to {end} seconds, which both tracks "
    "cover: when are the two drones closest to each other, and how far apart are they then? Give the time "
    "in seconds and the distance in metres, separated by a comma, each with at least two digits after the "
    "point. Each must be right within 0.1."
)


@dataclass(frozen=True, slots=True)
class ClosestApproach:
    """When are the two drones closest, and how far apart are they then?"""

    held_out: bool = False

    name: ClassVar[str] = "closest_approach"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Two drones were located at these fixes (x and y in metres).\nFirst drone:\n{one}\nSecond "
        "drone:\n{other}\n\n" + SAYS,
        "First drone, time and place (x and y in metres):\n{one}\n\nSecond drone:\n{other}\n\n" + SAYS,
        "Find out how dangerous an encounter was. One drone's track (x and y in metres):\n{one}\nThe "
        "other's:\n{other}\n\n" + SAYS,
        "Here are two tracks, with x and y in metres.\nTrack of drone one:\n{one}\nTrack of drone "
        "two:\n{other}\n\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "An air traffic log, with x and y in metres. The red drone:\n{one}\nThe blue "
        "drone:\n{other}\n\n" + SAYS,
        "{one}\nThat was the first drone's track, as time and place (x and y in metres). The second "
        "drone's:\n{other}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will minimise the squared distance on every stretch between fixes.",
        "The difference of the tracks is piecewise linear, so each minimum is exact.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_measures(problem.answer or "", answer, TOLERANCE, ["s|sec|seconds?", "m|metres?"])

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return displaced(problem.answer or "", TOLERANCE)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""one = {given["first"]}
other = {given["second"]}
begin, end = {given["begin"]}, {given["end"]}


def place(track, time):
    for (t, x, y), (later, u, v) in zip(track, track[1:]):
        if t <= time <= later:
            part = (time - t) / (later - t)
            return x + part * (u - x), y + part * (v - y)


def apart(time):
    (x, y), (u, v) = place(one, time), place(other, time)
    return u - x, v - y


best = None
times = sorted({{t for t, _, _ in one + other if begin <= t <= end}} | {{begin, end}})
for a, b in zip(times, times[1:]):
    (p, q), (r, s) = apart(a), apart(b)
    dx, dy = (r - p) / (b - a), (s - q) / (b - a)
    speed = dx * dx + dy * dy
    after = min(b - a, max(0, -(p * dx + q * dy) / speed)) if speed else 0
    distance = ((p + after * dx) ** 2 + (q + after * dy) ** 2) ** 0.5
    if best is None or distance < best[1]:
        best = a + after, distance
print(f"{{best[0]:.3f}}, {{best[1]:.3f}}")"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """No other stretch comes within a metre of the smallest distance, which is reached at a sharp minimum."""
    while True:
        tracks = [_track(rng, scaled(difficulty, 2, 9)) for _ in range(2)]
        begin, end = max(t[0][0] for t in tracks), min(t[-1][0] for t in tracks)
        if end - begin < 20:
            continue
        (least, time), *others = sorted(_minima(tracks[0], tracks[1], begin, end))
        rivals = [square for square, other in others if abs(other - time) > Fraction(1, 20)]
        if 4 < least < 90000 and all(sqrt(square) > sqrt(least) + 1 for square in rivals):
            values = _values(tracks, begin, end)
            return values, f"{float(time):.2f}, {sqrt(least):.2f}"


def _values(tracks: Sequence[Sequence[Fix]], begin: int, end: int) -> Values:
    listed = ["\n".join(f"time {t} s: ({x}, {y})" for t, x, y in track) for track in tracks]
    return {
        "first": [list(fix) for fix in tracks[0]],
        "second": [list(fix) for fix in tracks[1]],
        "one": listed[0],
        "other": listed[1],
        "begin": begin,
        "end": end,
    }


def _track(rng: random.Random, count: int) -> list[Fix]:
    times = sorted(rng.sample(range(40 * count), count))
    return [(time, rng.randint(-400, 400), rng.randint(-400, 400)) for time in times]


def _minima(
    one: Sequence[Fix], other: Sequence[Fix], begin: int, end: int
) -> Iterator[tuple[Fraction, Fraction]]:
    """The smallest squared distance of each stretch, and when it is reached."""
    times = sorted({t for t, _, _ in [*one, *other] if begin <= t <= end} | {begin, end})
    for a, b in pairwise(times):
        (p, q), (r, s) = (
            [v - u for u, v in zip(_place(one, time), _place(other, time), strict=True)] for time in (a, b)
        )
        dx, dy = (r - p) / (b - a), (s - q) / (b - a)
        speed = dx * dx + dy * dy
        after = min(Fraction(b - a), max(Fraction(0), -(p * dx + q * dy) / speed)) if speed else Fraction(0)
        yield (p + after * dx) ** 2 + (q + after * dy) ** 2, a + after


def _place(track: Sequence[Fix], time: int) -> tuple[Fraction, Fraction]:
    (t, x, y), (later, u, v) = next(pair for pair in pairwise(track) if pair[0][0] <= time <= pair[1][0])
    part = Fraction(time - t, later - t)
    return x + part * (u - x), y + part * (v - y)
