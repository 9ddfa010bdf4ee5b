"""Numbers written as products of primes."""

import random
from dataclasses import dataclass
from math import prod
from typing import ClassVar

from reckon.tasks.graders.sequences import grade_numbers
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

PRIMES = tuple(n for n in range(17, 600) if all(n % d for d in range(2, 25)))
PROGRAM = """n, p, factors = {n}, 2, []
while n > 1:
    if n % p:
        p += 1
    else:
        factors.append(str(p))
        n //= p
print(" x ".join(factors))"""


@dataclass(frozen=True, slots=True)
class PrimeFactors:
    """Write 84 as a product of primes, like 2 x 2 x 3 x 7."""

    held_out: bool = False

    name: ClassVar[str] = "prime_factors"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Write {n} as a product of primes, smallest first, in the form p x q x r.",
        "What is the prime factorization of {n}? Answer like 2 x 2 x 3, smallest first.",
        "Factor {n} into primes, smallest first, in the form p x q x r.",
        "Find the prime factors of {n} with repeats, smallest first, joined by x.",
        "Break {n} into prime factors. Write p x q x r, smallest first.",
        "Decompose {n} into primes, smallest first, like 2 x 2 x 3.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Which primes multiply to {n}? Write them smallest first as p x q x r.",
        "Express {n} as primes joined by x, smallest first.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will divide by each prime in turn.",
        "Let me factor the number by trial division.",
        "Trial division in Python finds the prime factors.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_numbers(problem.answer or "", answer, between=r"\s*[x*×]\s*")

    def program(self, problem: Problem) -> str:
        return PROGRAM.format(n=problem.metadata["n"])


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Small primes, and one or two middling ones that nobody finds by heart."""
    small = rng.choices((2, 3, 5, 7, 11, 13), k=rng.randint(1, scaled(difficulty, 2, 4)))
    large = rng.choices(PRIMES[: scaled(difficulty, 12, len(PRIMES))], k=scaled(difficulty, 1, 2))
    factors = sorted(small + large)
    return {"n": prod(factors)}, " x ".join(map(str, factors))
