"""Terms of a linear recurrence of the second order."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class Recurrence:
    """a(0)=3, a(1)=5, a(n)=2*a(n-1)+3*a(n-2). What is a(12)?"""

    held_out: bool = False

    name: ClassVar[str] = "recurrence"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "a(0)={a}, a(1)={b}, a(n)={p}*a(n-1)+{q}*a(n-2). What is a({n})?",
        "Let a(0)={a}, a(1)={b} and a(n)={p}*a(n-1)+{q}*a(n-2). Find a({n}).",
        "A sequence has a(0)={a}, a(1)={b} and a(n)={p}*a(n-1)+{q}*a(n-2). Compute a({n}).",
        "If a(n)={p}*a(n-1)+{q}*a(n-2) with a(0)={a}, a(1)={b}, what is a({n})?",
        "Find a({n}) when a(0)={a}, a(1)={b}, a(n)={p}*a(n-1)+{q}*a(n-2).",
        "Given a(0)={a} and a(1)={b}, with a(n)={p}*a(n-1)+{q}*a(n-2), what is a({n})?",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "The rule is a(n)={p}*a(n-1)+{q}*a(n-2), from a(0)={a}, a(1)={b}. Give a({n}).",
        "Starting from a(0)={a}, a(1)={b}, use a(n)={p}*a(n-1)+{q}*a(n-2) to get a({n}).",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will run the recurrence in a loop.",
        "Let me step through the sequence with Python.",
        "Each term needs the last two, so I loop.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        start, rule = f"{given['a']}, {given['b']}", f"{given['p']} * b + {given['q']} * a"
        return f"a, b = {start}\nfor i in range({given['n']}):\n    a, b = b, {rule}\nprint(a)"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    first, second = (rng.randint(1, scaled(difficulty, 9, 30)) for _ in range(2))
    p, q = (rng.randint(1, scaled(difficulty, 3, 6)) for _ in range(2))
    n = rng.randint(scaled(difficulty, 5, 12), scaled(difficulty, 9, 25))
    a, b = first, second
    for _ in range(n):
        a, b = b, p * b + q * a
    return {"a": first, "b": second, "p": p, "q": q, "n": n}, str(a)
