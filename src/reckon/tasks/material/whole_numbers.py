"""Schemas of number theory as competitions ask it, golds by formula, programs by search."""

import random
from functools import cache
from math import gcd, lcm, prod

from reckon.tasks.material.family import scaled
from reckon.tasks.material.schemas import Given, Schema, sized

SMALL_PRIMES = (2, 3, 5, 7, 11, 13)
PRIMES = tuple(n for n in range(2, 1000) if all(n % d for d in range(2, int(n**0.5) + 1)))


def factors(n: int) -> dict[int, int]:
    """Exponents by prime, by trial division."""
    found: dict[int, int] = {}
    divisor = 2
    while divisor * divisor <= n:
        while n % divisor == 0:
            found[divisor] = found.get(divisor, 0) + 1
            n //= divisor
        divisor += 1
    return {**found, n: 1} if n > 1 else found


def _numeral(rng: random.Random, difficulty: float) -> Given:
    return {"n": sized(rng, difficulty, 900, 90000, low=100), "base": rng.randint(3, 9)}


def _digits_sum(g: Given) -> int:
    n, total = g["n"], 0
    while n:
        n, digit = divmod(n, g["base"])
        total += digit
    return total


def _divisors(rng: random.Random, difficulty: float) -> Given:
    n = 1
    for prime in rng.sample(SMALL_PRIMES, 2 + round(difficulty)):
        n *= prime ** rng.randint(1, scaled(difficulty, 3, 5))
    if n > scaled(difficulty, 6000, 200000):
        return _divisors(rng, difficulty)
    return {"n": n, "k": rng.choice([k for k in (2, 3, 5, 6, 7, 10, 11, 13, 14, 15) if n % k == 0])}


