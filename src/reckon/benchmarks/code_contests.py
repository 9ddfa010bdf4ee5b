"""CodeContests (Li et al., 2022, AlphaCode, arXiv:2203.07814): contest problems with many tests.

Published as deepmind/code_contests on the hub (Parquet, or JSON lines with the same fields): {"name",
"description", "public_tests", "private_tests", "generated_tests": {"input": […], "output": […]}, "solutions":
{"language": […], "solution": […]}, "time_limit"}. Scoring, as in execution/tester_sandboxer.cc: the output is
the same word by word, case aside, numbers less than 1e-5 apart; all tests pass.
`metadata["public_tests"]` has the public ones, {"input", "output"}, for reasoners to show.
"""

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.benchmarks.material.outputs import words_near
from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import prints, program_of
from reckon.values import JSON, Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ASK = (
    "{question}\n\nAnswer with a whole Python 3 program that reads its input from standard input and prints"
    " what is asked to standard output."
)
_KINDS = ("public_tests", "private_tests", "generated_tests")
# The enum of contest_problem.proto; the hub's set may also spell it out.
_PYTHON3 = (3, "PYTHON3")


@dataclass(frozen=True, slots=True)
class CodeContests:
    """CodeContests. generated: ask the tests made by mutation too. timeout_s: of one test."""

    path: str
    split: str = "test"
    generated: bool = True
    timeout_s: float = 10.0

    @property
    def name(self) -> str:
        return "code_contests"

    def problems(self) -> Sequence[Problem]:
        return tuple(problem for problem, _ in _items(self))

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether every test passes. Raises InfrastructureError for a fault of ours."""
        items = _items(self)
        row = items[item_of(problem, len(items))][1]
        given = program_of(answer)
        if isinstance(given, Grade):
            return given
        kinds = _KINDS if self.generated else _KINDS[:2]
        tests = [test for kind in kinds for test in _tests(row, kind)]
        return await prints(interpreter, given, tests, words_near, timeout_s=self.timeout_s)


def _tests(row: Row, kind: str) -> list[tuple[str, str]]:
    if not row.has(kind):
        return []
    tests = row.inner(kind)
    given, wanted = tests.texts("input"), tests.texts("output")
    if len(given) != len(wanted):
        raise tests.fault("as many outputs as inputs", ["output"], len(wanted))
    return list(zip(given, wanted, strict=True))


@functools.lru_cache(maxsize=2)
def _items(benchmark: CodeContests) -> tuple[tuple[Problem, Row], ...]:
    return tuple(_item(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _item(benchmark: CodeContests, number: int, row: Row) -> tuple[Problem, Row]:
    if not any(_tests(row, kind) for kind in _KINDS):
        raise row.fault("at least one test", _KINDS, [])
    question = ASK.format(question=row.text("description").strip())
    shown: list[JSON] = [{"input": given, "output": wanted} for given, wanted in _tests(row, _KINDS[0])]
    name, solution = row.text("name"), _solution(row)
    return posed(benchmark, number, question, solution, source=name, public_tests=shown), row


def _solution(row: Row) -> str | None:
    """The first right solution in Python 3, if the file has one."""
    if not row.has("solutions"):
        return None
    solutions = row.inner("solutions")
    pairs = zip(solutions.items("language"), solutions.texts("solution"), strict=False)
    return next((solution for language, solution in pairs if language in _PYTHON3), None)
