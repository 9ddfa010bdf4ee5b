"""How long a track stays inside a zone: relations of space and time, of STARK's second tier (2505.11618).

Exact: the track is cut where it crosses the zone's edges, in fractions.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import atan2
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.measures import displaced, grade_measures
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

Corner: TypeAlias = tuple[int, int]
# Time in seconds, x, y.
Fix: TypeAlias = tuple[int, int, int]
TOLERANCE = 0.1
SAYS = (
    "Between two fixes that follow each other the vehicle moves in a straight line at a constant speed. For "
    "how many seconds in all is it inside the zone, over the whole track? Give the number of seconds with at "
    "least two digits after the point; it must be right within 0.1 seconds."
)


@dataclass(frozen=True, slots=True)
class GeofenceTime:
    """For how long was the vehicle inside the zone?"""

    held_out: bool = False

    name: ClassVar[str] = "geofence_time"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "A zone is the polygon whose corners are, in order, {corners} (x and y in metres; the last corner "
        "is joined to the first). A vehicle was located at these fixes:\n{fixes}\n\n" + SAYS,
        "Track of a vehicle:\n{fixes}\n\nA zone has the corners {corners}, joined in this order and back to "
        "the first; coordinates are x and y in metres. " + SAYS,
        "Check a track against a geofence. The fence runs through {corners} and back to the first point (x "
        "and y in metres). What it encloses is the zone. The track:\n{fixes}\n\n" + SAYS,
        "The fixes of a vehicle (x and y in metres):\n{fixes}\nThe corners of a polygon, the zone, one "
        "after the other around it: {corners}\n\n" + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Parking is charged by the second inside a zone with the corners {corners} (x and y in metres, "
        "joined in this order into a closed line). The log of a vehicle reads:\n{fixes}\n\n" + SAYS,
        "Polygon (x and y in metres; edges join each corner to the next and the last to the first): "
        "{corners}. It bounds the zone.\nFixes:\n{fixes}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will cut each leg at the zone's edges and add up the parts inside.",
        "Exact fractions and a point-in-polygon test give the time in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_measures(problem.answer or "", answer, TOLERANCE, ["s|sec|seconds?"])

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return displaced(problem.answer or "", TOLERANCE)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from fractions import Fraction

zone = {given["zone"]}
track = {given["track"]}
edges = list(zip(zone, zone[1:] + zone[:1]))


def inside(x, y):
    odd = False
    for (ax, ay), (bx, by) in edges:
        if (ay > y) != (by > y) and x < ax + Fraction(bx - ax) * (y - ay) / (by - ay):
            odd = not odd
    return odd


total = Fraction(0)
for (t, x, y), (later, u, v) in zip(track, track[1:]):
    cuts = {{Fraction(0), Fraction(1)}}
    for (ax, ay), (bx, by) in edges:
        below = (u - x) * (by - ay) - (v - y) * (bx - ax)
        if below:
            along = Fraction((ax - x) * (by - ay) - (ay - y) * (bx - ax), below)
            if 0 < along < 1:
                cuts.add(along)
    cuts = sorted(cuts)
    for a, b in zip(cuts, cuts[1:]):
        middle = (a + b) / 2
        if inside(x + middle * (u - x), y + middle * (v - y)):
            total += (b - a) * (later - t)
print(f"{{float(total):.3f}}")"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    while True:
        zone, count = _zone(rng, scaled(difficulty, 4, 9)), scaled(difficulty, 3, 12)
        times = sorted(rng.sample(range(5, 60 * count), count))
        track = [(time, rng.randint(-300, 300), rng.randint(-300, 300)) for time in times]
        legs = [_time_inside(zone, one, other) for one, other in pairwise(track)]
        total = sum(legs)
        if sum(leg > 0 for leg in legs) * 2 >= len(legs) and total * 20 > times[-1] - times[0]:
            return _values(zone, track), f"{float(total):.2f}"


def _values(zone: Sequence[Corner], track: Sequence[Fix]) -> Values:
    return {
        "zone": [list(corner) for corner in zone],
        "track": [list(fix) for fix in track],
        "corners": ", ".join(f"({x}, {y})" for x, y in zone),
        "fixes": "\n".join(f"time {time} s: ({x}, {y})" for time, x, y in track),
    }


def _zone(rng: random.Random, size: int) -> list[Corner]:
    """A polygon that does not cross itself: corners in the order of their directions from a point inside."""
    while True:
        corners = [(rng.randint(-250, 250), rng.randint(-250, 250)) for _ in range(size)]
        turned = sorted(corners, key=lambda corner: atan2(corner[1], corner[0]))
        turns = [a[0] * b[1] - a[1] * b[0] for a, b in zip(turned, turned[1:] + turned[:1], strict=True)]
        if min(turns) > 2000:
            return turned


def _time_inside(zone: Sequence[Corner], one: Fix, other: Fix) -> Fraction:
    """The seconds of the leg from one fix to the other that lie in the zone."""
    edges = list(zip(zone, [*zone[1:], zone[0]], strict=True))
    (start, x, y), (end, u, v) = one, other
    cuts = {Fraction(0), Fraction(1)}
    for (ax, ay), (bx, by) in edges:
        below = (u - x) * (by - ay) - (v - y) * (bx - ax)
        if below:
            cuts.add(
                min(
                    Fraction(1),
                    max(Fraction(0), Fraction((ax - x) * (by - ay) - (ay - y) * (bx - ax), below)),
                )
            )
    parts = [
        b - a
        for a, b in pairwise(sorted(cuts))
        if _contains(edges, x + (a + b) / 2 * (u - x), y + (a + b) / 2 * (v - y))
    ]
    return sum(parts, Fraction(0)) * (end - start)


def _contains(edges: Sequence[tuple[Corner, Corner]], x: Fraction, y: Fraction) -> bool:
    """By the number of edges that a ray to the left crosses."""
    crossed = [
        (ay > y) != (by > y) and (x - ax) * abs(by - ay) > (bx - ax) * (y - ay) * (1 if by > ay else -1)
        for (ax, ay), (bx, by) in edges
    ]
    return sum(crossed) % 2 == 1
