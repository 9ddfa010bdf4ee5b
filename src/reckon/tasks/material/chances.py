"""Schemas of combinatorics, chances and figures as competitions ask them, from easy to hard; exact answers.

Other schemas than `counting` and `geometry`, which SymBench's families have.
"""

import random
from fractions import Fraction
from math import comb, gcd, prod

from reckon.tasks.material.family import scaled
from reckon.tasks.material.schemas import Given, Schema, sized


def _committee(rng: random.Random, difficulty: float) -> Given:
    staff, parents = (rng.randint(5, scaled(difficulty, 9, 25)) for _ in range(2))
    size = rng.randint(3, scaled(difficulty, 4, 5))
    return {"staff": staff, "parents": parents, "size": size, "least": rng.randint(1, 2)}


def _chosen(g: Given) -> int:
    """All committees with enough teachers, without those that have both of two given ones."""
    staff, parents, size, least = g["staff"], g["parents"], g["size"], g["least"]
    every = sum(comb(staff, t) * comb(parents, size - t) for t in range(least, size + 1))
    both = sum(comb(staff - 2, t - 2) * comb(parents, size - t) for t in range(max(least, 2), size + 1))
    return every - both


def _rectangles(rng: random.Random, difficulty: float) -> Given:
    wide, high = (rng.randint(5, scaled(difficulty, 14, 24)) for _ in range(2))
    return {"wide": wide, "high": high, "area": sized(rng, difficulty, 10, 40, low=4)}


