"""ODEX (Wang et al., 2022, arXiv:2212.10481): a line or a few of Python for an intent, many libraries.

System: ODEX.

Published in zorazrw/odex, `data/en_test.jsonl` (es, ja, ru): {"task_id", "intent", "prompt", "suffix",
"canonical_solution", "test_start", "test": […], "entry_point", "library": […]}. Scoring: prompt + answer +
suffix is the function; test_start, the tests and check(entry_point) run after it.

Tests run apart from the program wherever the file's own solution passes them so. Those that patch a module or
hand over what is no plain data (a Mock, a figure, a data frame) pass only beside the program: they run in its
session, where a program could cheat, and the grade's reason says so.
"""

import ast
import functools
import random
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.rows import Row, read
from reckon.interpreter.check import Assertion
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import defines, passes, program_of, together
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ASK = (
    "{intent}\n\nComplete the function {name}, which begins and ends as follows. Answer with a whole Python"
    " program that defines {name}, with the imports that it needs.\n\n{begin}...{end}"
)


@dataclass(frozen=True, slots=True)
class Odex:
    """ODEX. library: "none" (standard tasks), "any" (with a library), or "" for all."""

    path: str
    split: str = "test"
    library: str = ""
    timeout_s: float = 10.0

    @property
    def name(self) -> str:
        return "odex"

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
        program = _program(row, given)
        apart = await self._apart(interpreter, row, program)
        if apart.right or (await self._apart(interpreter, row, _program(row, _solution(row)))).right:
            return apart
        return await together(interpreter, program, _test(row), timeout_s=self.timeout_s)

    async def _apart(self, interpreter: "AsyncInterpreter", row: Row, program: str) -> Grade:
        """What the tests say from a session of their own, the imports of the tests in both."""
        whole = f"{_imports(row)}\n{program}\n"
        return await passes(interpreter, whole, [Assertion(_test(row))], timeout_s=self.timeout_s)


def _solution(row: Row) -> str:
    return row.text("canonical_solution")


def _program(row: Row, answer: str) -> str:
    """The function: the answer if it defines it, else prompt, answer and suffix as they are in the file."""
    if defines(answer, row.text("entry_point")):
        return answer
    whole = row.text("prompt") + answer + row.text("suffix") + "\n"
    if _parses(whole):
        return whole
    body = textwrap.indent(textwrap.dedent(answer), "\t").lstrip("\t")
    return row.text("prompt") + body + row.text("suffix") + "\n"


def _test(row: Row) -> str:
    return f"{row.text('test_start')}{''.join(row.texts('test'))}\ncheck({row.text('entry_point')})\n"


def _imports(row: Row) -> str:
    """What stands before `def check` in the tests: imports, and helpers that a program may call."""
    return row.text("test_start").partition("def check(")[0]


def _parses(program: str) -> bool:
    try:
        ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


@functools.lru_cache(maxsize=4)
def _items(benchmark: Odex) -> tuple[tuple[Problem, Row], ...]:
    rows = [row for row in read(benchmark.path, benchmark.split) if _wanted(benchmark, row)]
    return tuple(_item(benchmark, n, row) for n, row in enumerate(rows))


def _wanted(benchmark: Odex, row: Row) -> bool:
    used = row.texts("library") if row.has("library") else ()
    named = {"": True, "none": not used, "any": bool(used)}
    return named.get(benchmark.library, benchmark.library in used)


def _item(benchmark: Odex, number: int, row: Row) -> tuple[Problem, Row]:
    name = row.text("entry_point")
    if not name.isidentifier():
        raise row.fault("a function's name", ["entry_point"], name)
    row.texts("test")
    row.text("test_start")
    begin, end = row.text("prompt"), row.text("suffix")
    question = ASK.format(intent=row.text("intent").strip(), name=name, begin=begin, end=end.rstrip())
    gold = begin + _solution(row) + end
    return posed(benchmark, number, question, gold, source=row.shown("task_id")), row
