"""Schemas of algebra and sequences as competitions ask it, from easy to hard; exact answers."""

import random
from fractions import Fraction
from itertools import pairwise
from math import comb, gcd

from reckon.tasks.material.family import scaled
from reckon.tasks.material.schemas import Given, Schema, sized


def _terms(rng: random.Random, difficulty: float) -> Given:
    first, step = sized(rng, difficulty, 20, 200), sized(rng, difficulty, 9, 60)
    i, j = sorted(rng.sample(range(2, 9 + round(difficulty * 30)), 2))
    given = {"i": i, "j": j, "x": first + (i - 1) * step, "y": first + (j - 1) * step}
    return {**given, "n": sized(rng, difficulty, 30, 300, low=10)}


def _sum_of_terms(g: Given) -> int:
    step = (g["y"] - g["x"]) // (g["j"] - g["i"])
    first = g["x"] - (g["i"] - 1) * step
    return g["n"] * first + step * g["n"] * (g["n"] - 1) // 2


def _telescope(rng: random.Random, difficulty: float) -> Given:
    given = {"d": sized(rng, difficulty, 12, 30), "a": sized(rng, difficulty, 30, 90)}
    return {**given, "n": sized(rng, difficulty, 40, 200, low=5)}


def _reciprocal(rng: random.Random, difficulty: float) -> Given:
    given = {"k": sized(rng, difficulty, 9, 40, low=3), "n": sized(rng, difficulty, 4, 12, low=3)}
    return {**given, "plus": sized(rng, difficulty, 200, 400)}


def _power_sum(g: Given) -> int:
    """Lucas: V(0) = 2, V(1) = k, V(n) = k V(n-1) - V(n-2)."""
    before, now = 2, g["k"]
    for _ in range(g["n"] - 1):
        before, now = now, g["k"] * now - before
    return now + g["plus"]


def _roots(rng: random.Random, difficulty: float) -> Given:
    given = {"b": sized(rng, difficulty, 9, 60), "c": sized(rng, difficulty, 9, 60), "n": rng.randint(2, 4)}
    return {"a": rng.randint(2, 3 + round(difficulty * 9)), **given, "m": rng.randint(2, 9)}


def _root_powers(g: Given) -> Fraction:
    """r^n + s^n by s(n) = -(b/a) s(n-1) - (c/a) s(n-2), over the product of the roots."""
    total, product = Fraction(-g["b"], g["a"]), Fraction(-g["c"], g["a"])
    sums = [Fraction(2), total]
    while len(sums) <= g["n"]:
        sums.append(total * sums[-1] - product * sums[-2])
    return sums[g["n"]] + g["m"] * product


def _infinite(rng: random.Random, difficulty: float) -> Given:
    q = rng.randint(3, scaled(difficulty, 9, 40))
    p = rng.choice([p for p in range(1, q) if gcd(p, q) == 1])
    return {"p": p, "q": q, "a": rng.randint(2, 20 + round(difficulty * 20)), "b": rng.randint(2, 60)}


def _series(g: Given) -> Fraction:
    """Sum of (a k + b) x^k over k >= 0 = a x / (1 - x)^2 + b / (1 - x)."""
    x = Fraction(g["p"], g["q"])
    return g["a"] * x / (1 - x) ** 2 + g["b"] / (1 - x)


def _cubic(rng: random.Random, difficulty: float) -> Given:
    bound = scaled(difficulty, 3, 20)
    a, b, c, d = (rng.choice((-1, 1)) * rng.randint(1, bound) for _ in range(4))
    values = {f"v{x}": a * x**3 + b * x**2 + c * x + d for x in range(1, 5)}
    return {**values, "n": rng.randint(6, scaled(difficulty, 12, 60))}


def _extended(g: Given) -> int:
    """Newton's forward differences."""
    row = [g[f"v{x}"] for x in range(1, 5)]
    total = 0
    for order in range(4):
        total += comb(g["n"] - 1, order) * row[0]
        row = [y - x for x, y in pairwise(row)]
    return total


def _floors(rng: random.Random, difficulty: float) -> Given:
    b = sized(rng, difficulty, 20, 200, low=7)
    return {"a": rng.randint(2, 2 * b), "b": b, "n": sized(rng, difficulty, 30, 900, low=8)}


