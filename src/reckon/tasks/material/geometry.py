"""Schemas of geometry, from easy to hard, with drawn numbers and exact answers."""

import random
from fractions import Fraction
from math import gcd
from textwrap import dedent

from reckon.tasks.material.family import scaled
from reckon.tasks.material.schemas import Given, Schema

# Prints the square root of the fraction `square` as 5*sqrt(3) or 5/2*sqrt(3).
ROOT = """
square = Fraction(square)
under, below = square.numerator * square.denominator, square.denominator
front, d = 1, 2
while d * d <= under:
    while under % (d * d) == 0:
        under //= d * d
        front *= d
    d += 1
front = Fraction(front, below)
print(front if under == 1 else f"{front}*sqrt({under})")"""


def root(square: Fraction) -> str:
    """sqrt(square) as 5*sqrt(3)/2, with no square factor under the root."""
    under, front = square.numerator * square.denominator, 1
    for d in range(2, int(under**0.5) + 1):
        while under % (d * d) == 0:
            under, front = under // (d * d), front * d
    return _times(Fraction(front, square.denominator), f"sqrt({under})" if under > 1 else "")


def _times(factor: Fraction, symbol: str) -> str:
    if not symbol:
        return str(factor)
    above = symbol if factor.numerator == 1 else f"{factor.numerator}*{symbol}"
    return above if factor.denominator == 1 else f"{above}/{factor.denominator}"


def _pi(factor: Fraction | int) -> str:
    return _times(Fraction(factor), "pi")


def _lengths(rng: random.Random, difficulty: float, names: str, hardest: int = 90) -> Given:
    """Different whole lengths, by one-letter names."""
    most = scaled(difficulty, 19, hardest)
    return dict(zip(names, rng.sample(range(2, most + 1), len(names)), strict=True))


def _annulus(rng: random.Random, difficulty: float) -> Given:
    inner, wide = rng.randint(2, scaled(difficulty, 20, 400)), rng.randint(2, scaled(difficulty, 12, 90))
    return {"inner": inner, "outer": inner + wide}


def _points(rng: random.Random, difficulty: float, count: int) -> Given:
    """Points of the plane of which no three lie on a line: x1, y1, x2, ..."""
    most = scaled(difficulty, 9, 30)
    points = [(rng.randint(-most, most), rng.randint(-most, most)) for _ in range(count)]
    given = {f"{c}{i}": p["xy".index(c)] for i, p in enumerate(points, 1) for c in "xy"}
    flat = len(set(points)) < count or (count == 3 and _doubled(given) == 0)
    return _points(rng, difficulty, count) if flat else given


def _doubled(g: Given) -> int:
    """Twice the area of the triangle."""
    return abs((g["x2"] - g["x1"]) * (g["y3"] - g["y1"]) - (g["x3"] - g["x1"]) * (g["y2"] - g["y1"]))


def _square(g: Given, i: int, j: int) -> int:
    return (g[f"x{i}"] - g[f"x{j}"]) ** 2 + (g[f"y{i}"] - g[f"y{j}"]) ** 2


def _polygon(rng: random.Random, difficulty: float) -> Given:
    return {"n": rng.randint(7, scaled(difficulty, 400, 2000)), "k": rng.randint(2, 5)}


def _sides(rng: random.Random, difficulty: float) -> Given:
    """Three sides of a proper triangle."""
    most = scaled(difficulty, 14, 40)
    a, b = rng.randint(4, most), rng.randint(4, most)
    return {"a": a, "b": b, "c": rng.randint(abs(a - b) + 1, a + b - 1)}


def _sixteen(g: Given) -> int:
    """Heron: 16 times the square of the area."""
    a, b, c = g["a"], g["b"], g["c"]
    return (a + b + c) * (-a + b + c) * (a - b + c) * (a + b - c)


def _chord(rng: random.Random, difficulty: float) -> Given:
    radius = rng.randint(8, scaled(difficulty, 30, 150))
    return {"r": radius, "d": rng.randint(1, radius - 1)}


def _line(rng: random.Random, difficulty: float) -> Given:
    most = scaled(difficulty, 9, 25)
    given = {
        "m": rng.randint(2, 7),
        "t": rng.randint(1, most),
        "x": rng.randint(1, most),
        "y": rng.randint(1, most),
    }
    return given if given["y"] != given["m"] * given["x"] + given["t"] else _line(rng, difficulty)


def _lattice(rng: random.Random, difficulty: float) -> Given:
    """Corners of a triangle in the first quadrant, two of them on the axes."""
    most = scaled(difficulty, 9, 24)
    return {name: rng.randint(3, most) for name in "abcd"}


def _pick(g: Given) -> int:
    """Pick's theorem for (0,0), (a,0), (a+c,b+d), (0,b): inside = area - edge / 2 + 1."""
    a, b, c, d = (g[name] for name in "abcd")
    doubled = a * (b + d) + b * (a + c)
    edge = a + gcd(c, b + d) + gcd(a + c, d) + b
    return (doubled - edge + 2) // 2


