"""Path Plan of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning): waypoints through coloured rooms.

Differs from it: maps are drawn at random and the order of visits always counts, while there ten instructions
are asked of ten maps; corners of rooms are whole numbers; a room is visited by a waypoint in it.
"""

import random
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias, cast

from reckon.tasks.graders.paths import Rectangle, Route, grade_path
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

Spot: TypeAlias = tuple[int, int]
COLOURS = ("red", "blue", "green", "yellow", "purple", "orange", "pink", "grey")
SLACK = 3
RULES = (
    "The robot drives in straight lines from waypoint to waypoint, in any direction. A room is visited if a "
    "waypoint lies in it or on its edge. Rooms may be driven through at any time, unless they must be "
    "avoided: no part of the way may touch such a room or its edge. The way may not leave the field."
)
SAYS = (
    "List the waypoints in order, from the start to the end and both included, as (x, y) pairs separated by "
    "commas, such as (0, 0), (2, 3.5), (4, 1). Any way of at most {limit} waypoints that keeps all "
    "conditions is right."
)


@dataclass(frozen=True, slots=True)
class PathPlan:
    """Find waypoints that visit rooms in order and stay clear of others."""

    held_out: bool = False

    name: ClassVar[str] = "path_plan"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "A robot moves on a square field where x and y go from 0 to {size}. The field has these rectangular "
        "rooms:\n{map}\nThe robot starts at {from_point} and must end at {to_point}. In between it must "
        "visit, in this order: {visits}. It must avoid: {avoided}. " + RULES + " " + SAYS,
        "Plan a way for a robot from {from_point} to {to_point}.\nField: 0 <= x <= {size}, 0 <= y <= "
        "{size}.\nRooms:\n{map}\nVisit in order: {visits}.\nAvoid: {avoided}.\n" + RULES + " " + SAYS,
        "Rooms on a map, each a rectangle with sides parallel to the axes:\n{map}\nThe map reaches from 0 "
        "to {size} in x and in y. Lead the robot from its start {from_point} through {visits} (visited one "
        "after the other in this order) to its end {to_point}. Rooms to avoid: {avoided}. "
        + RULES
        + " "
        + SAYS,
        "Your robot stands at {from_point} and shall go to {to_point}. On its way it shall first go to the "
        "rooms named here, in the order named: {visits}. It shall never come into contact with these: "
        "{avoided}. The field is the square of all points with x and y between 0 and {size}, and the rooms "
        "are:\n{map}\n" + RULES + " " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Map of a building (x and y run from 0 to {size}):\n{map}\nA cleaning robot at {from_point} has to "
        "call at {visits}, one by one in this order, and then park at {to_point}. Closed to it: {avoided}. "
        "" + RULES + " " + SAYS,
        RULES
        + " Field: the square from (0, 0) to ({size}, {size}). Rooms:\n{map}\nTask: from {from_point}, visit "
        "{visits}, in that order, avoiding {avoided}, and finish at {to_point}. " + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will search the grid of whole points, one leg per room.",
        "Breadth-first search around the forbidden rooms, leg by leg, then keep the corners.",
        "Let me plan with BFS over lattice points in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_path(_route(problem), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """Ends lost or shifted, the way reversed, off the field, past a room, into a closed one, too long."""
        route, size = _route(problem), cast(int, problem.metadata["size"])
        points = _path(route) or []
        start, *middle, end = points
        wrong = [points[1:], points[:-1], points[::-1], [start, end], [start] * route.limit + points]
        wrong += [[(start[0] + 1, start[1]), *middle, end], [start, *middle, (end[0], end[1] + 1)]]
        wrong += [[start, out, *middle, end] for out in ((-1, 0), (0, -1), (size + 1, 0), (0, size + 1))]
        wrong += [[start, room[:2], *middle, end] for room in route.avoid]
        wrong += [[point for point in points if not _in(point, room)] for room in route.visits]
        return tuple(_written(path) for path in wrong)

    def program(self, problem: Problem) -> str:
        given, route = problem.metadata, _route(problem)
        return f"""from collections import deque

size = {given["size"]}
# left, bottom, right, top
visits = {list(route.visits)}
avoid = {list(route.avoid)}
start, end = {route.start}, {route.end}


def inside(point, room):
    return room[0] <= point[0] <= room[2] and room[1] <= point[1] <= room[3]


def leg(start, arrived):
    came, queue = {{start: None}}, deque([start])
    while queue:
        point = queue.popleft()
        if arrived(point):
            way = []
            while point:
                way.append(point)
                point = came[point]
            return way[::-1]
        x, y = point
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            if near in came or not inside(near, (0, 0, size, size)):
                continue
            if not any(inside(near, room) for room in avoid):
                came[near] = point
                queue.append(near)


