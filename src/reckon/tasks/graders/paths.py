"""Answers that are a path through waypoints in the plane, checked with exact fractions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TypeAlias

from reckon.tasks.graders.text import refused, tidied
from reckon.values import Grade

Point: TypeAlias = tuple[Fraction, Fraction]
# Left, bottom, right and top edge.
Rectangle: TypeAlias = tuple[int, int, int, int]

_COORDINATE = r"(-?[0-9]{1,4}(?:\.[0-9]{1,6})?)"
_POINT = re.compile(rf"[(\[] ?{_COORDINATE} ?, ?{_COORDINATE} ?[)\]]")
_BETWEEN = re.compile(r" ?(?:[,;]|->) ?| |$")


@dataclass(frozen=True, slots=True)
class Route:
    """What a path must do: lie in `field`, lead from start to end, have waypoints in `visits` in this order.

    avoid: rectangles that no part of it may touch. limit: the most waypoints. Edges belong to rectangles.
    """

    field: Rectangle
    start: tuple[int, int]
    end: tuple[int, int]
    visits: Sequence[Rectangle]
    avoid: Sequence[Rectangle]
    limit: int


def grade_path(route: Route, answer: str) -> Grade:
    """Waypoints "(1, 2), (3, 4.5)", with or without square brackets around them, joined straight."""
    if refusal := refused(answer):
        return refusal
    points = waypoints(tidied(answer))
    if points is None:
        return Grade(0.0, "not a list of points (x, y)")
    fault = _fault(route, points)
    return Grade(0.0, fault) if fault else Grade(1.0, "the path keeps every condition")


def waypoints(text: str) -> list[Point] | None:
    """The points of "(1, 2), (3, 4.5)"; None if anything else stands in the text."""
    if re.match(r"\[ ?[\[(]", text) and text.endswith("]"):
        text = text[1:-1].strip()
    found: list[Point] = []
    place = 0
    while match := _POINT.match(text, place):
        found.append((Fraction(match[1]), Fraction(match[2])))
        gap = _BETWEEN.match(text, match.end())
        if gap is None:
            return None
        place = gap.end()
    return found if found and place == len(text) and text.endswith((")", "]")) else None


def touches(a: Point, b: Point, rectangle: Rectangle) -> bool:
    """Whether the straight segment from a to b has a point in the rectangle or on its edge.

    The part t in [low, high] of a + t (b - a) that lies between both pairs of edges is cut down edge by edge
    (Liang and Barsky, A new concept and method for line clipping, ACM TOG 1984).
    """
    low, high = Fraction(0), Fraction(1)
    for axis in (0, 1):
        step, least, most = b[axis] - a[axis], rectangle[axis] - a[axis], rectangle[axis + 2] - a[axis]
        if step == 0:
            if least > 0 or most < 0:
                return False
            continue
        enter, leave = sorted((least / step, most / step))
        low, high = max(low, enter), min(high, leave)
    return low <= high


def _fault(route: Route, points: Sequence[Point]) -> str:
    """The first condition that the path breaks, "" if it keeps all."""
    if len(points) > route.limit:
        return f"{len(points)} waypoints, but at most {route.limit} are allowed"
    if not (_is(points[0], route.start) and _is(points[-1], route.end)):
        return f"the path does not lead from {route.start} to {route.end}"
    if not all(touches(point, point, route.field) for point in points):
        return "the path leaves the field"
    for a, b in zip(points, [*points[1:], points[-1]], strict=True):
        if any(touches(a, b, rectangle) for rectangle in route.avoid):
            return "the path touches a rectangle that it must avoid"
    place = 0
    for room in route.visits:
        while place < len(points) and not touches(points[place], points[place], room):
            place += 1
        if place == len(points):
            return "the path has no waypoint in a rectangle that it must visit, or visits in another order"
    return ""


def _is(point: Point, wanted: tuple[int, int]) -> bool:
    return [*point] == [*wanted]
