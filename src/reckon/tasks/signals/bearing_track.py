"""Tracking from bearings alone, seen from known stations: state estimation of STARK's kind (2505.11618).

The bearing's line of sight is linear in place and velocity: cos(b) (x - sx) - sin(b) (y - sy) = 0, the
pseudolinear estimator (Lindgren and Gong, Position and velocity estimation via bearing observations, IEEE
TAES 1978). Differs from STARK: noise is the rounding of the bearings alone, and the moment of a turn is told.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from math import atan2, cos, degrees, radians, sin
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.measures import displaced, grade_measures
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.least_squares import SOLVER, fit
from reckon.values import Grade, Problem

# Station's x and y, the time in seconds, the bearing in degrees.
Sighting: TypeAlias = tuple[int, int, int, float]
TOLERANCE = 5.0
TURN_FROM = 0.5
SAYS = (
    "A bearing is an angle in degrees, measured clockwise from north as seen from the station, rounded to "
    "{places} digits after the point; x points east and y points north, both in metres, and times are in "
    "seconds. {motion} Where is the target at time {asked}? Give x and y in metres, separated by a comma. "
    "Each must be right within 5 metres."
)


@dataclass(frozen=True, slots=True)
class BearingTrack:
    """Two stations take bearings of a ship. Where will it be at time 300?"""

    held_out: bool = False

    name: ClassVar[str] = "bearing_track"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Stations take bearings of a moving target:\n\n{listed}\n\n" + SAYS,
        "Track a target from these bearings.\n\n{listed}\n\n" + SAYS,
        "{listed}\n\nThese sightings are all of one moving target. " + SAYS,
        "Nobody measured how far away the target is; there are only directions:\n\n{listed}\n\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Direction finders report one and the same moving emitter, the target.\n\n{listed}\n\n" + SAYS,
        "Given are lines of sight to a target on the move.\n\n{listed}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "Each bearing is a linear equation in position and velocity, so least squares solves it.",
        "I will set up the lines of sight and solve for the motion.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_measures(problem.answer or "", answer, TOLERANCE, ["m|metres?"] * 2)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return displaced(problem.answer or "", TOLERANCE)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        sightings = given["sightings"]
        return f"""from math import cos, radians, sin

# x and y of the station, time, bearing
sightings = {sightings}
turn = {given["turn"]}


{SOLVER}

def times(t):
    return [1, t] if turn is None else [1, min(t, turn), max(t - turn, 0)]


equations = []
for sx, sy, t, bearing in sightings:
    c, s = cos(radians(bearing)), sin(radians(bearing))
    equations.append(([c * k for k in times(t)] + [-s * k for k in times(t)], c * sx - s * sy))
motion = solve(equations)
half = len(motion) // 2
now = times({given["asked"]})
x = sum(a * k for a, k in zip(motion[:half], now))
y = sum(a * k for a, k in zip(motion[half:], now))
print(f"{{x:.2f}}, {{y:.2f}}")"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    turns, places = difficulty >= TURN_FROM, 3
    count = scaled(difficulty, 4, 8) + 4 * turns
    while True:
        stations = [(rng.randint(-900, 900), rng.randint(-900, 900)) for _ in range(scaled(difficulty, 2, 4))]
        times = sorted(rng.sample(range(0, 240, 5), count))
        turn = times[count // 2] if turns else None
        start = [rng.randint(-900, 900) for _ in range(2)]
        speeds = [[rng.randint(-80, 80) / 10 for _ in range(2)] for _ in range(2)]
        asked = times[-1] + rng.randint(10, 60)
        seen = [
            _sighting(stations[at % len(stations)], time, _place(start, speeds, turn, time), places)
            for at, time in enumerate(times)
        ]
        truth = _place(start, speeds, turn, asked)
        near = min(
            abs(x - s[0]) + abs(y - s[1]) for s in seen for x, y in [_place(start, speeds, turn, s[2])]
        )
        if near > 100 and _estimable(seen, turn, asked, truth):
            return _values(stations, seen, turn, asked), ", ".join(f"{x:.1f}" for x in truth)


def _values(
    stations: Sequence[tuple[int, int]], seen: Sequence[Sighting], turn: int | None, asked: int
) -> Values:
    names = {station: chr(ord("A") + at) for at, station in reversed(list(enumerate(stations)))}
    rows = [
        f"station {name} stands at ({x}, {y})" for (x, y), name in sorted(names.items(), key=lambda n: n[1])
    ]
    rows += [f"time {t}: from {names[x, y]} at {bearing:.3f} degrees" for x, y, t, bearing in seen]
    steady = "The target moves in a straight line at a constant speed."
    turning = (
        f"The target moves in a straight line at a constant speed until time {turn}; at that moment it "
        f"changes its "
        "direction and its speed once and keeps the new ones to the end."
    )
    return {
        "sightings": [list(sighting) for sighting in seen],
        "listed": "\n".join(rows),
        "turn": turn,
        "asked": asked,
        "places": "three",
        "motion": turning if turn is not None else steady,
    }


def _place(
    start: Sequence[int], speeds: Sequence[Sequence[float]], turn: int | None, time: int
) -> list[float]:
    before = time if turn is None else min(time, turn)
    return [s + v * before + w * (time - before) for s, v, w in zip(start, *speeds, strict=True)]


def _sighting(station: tuple[int, int], time: int, place: Sequence[float], places: int) -> Sighting:
    bearing = degrees(atan2(place[0] - station[0], place[1] - station[1])) % 360
    return *station, time, round(bearing, places)


def _estimable(seen: Sequence[Sighting], turn: int | None, asked: int, truth: Sequence[float]) -> bool:
    """Whether the rounded bearings lead to the truth, with room to spare for another estimator."""

    def times(t: int) -> list[int]:
        return [1, t] if turn is None else [1, min(t, turn), max(t - turn, 0)]

    rows, right = [], []
    for sx, sy, time, bearing in seen:
        c, s = cos(radians(bearing)), sin(radians(bearing))
        rows.append([c * k for k in times(time)] + [-s * k for k in times(time)])
        right.append(c * sx - s * sy)
    motion = fit(rows, right)
    if not motion:
        return False
    half, now = len(motion) // 2, times(asked)
    x, y = (sum(a * k for a, k in zip(part, now, strict=True)) for part in (motion[:half], motion[half:]))
    return max(abs(x - truth[0]), abs(y - truth[1])) < TOLERANCE / 5