def _small_rectangles(g: Given) -> int:
    """By their sizes: (W - w + 1)(H - h + 1) places for w by h."""
    wide, high, area = g["wide"], g["high"], g["area"]
    return sum(
        (wide - w + 1) * (high - h + 1)
        for w in range(1, wide + 1)
        for h in range(1, min(high, area // w) + 1)
    )


def _urn(rng: random.Random, difficulty: float) -> Given:
    red = sized(rng, difficulty, 20, 50)
    return {"red": red, "blue": sized(rng, difficulty, 40, 90, low=3), "which": rng.randint(1, min(red, 9))}


def _walk(rng: random.Random, difficulty: float) -> Given:
    top = rng.randint(5, scaled(difficulty, 9, 10))
    q = rng.randint(3, scaled(difficulty, 14, 17))
    p = rng.choice([p for p in range(1, q) if 2 * p != q and gcd(p, q) == 1])
    return {"start": rng.randint(2, top - 1), "top": top, "p": p, "q": q}


def _ruin(g: Given) -> Fraction:
    """(1 - r^start) / (1 - r^top) with r = (1 - p) / p."""
    r = Fraction(g["q"] - g["p"], g["p"])
    return (1 - r ** g["start"]) / (1 - r ** g["top"])


def _cevians(rng: random.Random, difficulty: float) -> Given:
    return {name: sized(rng, difficulty, 5, 30, low=1) for name in "abcdef"}


def _inner(g: Given) -> Fraction:
    """What the three corner triangles leave."""
    x, y, z = (Fraction(g[m], g[m] + g[n]) for m, n in ("ab", "cd", "ef"))
    return 1 - x * (1 - z) - y * (1 - x) - z * (1 - y)


def _wreath(rng: random.Random, difficulty: float) -> Given:
    n = rng.randint(6, scaled(difficulty, 20, 24))
    return {"n": n, "place": rng.randint(3, n - 1), "colours": rng.randint(3, scaled(difficulty, 10, 12))}


def _ringed(g: Given) -> int:
    """Two places that are alike part the ring into two; a ring has (c - 1)^n + (-1)^n (c - 1) colourings."""
    c = g["colours"]
    one, other = (_ring(c, length) for length in (g["place"] - 1, g["n"] - g["place"] + 1))
    return one * other // c


def _ring(c: int, n: int) -> int:
    return prod([c - 1] * n) + (1 - 2 * (n % 2)) * (c - 1)


def _paving(rng: random.Random, difficulty: float) -> Given:
    given = {"n": rng.randint(6, scaled(difficulty, 16, 24)), "a": rng.randint(2, 7)}
    return {**given, "b": rng.randint(2, 7), "c": rng.randint(2, 7)}


def _pavings(g: Given) -> int:
    """By how many dominoes and how many trominoes there are."""
    n = g["n"]
    return sum(
        g["a"] ** (n - 2 * two - 3 * three)
        * g["b"] ** two
        * g["c"] ** three
        * comb(n - two - 2 * three, two)
        * comb(n - 2 * two - 2 * three, three)
        for three in range(n // 3 + 1)
        for two in range((n - 3 * three) // 2 + 1)
    )


def _cards(rng: random.Random, difficulty: float) -> Given:
    return {"n": rng.randint(8, scaled(difficulty, 20, 60)), "k": rng.randint(3, scaled(difficulty, 5, 9))}


def _divisible_triples(g: Given) -> Fraction:
    """Triples by the classes of their numbers modulo k."""
    n, k = g["n"], g["k"]
    sizes = [(n - r) // k + (r > 0) for r in range(k)]
    found = 0
    for r in range(k):
        for s in range(r, k):
            t = -(r + s) % k
            if t < s:
                continue
            x, y, z = sizes[r], sizes[s], sizes[t]
            if r == s == t:
                found += comb(x, 3)
            elif r == s:
                found += comb(x, 2) * z
            else:
                found += x * (comb(y, 2) if s == t else y * z)
    return Fraction(found, comb(n, 3))


SCHEMAS = (
    Schema(
        "committee",
        (
            "A committee of {size} persons is chosen from {staff} teachers and {parents} parents. It must "
            "have at least {least} of the teachers, and two of the teachers, {one} and {two}, must not both "
            "be in it. How many committees are possible?",
            "From {staff} teachers, among them {one} and {two}, and {parents} parents, in how many ways can "
            "{size} persons be picked (in no order) so that {least} or more are teachers and {one} and "
            "{two} are not both picked?",
        ),
        _committee,
        lambda g: str(_chosen(g)),
        "from math import comb\nfound = 0\nfor t in range(least, size + 1):\n    ways = comb(staff, t)\n    "
        "if t >= 2:\n        ways -= comb(staff - 2, t - 2)\n    found += ways * comb(parents, size - "
        "t)\nprint(found)",
    ),
    Schema(
        "urn",
        (
            "Balls are drawn one after the other, without putting any back, from an urn with {red} red and "
            "{blue} blue balls. What is the expected number of draws until red ball number {which} in the "
            "order of drawing appears, that draw included?",
            "{red} red and {blue} blue cards are shuffled and turned over one by one. Find the mean of the "
            "number of cards turned over when the count of red ones first reaches {which}.",
        ),
        _urn,
        lambda g: str(Fraction(g["which"] * (g["red"] + g["blue"] + 1), g["red"] + 1)),
        "from fractions import Fraction\nfrom math import comb\nn, mean = red + blue, Fraction(0)\n"
        "for draw in range(which, n + 1):\n"
        "    ways = comb(draw - 1, which - 1) * comb(n - draw, red - which)\n    mean += draw * ways\n"
        "print(mean / comb(n, red))",
    ),
    Schema(
        "cevians",
        (
            "On the sides of triangle {P}{Q}{R}, take points D on {P}{Q} with {P}D : D{Q} = {a} : {b}, E on "
            "{Q}{R} with {Q}E : E{R} = {c} : {d}, and F on {R}{P} with {R}F : F{P} = {e} : {f}. What is the "
            "area of DEF divided by the area of {P}{Q}{R}?",
            "Triangle {P}{Q}{R} has area 1. D divides the side from {P} to {Q} in the ratio {a} : {b} (the "
            "first part lies at {P}), E likewise the side from {Q} to {R} in the ratio {c} : {d} (first "
            "part at {Q}), and F the side from {R} to {P} in the ratio {e} : {f} (first part at {R}). Find "
            "the area of DEF.",
        ),
        _cevians,
        lambda g: str(_inner(g)),
        "from fractions import Fraction\nP, Q, R = (0, 0), (1, 0), (0, 1)\n\ndef between(u, v, m, n):\n"
        "    t = Fraction(m, m + n)\n    return u[0] + t * (v[0] - u[0]), u[1] + t * (v[1] - u[1])\n\n"
        "D, E, F = between(P, Q, a, b), between(Q, R, c, d), between(R, P, e, f)\n"
        "print(abs((E[0] - D[0]) * (F[1] - D[1]) - (F[0] - D[0]) * (E[1] - D[1])))",
    ),
    Schema(
        "walk",
        (
            "{one} puts a counter on {start}. At each step it moves up by 1 with probability {p}/{q} and "
            "otherwise down by 1, until it reaches 0 or {top}. What is the probability that it reaches "
            "{top}?",
            "{one} has {start} coins and wins a coin in each round with probability {p}/{q}, or else "
            "loses one. The game ends with {top} coins or none. How likely is the end with "
            "{top} coins?",
        ),
        _walk,
        lambda g: str(_ruin(g)),
        "from fractions import Fraction\nup = Fraction(p, q)\n# h(0) = 0, h(1) = 1, up to a factor\nh = "
        "[Fraction(0), Fraction(1)]\nwhile len(h) <= top:\n    h.append((h[-1] - (1 - up) * h[-2]) / "
        "up)\nprint(h[start] / h[top])",
    ),
    Schema(
        "wreath",
        (
            "{one} sets up {n} numbered lamps in a circle. Each gets one of {colours} colours. No two "
            "neighbours may have the same colour (lamp {n} and lamp 1 are neighbours too), but lamp 1 and "
            "lamp {place} must have the same. How many colourings are there? Two are different if any lamp "
            "has different colours in them.",
            "{one} paints the fields of a ring, numbered from 1 to {n}, with {colours} paints at hand so "
            "that fields next to each other always differ, the last and the first included, while field "
            "{place} looks like field 1. Count the paintings; rotated ones count separately, and not every "
            "paint must be used.",
        ),
        _wreath,
        lambda g: str(_ringed(g)),
        "# lines of lamps from a fixed colour back to it, and from it to one other colour\nback, off = [1], "
        "[0]\nfor step in range(n):\n    back.append(off[-1] * (colours - 1))\n    off.append(back[-2] + "
        "off[-1] * (colours - 2))\nprint(colours * back[place - 1] * back[n - place + 1])",
    ),
    Schema(
        "rectangles",
        (
            "A sheet of squared paper is {wide} squares wide and {high} squares high. How many rectangles "
            "made of whole squares does it contain that have an area of at most {area} squares? (Squares "
            "count as rectangles.)",
            "In a grid of {wide} by {high} unit squares, count all rectangles, squares among them, whose "
            "sides lie on grid lines and whose area does not exceed {area}.",
        ),
        _rectangles,
        lambda g: str(_small_rectangles(g)),
        "found = 0\nfor left in range(wide):\n    for right in range(left + 1, wide + 1):\n        for "
        "height in range(1, high + 1):\n            if (right - left) * height <= area:\n                "
        "found += high - height + 1\nprint(found)",
    ),
    Schema(
        "paving",
        (
            "{one} lays a path of {n} squares in a row with tiles of 1, 2 or 3 squares. Tiles of 1 square "
            "come in {a} colours, tiles of 2 in {b} colours and tiles of 3 in {c} colours. In how many ways "
            "can the path be laid? (The path has a beginning and an end: a mirrored way counts separately.)",
            "How many sequences of coloured tiles of lengths 1, 2 and 3 can {one} lay that have the total "
            "length {n}, if there are {a} colours for length 1, {b} for length 2 and {c} for length 3?",
        ),
        _paving,
        lambda g: str(_pavings(g)),
        "ways = [1]\nfor length in range(1, n + 1):\n    total = a * ways[length - 1]\n    if length >= 2:\n"
        "        total += b * ways[length - 2]\n    if length >= 3:\n        total += c * ways[length - 3]\n"
        "    ways.append(total)\nprint(ways[n])",
    ),
    Schema(
        "cards",
        (
            "{n} cards are numbered from 1 to {n}. {one} draws three of them at once, all choices equally "
            "likely. What is the probability that the sum of the three numbers is divisible by {k}?",
            "Three different numbers are picked at random by {one} from 1, 2, ..., {n}. How likely is it "
            "that {k} divides their sum?",
        ),
        _cards,
        lambda g: str(_divisible_triples(g)),
        "from fractions import Fraction\nfrom math import comb\ngood = 0\nfor x in range(1, n + 1):\n"
        "    for y in range(x + 1, n + 1):\n        # z > y with z = -(x + y) modulo k\n"
        "        first = y + 1 + (-(x + y) - y - 1) % k\n        good += len(range(first, n + 1, k))\n"
        "print(Fraction(good, comb(n, 3)))",
    ),
)
