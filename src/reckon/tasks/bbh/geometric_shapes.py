"""Geometric Shapes of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: whole coordinates, so that right angles and equal sides are exact; what tells the
shapes apart is said; at higher difficulty sides are drawn in pieces, in any order and direction.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar, TypeAlias

from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.options import grade_option, offer
from reckon.values import Grade, Problem

Point: TypeAlias = tuple[int, int]
CORNERS = {"triangle": 3, "pentagon": 5, "hexagon": 6, "heptagon": 7, "octagon": 8}
SHAPES = ("circle", "ellipse", "kite", "rectangle", "sector", "trapezoid", *CORNERS)
RULES = (
    "In an SVG path, M x,y goes to a point without drawing, L x,y draws a straight line to a point, and A "
    "draws an arc to the point that stands last (before it: two radii, a rotation, two flags). Lines may be "
    "drawn in pieces, in any order and direction; what counts is the figure that they form in the end. A "
    "point where a line goes straight on is no corner. A kite has two pairs of neighbouring sides of equal "
    "length, but not four equal sides; a trapezoid has exactly one pair of parallel sides; a sector is a "
    "slice of a disc, bounded by two radii and an arc."
)
PROGRAM = """\
import re
path = "{path}"
options = {options}
tokens = re.findall(r"[MLA]|-?[0-9]+", path)
joined, arcs, here, at = {{}}, [], None, 0
while at < len(tokens):
    command = tokens[at]
    size = 7 if command == "A" else 2
    numbers = [int(token) for token in tokens[at + 1 : at + 1 + size]]
    there = tuple(numbers[-2:])
    if command == "A":
        arcs.append(numbers)
    if command == "L":
        joined.setdefault(here, []).append(there)
        joined.setdefault(there, []).append(here)
    here = there
    at += 1 + size
if arcs:
    shape = "sector" if joined else "circle" if arcs[0][0] == arcs[0][1] else "ellipse"
else:
    ring = [here, joined[here][0]]
    while ring[-1] != here:
        one, other = joined[ring[-1]]
        ring.append(other if one == ring[-2] else one)
    ring.pop()
    corners = []
    for a, b, c in zip(ring[-1:] + ring, ring, ring[1:] + ring[:1]):
        if (b[0] - a[0]) * (c[1] - b[1]) != (b[1] - a[1]) * (c[0] - b[0]):
            corners.append(b)
    sides = [(c[0] - b[0], c[1] - b[1]) for b, c in zip(corners, corners[1:] + corners[:1])]
    length = [x * x + y * y for x, y in sides]
    right = all(s[0] * t[0] + s[1] * t[1] == 0 for s, t in zip(sides, sides[1:]))
    names = {{3: "triangle", 5: "pentagon", 6: "hexagon", 7: "heptagon", 8: "octagon"}}
    shape = names.get(len(corners), "trapezoid")
    if len(corners) == 4 and right:
        shape = "rectangle"
    elif len(corners) == 4 and (
        length[0] == length[1] and length[2] == length[3] or length[1] == length[2] and length[3] == length[0]
    ):
        shape = "kite"
