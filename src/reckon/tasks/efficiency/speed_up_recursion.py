"""A recursion that computes the same values again and again, to be replaced by a program that does not; as
in ECCO's editing of slow programs (Waghjale et al., 2024, arXiv:2407.14044).

Differs from it: see this folder's docstring. The given program would not end on the large inputs at all.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, cast

from reckon.errors import UsageError
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.material import races
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.steps.chains import compiled
from reckon.tasks.material.steps.tested import Test
from reckon.values import JSON, Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

LIMIT_S = 1.0
MOST_RULES = 4
# From this difficulty on there are two arguments.
TWO_FROM = 0.5
LARGEST = {1: 400, 2: 150}
SMALLEST_CASE = {1: 7, 2: 2}
STEPS_BACK = [(1, 0), (0, 1), (1, 1), (1, 2), (2, 1), (2, 2)]
FORM = (
    "Each argument is a whole number from 0 to {largest}. The given program takes exponential time; yours "
    "must"
    " take less than one second for every input, and return exactly the same number. Answer with a whole "
    "Python"
    " program, standard library only, that defines `solve` at its top level; it is called on hidden "
    "inputs, small"
    " and large ones."
)


@dataclass(frozen=True, slots=True)
class SpeedUpRecursion:
    """This recursion takes exponential time: write one that does not."""

    held_out: bool = False

    name: ClassVar[str] = "speed_up_recursion"
    kind: ClassVar[str] = "optimization"
    templates: ClassVar[tuple[str, ...]] = (
        "This Python program is correct, but too slow for all but small arguments:\n\n{program}\n\nWrite a "
        "fast one. " + FORM,
        "The recursion below repeats its work over and over.\n\n{program}\n\nGive a program with the same "
        "`solve`"
        " that does not. " + FORM,
        "Speed up this function, keeping its results:\n\n{program}\n\n" + FORM,
        "Someone computes a sequence of numbers in this way:\n\n{program}\n\nFor large arguments it never "
        "ends. Write"
        " it so that it does. " + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A definition, runnable but hopelessly slow:\n\n{program}\n\nTurn it into an efficient program. "
        + FORM,
        "Can `solve` be computed quickly? It can; show how.\n\n{program}\n\n" + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will fill a table from the smallest arguments up and compare small results.",
        "Let me compute each value once, in rising order, and test it.",
        "Dynamic programming makes this fast; I check it against the recursion.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether it is right and fast on hidden inputs. Raises InfrastructureError for a fault of ours."""
        small, large = partial(small_tests, problem), partial(large_tests, problem)
        return await races.judge(interpreter, answer, small, large, limit_s=LIMIT_S)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        gold, small = problem.answer or "", small_tests(problem)
        before, _, after = gold.rpartition(" % ")
        slips = (f"{before} % 1{after}", f"{before} + 1) % {after}")
        return (*slips, *races.cheats(gold, ", ".join(_arguments(_count(problem))), small))

    def program(self, problem: Problem) -> str:
        return races.writing(problem.answer or "", small_tests(problem)[-3:])


def small_tests(problem: Problem) -> list[Test]:
    """Small hidden inputs and their results."""
    given = [[n] for n in range(18)] if _count(problem) == 1 else [[a, b] for a in range(6) for b in range(6)]
    return _tests(problem, given)