points = [start]
goals = [lambda p, room=room: inside(p, room) for room in visits] + [lambda p: p == end]
for arrived in goals:
    way = leg(points[-1], arrived)
    for before, point, after in zip(way, way[1:], way[2:]):
        if (before[0] == point[0]) != (point[0] == after[0]):
            points.append(point)
    if points[-1] != way[-1]:
        points.append(way[-1])
print(", ".join(map(str, points)))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Maps at random until there is a way; the rooms neither visited nor avoided only distract."""
    size, visits, avoided = (scaled(difficulty, *range_) for range_ in ((6, 16), (1, 4), (1, 3)))
    while True:
        count = min(len(COLOURS), visits + avoided + rng.randint(0, 1))
        rooms = dict(zip(rng.sample(COLOURS, count), _rooms(rng, size, count), strict=True))
        names = rng.sample(list(rooms), visits + avoided)
        free = [(x, y) for x in range(size + 1) for y in range(size + 1)]
        free = [spot for spot in free if not any(_in(spot, room) for room in rooms.values())]
        start, end = rng.sample(free, 2)
        values: dict[str, JSON] = {
            "size": size,
            "rooms": {name: list(room) for name, room in rooms.items()},
            "visits": list(names[:visits]),
            "avoid": list(names[visits:]),
            "avoided": ", ".join(names[visits:]),
            "map": "\n".join(map(_described, rooms.items())),
            "start": list(start),
            "end": list(end),
            "from_point": str(start),
            "to_point": str(end),
        }
        path = _path(_route(Problem("", "", "", "", difficulty, {**values, "limit": 0})))
        if path:
            return {**values, "limit": len(path) + SLACK}, _written(path)


def _rooms(rng: random.Random, size: int, count: int) -> list[Rectangle]:
    """Rectangles that do not touch each other."""
    rooms: list[Rectangle] = []
    while len(rooms) < count:
        width, height = (rng.randint(1, max(1, size // 4)) for _ in range(2))
        left, bottom = rng.randint(0, size - width), rng.randint(0, size - height)
        room = (left, bottom, left + width, bottom + height)
        if all(
            room[0] > other[2] or other[0] > room[2] or room[1] > other[3] or other[1] > room[3]
            for other in rooms
        ):
            rooms.append(room)
    return rooms


def _described(named: tuple[str, Rectangle]) -> str:
    name, (left, bottom, right, top) = named
    return f"{name}: x from {left} to {right}, y from {bottom} to {top}"


def _route(problem: Problem) -> Route:
    given = problem.metadata
    rooms = cast(Mapping[str, Sequence[int]], given["rooms"])
    visits, avoid = (
        [cast(Rectangle, tuple(rooms[name])) for name in cast(Sequence[str], given[key])]
        for key in ("visits", "avoid")
    )
    size = cast(int, given["size"])
    start, end = (cast(Spot, tuple(cast(Sequence[int], given[key]))) for key in ("start", "end"))
    return Route((0, 0, size, size), start, end, visits, avoid, cast(int, given["limit"]))


def _path(route: Route) -> list[Spot] | None:
    """The corners of a shortest way over whole points, leg by leg; None if a leg has no way."""
    points = [route.start]
    for goal in (*route.visits, (*route.end, *route.end)):
        way = _leg(route, points[-1], goal)
        if way is None:
            return None
        corners = zip(way, way[1:], way[2:], strict=False)
        points += [b for a, b, c in corners if (a[0] == b[0]) != (b[0] == c[0])]
        if points[-1] != way[-1]:
            points.append(way[-1])
    return points


def _leg(route: Route, start: Spot, goal: Rectangle) -> list[Spot] | None:
    came: dict[Spot, Spot | None] = {start: None}
    queue = deque([start])
    while queue:
        point: Spot | None = queue.popleft()
        if point and _in(point, goal):
            way: list[Spot] = []
            while point:
                way.append(point)
                point = came[point]
            return way[::-1]
        x, y = cast(Spot, point)
        for near in ((x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)):
            open_ = _in(near, route.field) and not any(_in(near, room) for room in route.avoid)
            if open_ and near not in came:
                came[near] = point
                queue.append(near)
    return None


def _in(spot: Spot, room: Rectangle) -> bool:
    return room[0] <= spot[0] <= room[2] and room[1] <= spot[1] <= room[3]


def _written(path: Sequence[Spot]) -> str:
    return ", ".join(map(str, path))