print(f"({{chr(65 + options.index(shape))}})")"""


@dataclass(frozen=True, slots=True)
class GeometricShapes:
    """Which shape does M 0,0 L 4,0 L 0,3 L 0,0 draw? (C) triangle."""

    held_out: bool = False

    name: ClassVar[str] = "geometric_shapes"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        f"What shape does this SVG path draw?\n\n{{path}}\n\n{RULES}\nOptions:\n{{listed}}",
        f'{RULES}\nA picture holds one path, <path d="{{path}}"/>. Which figure is it?\n{{listed}}',
        f"Name the figure that the path {{path}} draws. {RULES}\nChoose among:\n{{listed}}",
        f"Somebody draws this path with a pen:\n\n{{path}}\n\nWhat stands on the paper in the end? {RULES}"
        "\nOptions:\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"Here is the outline of a shape as an SVG path: {{path}}\n{RULES}\nWhich shape is it?\n{{listed}}",
        f"{RULES}\nUse this to recognise the following path.\n{{path}}\nIt is one of these:\n{{listed}}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will read the path in Python, join its lines and count the corners.",
        "Let code collect the lines and arcs, drop points on straight sides and classify.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return PROGRAM.format(path=given["path"], options=given["options"])


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    shape = rng.choice(SHAPES)
    shift = (rng.randint(-90, 90), rng.randint(-90, 90))
    if shape in ROUND:
        pieces = ROUND[shape](rng, shift, difficulty)
    else:
        corners = STRAIGHT[shape](rng) if shape in STRAIGHT else _ring(rng, CORNERS[shape])
        pieces = _sides(rng, [_moved(corner, shift) for corner in corners], difficulty)
    if difficulty > 0.3:
        pieces = [piece if rng.random() < 0.5 else _reversed(piece) for piece in pieces]
        rng.shuffle(pieces)
    offered, gold = offer(rng, shape, rng.sample([other for other in SHAPES if other != shape], 9))
    return {**offered, "path": _path(pieces)}, gold


# A piece of a path: where it starts, its command with all numbers but the end, where it ends.
Piece: TypeAlias = tuple[Point, str, Point]


def _sides(rng: random.Random, corners: Sequence[Point], difficulty: float) -> list[Piece]:
    """The sides, some cut at points that lie on them."""
    pieces: list[Piece] = []
    for (x, y), (to_x, to_y) in zip(corners, [*corners[1:], corners[0]], strict=True):
        cuts = rng.sample(range(1, 6), rng.randint(0, scaled(difficulty, 0, 3)))
        stops = [(x + (to_x - x) * cut // 6, y + (to_y - y) * cut // 6) for cut in (0, *sorted(cuts), 6)]
        pieces += [(one, "L", other) for one, other in pairwise(stops)]
    return pieces


def _reversed(piece: Piece) -> Piece:
    """From its end to its start; the sweep flag of an arc turns with it."""
    start, command, end = piece
    if command != "L":
        command = command[:-1] + ("0" if command.endswith("1") else "1")
    return end, command, start


def _path(pieces: Sequence[Piece]) -> str:
    words: list[str] = []
    here: Point | None = None
    for start, command, end in pieces:
        if start != here:
            words.append(f"M {start[0]},{start[1]}")
        words.append(f"{command} {end[0]},{end[1]}")
        here = end
    return " ".join(words)


def _moved(point: Point, shift: Point) -> Point:
    return point[0] + shift[0], point[1] + shift[1]


def _on_circle() -> list[Point]:
    """The 36 points of the circle of radius 65 with whole coordinates, in the order in which it turns."""
    right = [(16, 63), (25, 60), (33, 56), (39, 52), (52, 39), (56, 33), (60, 25), (63, 16), (65, 0)]
    quarter = right[::-1]
    half = quarter + [(-y, x) for x, y in quarter]
    return half + [(-x, -y) for x, y in half]


def _ring(rng: random.Random, count: int) -> list[Point]:
    """Corners on a circle, stretched and sheared: convex; six times as big, so that sixths are whole."""
    points = _on_circle()
    chosen = [points[at] for at in sorted(rng.sample(range(len(points)), count))]
    a, b, c, d = rng.choice(((1, 0, 0, 1), (1, 1, 0, 1), (2, 0, 1, 1), (1, 0, -1, 2), (2, 1, 1, 1)))
    return [(6 * (a * x + b * y), 6 * (c * x + d * y)) for x, y in chosen]


def _rectangle(rng: random.Random) -> list[Point]:
    along, across = _axes(rng)
    length, width = rng.sample(range(1, 6), 2)
    return _at(along, across, ((0, 0), (length, 0), (length, width), (0, width)))


def _kite(rng: random.Random) -> list[Point]:
    """Its diagonals are perpendicular, and the one that halves the other is not halved itself."""
    along, across = _axes(rng)
    length = rng.randint(3, 7)
    middle = rng.choice([at for at in range(1, length) if 2 * at != length])
    half = rng.randint(1, 4)
    return _at(along, across, ((0, 0), (middle, half), (length, 0), (middle, -half)))


def _trapezoid(rng: random.Random) -> list[Point]:
    along, across = _axes(rng)
    bottom, top = rng.sample(range(1, 7), 2)
    lean, height = rng.randint(-3, 4), rng.randint(1, 5)
    return _at(along, across, ((0, 0), (bottom, 0), (lean + top, height), (lean, height)))


def _axes(rng: random.Random) -> tuple[Point, Point]:
    """Two perpendicular directions of equal length."""
    x, y = rng.randint(1, 5), rng.randint(-5, 5)
    return (6 * x, 6 * y), (-6 * y, 6 * x)


def _at(along: Point, across: Point, places: Sequence[Point]) -> list[Point]:
    return [(a * along[0] + b * across[0], a * along[1] + b * across[1]) for a, b in places]


def _circle(rng: random.Random, centre: Point, difficulty: float) -> list[Piece]:
    """Arcs from point to point of a circle; the large-arc flag is set where one is more than half of it."""
    size, points = rng.randint(1, 4), _on_circle()
    stops = sorted(rng.sample(range(36), rng.randint(2, scaled(difficulty, 3, 8))))
    pieces: list[Piece] = []
    for one, other in zip(stops, [*stops[1:], stops[0]], strict=True):
        large = int((other - one) % 36 > 18)
        start, end = (_moved((size * x, size * y), centre) for x, y in (points[one], points[other]))
        pieces.append((start, f"A {65 * size},{65 * size} 0 {large},1", end))
    return pieces


def _ellipse(rng: random.Random, centre: Point, difficulty: float) -> list[Piece]:
    """Two halves or four quarters."""
    width, height = rng.sample(range(5, 90), 2)
    tips = [(width, 0), (0, height), (-width, 0), (0, -height)]
    stops = [_moved(tip, centre) for tip in (tips if rng.random() < 0.5 else tips[::2])]
    arc = f"A {width},{height} 0 0,1"
    return [(one, arc, other) for one, other in zip(stops, [*stops[1:], stops[0]], strict=True)]


def _sector(rng: random.Random, centre: Point, difficulty: float) -> list[Piece]:
    """Less than half of the disc or more, never just half: that would be no slice between two radii."""
    size, points = rng.randint(1, 4), _on_circle()
    first = rng.randrange(36)
    width = rng.choice([w for w in range(3, 31) if w != 18])
    start, end = (
        _moved((size * x, size * y), centre) for x, y in (points[first], points[(first + width) % 36])
    )
    arc = f"A {65 * size},{65 * size} 0 {int(width > 18)},1"
    return [(centre, "L", start), (start, arc, end), (end, "L", centre)]


STRAIGHT: Mapping[str, Callable[[random.Random], list[Point]]] = {
    "rectangle": _rectangle,
    "kite": _kite,
    "trapezoid": _trapezoid,
}
ROUND: Mapping[str, Callable[[random.Random, Point, float], list[Piece]]] = {
    "circle": _circle,
    "ellipse": _ellipse,
    "sector": _sector,
}