def large_tests(problem: Problem) -> list[Test]:
    """Two hidden inputs close to the largest that is allowed, and their results."""
    count, r = _count(problem), random.Random(cast(int, problem.metadata["seed"]))
    most = LARGEST[count]
    return _tests(problem, [[r.randint(most * 9 // 10, most) for _ in range(count)] for _ in range(2)])


def _tests(problem: Problem, given: Sequence[list[int]]) -> list[Test]:
    solve = compiled(_fast(_arguments(_count(problem)), _cases(problem.metadata)), "solve")
    return [(arguments, solve(*arguments)) for arguments in given]


def _count(problem: Problem) -> int:
    return len(cast(Sequence[int], problem.metadata["start"])) - 1


def _arguments(count: int) -> tuple[str, ...]:
    return ("n",) if count == 1 else ("a", "b")


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    count = 1 if difficulty < TWO_FROM else 2
    backs = [(back,) for back in range(1, 7)] if count == 1 else STEPS_BACK
    rules: list[JSON] = []
    for _ in range(scaled(difficulty, 1, MOST_RULES)):
        terms = [[rng.randint(2, 9), *back] for back in sorted(rng.sample(backs, rng.randint(2, 3)))]
        rules.append([terms, rng.randint(1, 99)])
    divisors = rng.sample(range(2, 8), len(rules) - 1)
    values: Values = {
        "modulus": rng.randrange(1000, 10_000),
        "start": [*(rng.randint(2, 9) for _ in range(count)), rng.randint(1, 9)],
        "rules": rules,
        "tests": [[divisor, rng.randrange(divisor)] for divisor in divisors],
        "largest": LARGEST[count],
        "seed": rng.randrange(1_000_000),
    }
    arguments, cases = _arguments(count), _cases(values)
    return {**values, "program": _slow(arguments, cases)}, _fast(arguments, cases)


def _cases(given: Values) -> list[tuple[str, str]]:
    """Each case's condition and its formula, in which <...> stands for the value at earlier arguments.

    Raises UsageError for anything but whole numbers: the text that is made of them is run.
    """
    modulus, start, rules, tests = (cast(Any, given[key]) for key in ("modulus", "start", "rules", "tests"))
    numbers = [modulus, *start, *(n for test in tests for n in test)]
    numbers += [n for terms, add in rules for n in (add, *(part for term in terms for part in term))]
    if not all(type(n) is int for n in numbers):
        raise UsageError(f"wanted whole numbers in the rules of a recursion, got {numbers!r:.100}")
    arguments = _arguments(len(start) - 1)
    low = SMALLEST_CASE[len(arguments)]
    scaled_sum = " + ".join(f"{factor} * {x}" for factor, x in zip(start, arguments, strict=False))
    cases = [(" or ".join(f"{x} < {low}" for x in arguments), f"({scaled_sum} + {start[-1]}) % {modulus}")]
    which = arguments[0] if len(arguments) == 1 else f"({' + '.join(arguments)})"
    conditions = [*(f"{which} % {divisor} == {rest}" for divisor, rest in tests), ""]
    for condition, (terms, add) in zip(conditions, rules, strict=True):
        parts = [f"{factor} * <{_earlier(arguments, back)}>" for factor, *back in terms]
        cases.append((condition, f"({' + '.join(parts)} + {add} * {arguments[-1]}) % {modulus}"))
    return cases


def _earlier(arguments: Sequence[str], back: Sequence[int]) -> str:
    return ", ".join(f"{x} - {k}" if k else x for x, k in zip(arguments, back, strict=True))


def _slow(arguments: Sequence[str], cases: Sequence[tuple[str, str]]) -> str:
    lines = [f"def solve({', '.join(arguments)}):"]
    for test, formula in cases:
        value = formula.replace("<", "solve(").replace(">", ")")
        lines += [f"    if {test}:", f"        return {value}"] if test else [f"    return {value}"]
    return "\n".join(lines)


def _fast(arguments: Sequence[str], cases: Sequence[tuple[str, str]]) -> str:
    lines, indent = [f"def solve({', '.join(f'last_{x}' for x in arguments)}):", "    known = {}"], "    "
    for x in arguments:
        lines.append(f"{indent}for {x} in range(last_{x} + 1):")
        indent += "    "
    place = f"known[{', '.join(arguments)}]"
    for n, (test, formula) in enumerate(cases):
        value = formula.replace("<", "known[").replace(">", "]")
        head = f"{'elif' if n else 'if'} {test}:" if test else "else:"
        lines += [f"{indent}{head}", f"{indent}    {place} = {value}"]
    return "\n".join([*lines, f"    return known[{', '.join(f'last_{x}' for x in arguments)}]"])