def _divisible_divisors(g: Given) -> int:
    """Divisors of n that are multiples of k, a divisor itself: the divisors of n / k."""
    return prod(e + 1 for e in factors(g["n"] // g["k"]).values())


def _gapped(rng: random.Random, difficulty: float) -> Given:
    a, b = rng.sample(range(5, 15 + round(difficulty * 40)), 2)
    given = {"a": a, "m": rng.randint(1, 9), "b": b, "k": rng.randint(1, 9)}
    return given if gcd(a, b) == 1 else _gapped(rng, difficulty)


def _zeros(rng: random.Random, difficulty: float) -> Given:
    return {
        "n": sized(rng, difficulty, 200, 3000, low=40),
        "base": rng.choice((6, 10, 12, 14, 15, 18, 20, 21, 24)),
    }


def _ending(g: Given) -> int:
    """Legendre: the exponent of p in n! is the sum of n // p^i."""
    exponents = []
    for prime, needed in factors(g["base"]).items():
        n, found = g["n"], 0
        while n:
            n //= prime
            found += n
        exponents.append(found // needed)
    return min(exponents)


def _power(rng: random.Random, difficulty: float) -> Given:
    given: dict[str, int] = {
        "a": sized(rng, difficulty, 20, 900),
        "b": sized(rng, difficulty, 60, 4000, low=20),
    }
    given |= {"c": sized(rng, difficulty, 9, 60), "m": sized(rng, difficulty, 60, 999, low=11)}
    return given if _tower(given) else _power(rng, difficulty)


def _tower(g: Given) -> int:
    return (pow(g["a"], g["b"], g["m"]) + g["c"]) % g["m"]


def _coprime(rng: random.Random, difficulty: float) -> Given:
    n = prod(rng.sample(SMALL_PRIMES[: 4 + round(difficulty * 2)], 2 + round(difficulty)))
    first = sized(rng, difficulty, 60, 500, low=10)
    return {"first": first, "last": first + sized(rng, difficulty, 200, 1500, low=50), "n": n}


def _coprimes(g: Given) -> int:
    return _coprimes_to(g["last"], g["n"]) - _coprimes_to(g["first"] - 1, g["n"])


def _coprimes_to(most: int, n: int) -> int:
    """Inclusion and exclusion over the primes of n."""
    signed = [(1, 1)]
    for prime in factors(n):
        signed += [(d * prime, -sign) for d, sign in signed]
    return sum(sign * (most // d) for d, sign in signed)


def _remainders(rng: random.Random, difficulty: float) -> Given:
    a, b, c = rng.sample(range(4, 9 + round(difficulty * 12)), 3)
    n = rng.randrange(lcm(a, b, c) // 2, lcm(a, b, c))
    return {"a": a, "r": n % a, "b": b, "s": n % b, "c": c, "t": n % c}


def _smallest(g: Given) -> int:
    """The Chinese remainder theorem, two congruences at a time; the moduli may share factors."""
    n, step = g["r"], g["a"]
    for modulus, rest in ((g["b"], g["s"]), (g["c"], g["t"])):
        shared = gcd(step, modulus)
        by = (rest - n) // shared * pow(step // shared, -1, modulus // shared) % (modulus // shared)
        n, step = n + step * by, lcm(step, modulus)
    return n or step


def _gcds(rng: random.Random, difficulty: float) -> Given:
    return {"n": sized(rng, difficulty, 60, 990, low=12), "m": sized(rng, difficulty, 60, 360, low=12)}


def _sum_of_gcds(g: Given) -> int:
    """gcd(k, m) is the sum of phi(d) over the d that divide both."""
    total = 0
    for d in range(1, g["m"] + 1):
        if g["m"] % d == 0:
            phi = prod(p ** (e - 1) * (p - 1) for p, e in factors(d).items())
            total += phi * (g["n"] // d)
    return total


def _order(rng: random.Random, difficulty: float) -> Given:
    p = rng.choice([prime for prime in PRIMES if 20 < prime < 300 + difficulty * 650])
    return {"p": p, "a": rng.randint(2, min(p - 2, 90))}


def _least_power(g: Given) -> int:
    """p - 1 without the factors that may go."""
    order = g["p"] - 1
    for prime in factors(order):
        while order % prime == 0 and pow(g["a"], order // prime, g["p"]) == 1:
            order //= prime
    return order


def _pairs(rng: random.Random, difficulty: float) -> Given:
    a, b = rng.sample(range(3, 9 + round(difficulty * 30)), 2)
    return {
        "a": a,
        "b": b,
        "c": a * sized(rng, difficulty, 30, 300, low=9) + b * sized(rng, difficulty, 30, 300, low=9),
    }


def _solutions(g: Given) -> int:
    """Non-negative x, y with ax + by = c: x runs through one class modulo b / gcd."""
    shared = gcd(g["a"], g["b"])
    a, b, c = g["a"] // shared, g["b"] // shared, g["c"] // shared
    first = c * pow(a, -1, b) % b
    return (c // a - first) // b + 1 if first <= c // a else 0


def _binomial(rng: random.Random, difficulty: float) -> Given:
    n = sized(rng, difficulty, 200, 900, low=30)
    given = {"n": n, "k": rng.randint(n // 4, n // 2), "p": rng.choice(SMALL_PRIMES[:5])}
    return given if _carries(given) > 1 else _binomial(rng, difficulty)


def _carries(g: Given) -> int:
    """Kummer: the exponent of p in C(n, k) is the number of carries when k and n - k are added in base p."""
    a, b, p = g["k"], g["n"] - g["k"], g["p"]
    carry = count = 0
    while a or b or carry:
        carry = int(a % p + b % p + carry >= p)
        count += carry
        a, b = a // p, b // p
    return count


def _reciprocals(rng: random.Random, difficulty: float) -> Given:
    m, n = rng.randint(2, 9), sized(rng, difficulty, 600, 2000, low=20)
    given = {"m": m, "n": n}
    return given if gcd(m, n) == 1 and _unit_fractions(given) else _reciprocals(rng, difficulty)


def _unit_fractions(g: Given) -> int:
    """m/n = 1/x + 1/y means (mx - n)(my - n) = n^2, with both factors positive."""
    m, n = g["m"], g["n"]
    halves = [d for d in range(1, n + 1) if n * n % d == 0]
    divisors = {*halves, *(n * n // d for d in halves)}
    return sum((n + d) % m == 0 and (n + n * n // d) % m == 0 for d in divisors)


def _digit_sums(rng: random.Random, difficulty: float) -> Given:
    places = 3 + round(difficulty)
    return {"n": rng.randrange(3 * 10 ** (places - 1), 10**places), "s": rng.randint(6, 9 * places // 2)}


def _with_digit_sum(g: Given) -> int:
    """Digit by digit from the left: how many ways to go on below n, and n itself."""
    left, total = g["s"], 0
    digits = [int(d) for d in str(g["n"])]
    for place, digit in enumerate(digits):
        rest = len(digits) - place - 1
        total += sum(_strings(rest, left - d) for d in range(digit))
        left -= digit
    return total + (left == 0)


@cache
def _strings(places: int, total: int) -> int:
    if places == 0 or total < 0:
        return int(total == 0)
    return sum(_strings(places - 1, total - digit) for digit in range(10))


SCHEMAS = (
    Schema(
        "numeral",
        (
            "What is the sum of the digits of {n} when it is written in base {base}?",
            "The number {n} (decimal) is rewritten in base {base}. Add up the digits that it then has.",
        ),
        _numeral,
        lambda g: str(_digits_sum(g)),
        "total = 0\nwhile n:\n    total += n % base\n    n //= base\nprint(total)",
    ),
    Schema(
        "divisors",
        (
            "{one} lists all positive divisors of {n}. How many of them are multiples of {k}?",
            "Count for {one} the positive whole numbers that divide {n} and are themselves divisible by {k}.",
        ),
        _divisors,
        lambda g: str(_divisible_divisors(g)),
        "d, found = 1, 0\nwhile d * d <= n:\n    if n % d == 0:\n        for divisor in {d, n // d}:\n"
        "            found += divisor % k == 0\n    d += 1\nprint(found)",
    ),
    Schema(
        "binomial",
        (
            "Let C = {n}! / ({k}! * ({n} - {k})!) be the number of ways to choose {k} of {n} things. What "
            "is the largest e for which {p}^e divides C?",
            'The binomial coefficient "{n} choose {k}" is divided by {p} as often as it goes without a '
            "remainder. How often is that?",
        ),
        _binomial,
        lambda g: str(_carries(g)),
        "number = 1\nfor i in range(1, k + 1):\n    number = number * (n - k + i) // i\nexponent = 0\n"
        "while number % p == 0:\n    number //= p\n    exponent += 1\nprint(exponent)",
    ),
    Schema(
        "power",
        (
            "What is the remainder when {a}^{b} + {c} is divided by {m}?",
            "Find the number from 0 to {m} - 1 that is congruent to {a}^{b} + {c} modulo {m}.",
        ),
        _power,
        lambda g: str(_tower(g)),
        "power = 1\nfor step in range(b):\n    power = power * a % m\nprint((power + c) % m)",
    ),
    Schema(
        "gapped",
        (
            "What is the largest whole number that cannot be written as {a}x + {b}y with whole numbers x >= "
            "{m} and y >= {k}?",
            "Stamps are worth {a} cents or {b} cents. Which is the largest amount in cents that no choice "
            "of stamps with at least {m} of the first kind and at least {k} of the second makes up exactly?",
        ),
        _gapped,
        lambda g: str(g["a"] * g["b"] + g["a"] * (g["m"] - 1) + g["b"] * (g["k"] - 1)),
        "least = a * m + b * k\ncan = {least}\nlargest = least - 1\nfor n in range(least + 1, least + a * "
        "b):\n    if n - a in can or n - b in can:\n        can.add(n)\n    else:\n        largest = "
        "n\nprint(largest)",
    ),
    Schema(
        "remainders",
        (
            "Find the smallest positive whole number that leaves remainder {r} when divided by {a}, "
            "remainder {s} when divided by {b}, and remainder {t} when divided by {c}.",
            "n is a positive whole number with n = {r} (mod {a}), n = {s} (mod {b}) and n = {t} (mod {c}). "
            "What is the least such n?",
        ),
        _remainders,
        lambda g: str(_smallest(g)),
        "n = 1\nwhile not (n % a == r and n % b == s and n % c == t):\n    n += 1\nprint(n)",
    ),
    Schema(
        "gcds",
        (
            "Add gcd(k, {m}) over all whole numbers k from 1 to {n}, where gcd is the greatest common "
            "divisor. What is the sum?",
            "For each k = 1, 2, ..., {n} take the greatest common divisor of k and {m}. What do these {n} "
            "numbers add up to?",
        ),
        _gcds,
        lambda g: str(_sum_of_gcds(g)),
        "from math import gcd\ntotal = 0\nfor k in range(1, n + 1):\n    total += gcd(k, m)\nprint(total)",
    ),
    Schema(
        "reciprocals",
        (
            "In how many ways can {one} choose positive whole numbers x and y with 1/x + 1/y = {m}/{n}? The "
            "order matters: (x, y) and (y, x) count as two ways if x and y differ.",
            "{one} writes down all ordered pairs (x, y) of positive whole numbers whose reciprocals "
            "1/x and 1/y add up to {m}/{n}. How many pairs are there?",
        ),
        _reciprocals,
        lambda g: str(_unit_fractions(g)),
        "found = 0\nfor x in range(n // m + 1, 2 * n // m + 1):\n    # y = n x / (m x - n), and y >= x\n    "
        "y, rest = divmod(n * x, m * x - n)\n    if rest == 0:\n        found += 1 if x == y else "
        "2\nprint(found)",
    ),
    Schema(
        "pairs",
        (
            "In how many ways can {c} be written as {a}x + {b}y with whole numbers x >= 0 and y >= 0?",
            "How many pairs (x, y) of whole numbers, neither of them negative, satisfy {a}x + {b}y = {c}?",
        ),
        _pairs,
        lambda g: str(_solutions(g)),
        "found = 0\nfor x in range(c // a + 1):\n    found += (c - a * x) % b == 0\nprint(found)",
    ),
    Schema(
        "order",
        (
            "What is the smallest positive whole number k for which {a}^k leaves remainder 1 when divided by "
            "{p}?",
            "{p} is a prime. Powers {a}^1, {a}^2, {a}^3, ... are reduced modulo {p}. What is the exponent of "
            "the first of them that is congruent to 1?",
        ),
        _order,
        lambda g: str(_least_power(g)),
        "k, power = 1, a % p\nwhile power != 1:\n    power = power * a % p\n    k += 1\nprint(k)",
    ),
    Schema(
        "coprime",
        (
            "How many whole numbers from {first} to {last}, both included, have no common divisor with {n} "
            "other than 1?",
            "Count the k with {first} <= k <= {last} that are coprime to {n}, which means that the greatest "
            "common divisor of k and {n} is 1.",
        ),
        _coprime,
        lambda g: str(_coprimes(g)),
        "from math import gcd\nfound = 0\nfor k in range(first, last + 1):\n    if gcd(k, n) == 1:\n"
        "        found += 1\nprint(found)",
    ),
    Schema(
        "zeros",
        (
            "With how many zeros does {n}! end when it is written in base {base}? ({n}! is the product of "
            "all whole numbers from 1 to {n}.)",
            "What is the largest e for which {base}^e divides {n}!, the product 1 * 2 * ... * {n}?",
        ),
        _zeros,
        lambda g: str(_ending(g)),
        "factorial = 1\nfor k in range(2, n + 1):\n    factorial *= k\nzeros = 0\nwhile factorial % base == "
        "0:\n    factorial //= base\n    zeros += 1\nprint(zeros)",
    ),
    Schema(
        "digit_sums",
        (
            "How many whole numbers from 1 to {n} (written in base ten) have digits that add up to exactly "
            "{s}?",
            "Take all numbers 1, 2, ..., {n} in decimal notation. For how many of them is {s} the sum of the "
            "digits?",
        ),
        _digit_sums,
        lambda g: str(_with_digit_sum(g)),
        "found = 0\nfor k in range(1, n + 1):\n    if sum(map(int, str(k))) == s:\n        found += "
        "1\nprint(found)",
    ),
)
