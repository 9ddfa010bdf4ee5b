"""A program of nested loops over a list, to be replaced by one that is not quadratic; as in ECCO's editing of
slow programs (Waghjale et al., 2024, arXiv:2407.14044).

Differs from it: see this folder's docstring.
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
from reckon.tasks.material.slow_steps import BY_NAME, STEPS
from reckon.tasks.material.steps.chains import Function, compiled
from reckon.tasks.material.steps.step import Parameters
from reckon.tasks.material.steps.tested import Test
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

MOST_STEPS = 3
LENGTH = 30_000
LIMIT_S = 1.5
SMALL_TESTS = 20
FORM = (
    "Lists have up to 30,000 whole numbers from 0 to 1,000,000. On one so long the given program takes many"
    " seconds, whatever the numbers are; yours must take less than 1.5 seconds, and return exactly the "
    "same list"
    " for every input. Answer with a whole Python program, standard library only, that defines `solve` at "
    "its top"
    " level; it is called on hidden lists, short and long ones."
)


@dataclass(frozen=True, slots=True)
class SpeedUpLoops:
    """This program is right but quadratic: write one that is not."""

    held_out: bool = False

    name: ClassVar[str] = "speed_up_loops"
    kind: ClassVar[str] = "optimization"
    templates: ClassVar[tuple[str, ...]] = (
        "This Python program is correct and far too slow:\n\n{program}\n\nWrite a faster one. " + FORM,
        "Make `solve` fast without changing what it returns.\n\n{program}\n\n" + FORM,
        "The function `solve` below is needed for long lists, but its time grows with the square of the "
        "list's"
        " length or worse.\n\n{program}\n\nReplace it by an efficient one. " + FORM,
        "Optimise this program:\n\n{program}\n\nSmall changes will not do; find better algorithms for its "
        "loops. " + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Users complain that this program hangs on large inputs:\n\n{program}\n\nRewrite it so that it "
        "does not. " + FORM,
        "Here is a reference implementation, written for clarity only.\n\n{program}\n\nProvide the one for"
        " production. " + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will replace the nested loops by one pass and compare the results.",
        "Let me find what each loop computes, write it faster, and test it.",
        "One dictionary, stack or sorted list for each step should be enough.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether it is right and fast on hidden lists. Raises InfrastructureError for a fault of ours."""
        small, large = partial(small_tests, problem), partial(large_tests, problem)
        return await races.judge(interpreter, answer, small, large, limit_s=LIMIT_S)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        steps = _steps(problem.metadata)
        slips = [source(steps, "fast", wrong=n) for n in range(len(steps))]
        return (*slips, *races.cheats(problem.answer or "", "numbers", small_tests(problem)))

    def program(self, problem: Problem) -> str:
        return races.writing(problem.answer or "", small_tests(problem)[:3])


def source(steps: Sequence[tuple[str, Parameters]], form: str, *, wrong: int | None = None) -> str:
    """The program in its slow or fast form, one step of it with a slip."""
    imports = sorted({BY_NAME[name].imports for name, _ in steps} - {""}) if form == "fast" else []
    functions = [
        BY_NAME[name].written("wrong" if n == wrong else form, parameters)
        for n, (name, parameters) in enumerate(steps)
    ]
    calls = "".join(f"    numbers = {name}(numbers)\n" for name, _ in steps)
    solve = f"def solve(numbers):\n{calls}    return numbers"
    head = "".join(f"import {name}\n" for name in imports)
    return (f"{head}\n\n" if head else "") + "\n\n\n".join([*functions, solve])


def small_tests(problem: Problem) -> list[Test]:
    """Short hidden lists, with many equal numbers, and their results."""
    solve, r = _fast_and_seeded(problem)
    lists = [[r.randint(0, 3 + 2 * n) for _ in range(6 * n)] for n in range(1, SMALL_TESTS)]
    return [([xs], solve(xs)) for xs in lists]


def large_tests(problem: Problem) -> list[Test]:
    """Two hidden lists of the full length.

    The second falls, almost everywhere: loops that merely end at the first hit run through.
    """
    solve, r = _fast_and_seeded(problem)
    mixed = [r.randrange(10**6) for _ in range(LENGTH)]
    falling = [10**6 - 30 * n - r.randrange(60) // 2 for n in range(LENGTH)]
    return [([xs], solve(xs)) for xs in (mixed, falling)]


def _fast_and_seeded(problem: Problem) -> tuple[Function, random.Random]:
    fast = source(_steps(problem.metadata), "fast")
    return compiled(fast, "solve"), random.Random(cast(int, problem.metadata["seed"]))


def _steps(given: Values) -> list[tuple[str, Parameters]]:
    """The steps of a problem. Raises UsageError for those that there are not: their text is run."""
    steps = [(name, parameters) for name, parameters in cast(Sequence[Any], given["steps"])]
    for name, parameters in steps:
        known = BY_NAME[name].parameters if name in BY_NAME else {"": ()}
        if parameters.keys() != known.keys() or any(v not in known[k] for k, v in parameters.items()):
            raise UsageError(f"steps: {name!r} with {parameters!r} is none of the steps of this version")
    return steps


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    chosen = rng.sample(STEPS, scaled(difficulty, 1, MOST_STEPS))
    steps = [(s.name, {k: rng.choice(tuple(v)) for k, v in s.parameters.items()}) for s in chosen]
    values: Values = {
        "steps": [[name, parameters] for name, parameters in steps],
        "seed": rng.randrange(1_000_000),
        "program": source(steps, "slow"),
    }
    return values, source(steps, "fast")