def _floor_sum(n: int, m: int, a: int, b: int) -> int:
    """Sum of floor((a k + b) / m) over 0 <= k < n, by Euclid's steps."""
    if not n:
        return 0
    total = n * (n - 1) // 2 * (a // m) + n * (b // m)
    above = a % m * n + b % m
    return total + _floor_sum(above // m, a % m, m, above % m) if above >= m else total


def _recurrence(rng: random.Random, difficulty: float) -> Given:
    small, large = scaled(difficulty, 5, 20), scaled(difficulty, 9, 60)
    given = {name: rng.randint(2, large if name in "cxy" else small) for name in "pqcxy"}
    given |= {"n": sized(rng, difficulty, 20, 900, low=8), "m": sized(rng, difficulty, 60, 999, low=20)}
    return given if _nth(given) else _recurrence(rng, difficulty)


def _nth(g: Given) -> int:
    """The n-th power of the recurrence's matrix, modulo m."""
    m = g["m"]
    power, square, n = (
        [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
        [[g["p"], g["q"], g["c"]], [1, 0, 0], [0, 0, 1]],
        g["n"] - 1,
    )
    while n:
        if n % 2:
            power = _product(power, square, m)
        square, n = _product(square, square, m), n // 2
    return (power[1][0] * g["y"] + power[1][1] * g["x"] + power[1][2]) % m


def _product(a: list[list[int]], b: list[list[int]], m: int) -> list[list[int]]:
    columns = list(zip(*b, strict=True))
    return [[sum(x * y for x, y in zip(row, column, strict=True)) % m for column in columns] for row in a]


def _coefficient(rng: random.Random, difficulty: float) -> Given:
    n = rng.randint(4, scaled(difficulty, 6, 16))
    a, b = (sized(rng, difficulty, 9, 13) for _ in range(2))
    return {"a": a, "b": b, "n": n, "k": rng.randint(3, 2 * n - 2)}


def _trinomial(g: Given) -> int:
    """Choose how often b x^2 and a x are taken."""
    a, b, n, k = g["a"], g["b"], g["n"], g["k"]
    twos = range(max(0, k - n), k // 2 + 1)
    return sum(comb(n, j) * comb(n - j, k - 2 * j) * b**j * a ** (k - 2 * j) for j in twos)


def _halving(rng: random.Random, difficulty: float) -> Given:
    given = {"a": rng.randint(2, 4), "b": sized(rng, difficulty, 9, 20, low=1), "c": rng.randint(2, 4)}
    return {**given, "d": sized(rng, difficulty, 9, 20, low=1), "n": sized(rng, difficulty, 60, 4000, low=17)}


def _halved(g: Given) -> int:
    """f(1) = 1, then along the binary digits of n from the left."""
    value = 1
    for digit in f"{g['n']:b}"[1:]:
        value = g["c"] * value + g["d"] if digit == "1" else g["a"] * value + g["b"]
    return value


SCHEMAS = (
    Schema(
        "terms",
        (
            "In an arithmetic sequence, term number {i} is {x} and term number {j} is {y} (the first term "
            "has number 1). What is the sum of the first {n} terms?",
            "a(1), a(2), a(3), ... grows by the same amount at each step, with a({i}) = {x} and a({j}) = "
            "{y}. Find a(1) + a(2) + ... + a({n}).",
        ),
        _terms,
        lambda g: str(_sum_of_terms(g)),
        "step = (y - x) // (j - i)\nterm = x - (i - 1) * step\ntotal = 0\nfor count in range(n):\n    total "
        "+= term\n    term += step\nprint(total)",
    ),
    Schema(
        "reciprocal",
        (
            "A number x satisfies x + 1/x = {k}. What is x^{n} + 1/x^{n} + {plus}?",
            "If t and 1/t add up to {k}, what do t^{n}, 1/t^{n} and {plus} add up to?",
        ),
        _reciprocal,
        lambda g: str(_power_sum(g)),
        "before, now = 2, k\nfor power in range(2, n + 1):\n    before, now = now, k * now - "
        "before\nprint(now + plus)",
    ),
    Schema(
        "roots",
        (
            "Let r and s be the two roots of {a}x^2 + {b}x - {c} = 0. What is r^{n} + s^{n} + {m}rs?",
            "The equation {a}x^2 + {b}x = {c} has the solutions r and s. Find the value of r^{n} + s^{n} + "
            "{m}rs.",
        ),
        _roots,
        lambda g: str(_root_powers(g)),
        "from fractions import Fraction\ntotal, product = Fraction(-b, a), Fraction(-c, a)\nsums = [2, "
        "total]\nwhile len(sums) <= n:\n    sums.append(total * sums[-1] - product * "
        "sums[-2])\nprint(sums[n] + m * product)",
    ),
    Schema(
        "telescope",
        (
            "Let a(k) = {a} + {d}k. What is 1/(a(0) a(1)) + 1/(a(1) a(2)) + 1/(a(2) a(3)) + ..., taken to "
            "{n} summands?",
            "The numbers a(0) = {a}, a(1), a(2), ... grow by {d} at each step. Add up 1/(a(k) a(k+1)) over "
            "k = 0, 1, ..., {n} - 1.",
        ),
        _telescope,
        lambda g: str(Fraction(g["n"], g["a"] * (g["a"] + g["n"] * g["d"]))),
        "from fractions import Fraction\ntotal = Fraction(0)\nfor k in range(n):\n"
        "    total += Fraction(1, (a + d * k) * (a + d * k + d))\nprint(total)",
    ),
    Schema(
        "infinite",
        (
            "What is the sum of ({a}k + {b}) * ({p}/{q})^k over all whole numbers k >= 0?",
            "Find the limit of the series whose term number k, for k = 0, 1, 2, ..., is ({a}k + {b}) times "
            "the k-th power of {p}/{q}.",
        ),
        _infinite,
        lambda g: str(_series(g)),
        "from fractions import Fraction\nx = Fraction(p, q)\n# S = sum of x^k; T = sum of k x^k = x S + x T\n"
        "S = 1 / (1 - x)\nT = x * S / (1 - x)\nprint(a * T + b * S)",
    ),
    Schema(
        "cubic",
        (
            "A polynomial f of degree at most 3 has f(1) = {v1}, f(2) = {v2}, f(3) = {v3} and f(4) = {v4}. "
            "What is f({n})?",
            "The values at 1, 2, 3 and 4 of a polynomial whose degree is 3 or less are, in this order, {v1}, "
            "{v2}, {v3} and {v4}. Find its value at {n}.",
        ),
        _cubic,
        lambda g: str(_extended(g)),
        "from fractions import Fraction\nvalues = {1: v1, 2: v2, 3: v3, 4: v4}\ntotal = Fraction(0)\n"
        "for i in values:\n    term = Fraction(values[i])\n    for j in values:\n        if j != i:\n"
        "            term *= Fraction(n - j, i - j)\n    total += term\nprint(total)",
    ),
    Schema(
        "coefficient",
        (
            "What is the coefficient of x^{k} when (1 + {a}x + {b}x^2)^{n} is multiplied out?",
            "Expand the {n}th power of 1 + {a}x + {b}x^2 in powers of x. Which number stands before x^{k}?",
        ),
        _coefficient,
        lambda g: str(_trinomial(g)),
        "power = [1]\nfor factor in range(n):\n    new = [0] * (len(power) + 2)\n    for i, c in "
        "enumerate(power):\n        new[i] += c\n        new[i + 1] += a * c\n        new[i + 2] += b * c\n "
        "   power = new\nprint(power[k])",
    ),
    Schema(
        "halving",
        (
            "A function on the positive whole numbers has f(1) = 1, f(2n) = {a} f(n) + {b} and "
            "f(2n + 1) = {c} f(n) + {d} for all n >= 1. What is f({n})?",
            "Let f(1) = 1. For m > 1 let h be m / 2 without its remainder; f(m) is {a} f(h) + {b} if m is "
            "even and {c} f(h) + {d} if m is odd. Find f({n}).",
        ),
        _halving,
        lambda g: str(_halved(g)),
        "f = {1: 1}\nfor k in range(2, n + 1):\n    h = f[k // 2]\n    f[k] = c * h + d if k % 2 else a * h "
        "+ b\nprint(f[n])",
    ),
    Schema(
        "floors",
        (
            "What is the sum of the whole parts of {a}k/{b} over k = 1, 2, ..., {n}? (The whole part of "
            "17/5 is 3.)",
            "For every k from 1 to {n}, {a}k is divided by {b} and the remainder is dropped. Add up these "
            "{n} quotients.",
        ),
        _floors,
        lambda g: str(_floor_sum(g["n"] + 1, g["b"], g["a"], 0)),
        "total = 0\nfor k in range(1, n + 1):\n    total += a * k // b\nprint(total)",
    ),
    Schema(
        "recurrence",
        (
            "A sequence starts with t(1) = {x}, t(2) = {y}, and t(n) = {p} t(n-1) + {q} t(n-2) + {c} for n "
            "> 2. What is the remainder of t({n}) when divided by {m}?",
            "Each term of a sequence is {p} times the one before, plus {q} times the one before that, plus "
            "{c}. The first two terms are {x} and {y}. Find term number {n} modulo {m}.",
        ),
        _recurrence,
        lambda g: str(_nth(g)),
        "before, now = x, y\nfor index in range(3, n + 1):\n    before, now = now, (p * now + q * before + "
        "c) % m\nprint(now % m)",
    ),
)