def _rooted(code: str) -> str:
    return dedent(code).strip() + ROOT


SCHEMAS = (
    Schema(
        "annulus",
        (
            "Two circles have the same centre {P}, and their radii are {inner} and {outer}. What is the area "
            "of the region between them?",
            "From a disc with centre {P} and radius {outer}, a disc of radius {inner} with the same centre "
            "is cut out. What area is left?",
        ),
        _annulus,
        lambda g: _pi(g["outer"] ** 2 - g["inner"] ** 2),
        'print(f"{outer ** 2 - inner ** 2}*pi")',
    ),
    Schema(
        "cone",
        (
            "A circular cone with the tip {P} has a base of radius {r} and the height {h}. What is its "
            "volume?",
            "What is the volume of a circular cone that is {h} high from its base circle, which has centre "
            "{P} and radius {r}, to its tip {Q}?",
        ),
        lambda rng, d: _lengths(rng, d, "rh", 200),
        lambda g: _pi(Fraction(g["r"] ** 2 * g["h"], 3)),
        """
        from fractions import Fraction
        print(f"{Fraction(r * r * h, 3)}*pi")
        """,
    ),
    Schema(
        "angle",
        (
            "All interior angles of a regular polygon with {n} sides are equal; {P} is one of its corners "
            "and {Q} the next. How many degrees are {k} of these angles together?",
            "A polygon with {n} equal sides, one of them {P}{Q}, has equal angles. Add up {k} of its "
            "interior angles; how many degrees is the sum?",
        ),
        _polygon,
        lambda g: str(g["k"] * (180 - Fraction(360, g["n"]))),
        """
        from fractions import Fraction
        angle = Fraction((n - 2) * 180, n)
        print(k * angle)
        """,
    ),
    Schema(
        "distance",
        (
            "In the plane, {P} is the point ({x1}, {y1}) and {Q} the point ({x2}, {y2}). How long is the "
            "segment {P}{Q}?",
            "How far is it from the point {P} = ({x1}, {y1}) of the coordinate plane to the point {Q} = "
            "({x2}, {y2}), in a straight line?",
        ),
        lambda rng, d: _points(rng, d, 2),
        lambda g: root(Fraction(_square(g, 1, 2))),
        _rooted(
            """
            from fractions import Fraction
            square = (x1 - x2) ** 2 + (y1 - y2) ** 2
            """
        ),
    ),
    Schema(
        "diagonal",
        (
            "A rectangular box has edges of the lengths {a}, {b} and {c}. {P} and {Q} are opposite corners "
            "of it, that is, they share no face. What is their distance?",
            "How long is the longest straight rod {P}{Q} that fits into a box whose inner edges measure {a}, "
            "{b} and {c}?",
        ),
        lambda rng, d: _lengths(rng, d, "abc", 60),
        lambda g: root(Fraction(g["a"] ** 2 + g["b"] ** 2 + g["c"] ** 2)),
        _rooted(
            """
            from fractions import Fraction
            square = a * a + b * b + c * c
            """
        ),
    ),
    Schema(
        "chord",
        (
            "In a circle of radius {r}, the chord {P}{Q} lies at the distance {d} from the centre. How long "
            "is the chord?",
            "A straight line passes the centre {P} of a circle at the distance {d}. The circle has radius "
            "{r}. How long is the part of the line inside the circle?",
        ),
        _chord,
        lambda g: root(Fraction(4 * (g["r"] ** 2 - g["d"] ** 2))),
        _rooted(
            """
            from fractions import Fraction
            square = 4 * (r * r - d * d)
            """
        ),
    ),
    Schema(
        "altitude",
        (
            "The legs of the right triangle {P}{Q}{R} have the lengths {a} and {b}. How long is the altitude "
            "from the right angle to the hypotenuse?",
            "Triangle {P}{Q}{R} has its right angle at {R}, with {P}{R} = {a} and {Q}{R} = {b}. What is the "
            "distance of {R} from the line {P}{Q}?",
        ),
        lambda rng, d: _lengths(rng, d, "ab", 50),
        lambda g: root(Fraction((g["a"] * g["b"]) ** 2, g["a"] ** 2 + g["b"] ** 2)),
        _rooted(
            """
            from fractions import Fraction
            double_area = a * b
            hypotenuse_squared = a * a + b * b
            square = Fraction(double_area ** 2, hypotenuse_squared)
            """
        ),
    ),
    Schema(
        "triangle",
        (
            "A triangle has the corners {P} = ({x1}, {y1}), {Q} = ({x2}, {y2}) and {R} = ({x3}, {y3}). What "
            "is its area?",
            "What is the area of the triangle that the points ({x1}, {y1}), ({x2}, {y2}) and ({x3}, {y3}) of "
            "the coordinate plane form?",
        ),
        lambda rng, d: _points(rng, d, 3),
        lambda g: str(Fraction(_doubled(g), 2)),
        """
        from fractions import Fraction
        corners = [(x1, y1), (x2, y2), (x3, y3)]
        twice = 0
        for i in range(3):
            (a, b), (c, d) = corners[i - 1], corners[i]
            twice += a * d - b * c
        print(Fraction(abs(twice), 2))
        """,
    ),
    Schema(
        "reflection",
        (
            "The point {P} = ({x}, {y}) is reflected in the line y = {m}x + {t}. What is the sum of the two "
            "coordinates of the image of {P}?",
            "{Q} is the mirror image of the point ({x}, {y}) in the line with slope {m} that crosses the "
            "y-axis at the height {t}. Add the x-coordinate and the y-coordinate of {Q}; what do you get?",
        ),
        _line,
        # The image is P - 2s(m, -1) with s the signed offset over m^2 + 1.
        lambda g: str(
            g["x"]
            + g["y"]
            - Fraction(2 * (g["m"] * g["x"] - g["y"] + g["t"]) * (g["m"] - 1), g["m"] ** 2 + 1)
        ),
        """
        from fractions import Fraction
        # foot of the perpendicular: slope -1/m through the point
        foot_x = (Fraction(x, m) + y - t) / (m + Fraction(1, m))
        foot_y = m * foot_x + t
        print(2 * foot_x - x + 2 * foot_y - y)
        """,
    ),
    Schema(
        "heron",
        (
            "The sides of triangle {P}{Q}{R} have the lengths {a}, {b} and {c}. What is the area of the "
            "triangle?",
            "What area does a triangle {P}{Q}{R} cover whose three sides measure {a}, {b} and {c}?",
        ),
        _sides,
        lambda g: root(Fraction(_sixteen(g), 16)),
        _rooted(
            """
            from fractions import Fraction
            half = Fraction(a + b + c, 2)
            square = half * (half - a) * (half - b) * (half - c)
            """
        ),
    ),
    Schema(
        "inradius",
        (
            "A circle touches all three sides of triangle {P}{Q}{R} from inside. The sides have the lengths "
            "{a}, {b} and {c}. What is the radius of the circle?",
            "What is the radius of the largest circle that fits into a triangle {P}{Q}{R} with the sides "
            "{a}, {b} and {c}?",
        ),
        _sides,
        lambda g: root(Fraction(_sixteen(g), 4 * (g["a"] + g["b"] + g["c"]) ** 2)),
        _rooted(
            """
            from fractions import Fraction
            half = Fraction(a + b + c, 2)
            area_squared = half * (half - a) * (half - b) * (half - c)
            square = area_squared / half ** 2
            """
        ),
    ),
    Schema(
        "circumcircle",
        (
            "A circle passes through the points ({x1}, {y1}), ({x2}, {y2}) and ({x3}, {y3}) of the plane. "
            "What is the area of the disc inside the circle?",
            "The triangle with the corners ({x1}, {y1}), ({x2}, {y2}) and ({x3}, {y3}) is inscribed in a "
            "circle. How large is the area that this circle encloses?",
        ),
        lambda rng, d: _points(rng, d, 3),
        # R = abc / (4 area)
        lambda g: _pi(Fraction(_square(g, 1, 2) * _square(g, 2, 3) * _square(g, 3, 1), 4 * _doubled(g) ** 2)),
        """
        from fractions import Fraction
        # centre (u, v) relative to the first corner: two linear equations
        a, b, c, d = x2 - x1, y2 - y1, x3 - x1, y3 - y1
        p, q = a * a + b * b, c * c + d * d
        det = 2 * (a * d - b * c)
        u = Fraction(p * d - b * q, det)
        v = Fraction(a * q - p * c, det)
        print(f"{u * u + v * v}*pi")
        """,
    ),
    Schema(
        "lattice",
        (
            "A quadrilateral has the corners (0, 0), ({a}, 0), {P} and (0, {b}), in this order around it, "
            "where {P} is reached from ({a}, {b}) by moving {c} to the right and {d} up. How many points "
            "whose two coordinates are both integers lie strictly inside the quadrilateral, not on its "
            "sides?",
            "Start at the origin of the plane, go straight to ({a}, 0), from there straight to the point {Q} "
            "that lies {c} right of and {d} above ({a}, {b}), then straight to (0, {b}), and back to the "
            "origin. How many points with two integer coordinates does this path enclose, those on the path "
            "not counted?",
        ),
        _lattice,
        lambda g: str(_pick(g)),
        """
        corners = [(0, 0), (a, 0), (a + c, b + d), (0, b)]
        count = 0
        for x in range(a + c + 1):
            for y in range(b + d + 1):
                inside = True
                for i in range(4):
                    (p, q), (r, s) = corners[i - 1], corners[i]
                    if (r - p) * (y - q) - (s - q) * (x - p) <= 0:
                        inside = False
                count += inside
        print(count)
        """,
    ),
)
