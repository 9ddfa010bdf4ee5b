"""MBPP (Austin et al., 2021, arXiv:2108.07732) and MBPP+ (Liu et al., 2023, arXiv:2305.01210).

MBPP is google-research/mbpp, `mbpp.jsonl` ({"text", "code", "task_id", "test_setup_code", "test_list",
"challenge_test_list"}) and `sanitized-mbpp.json` ({"prompt", "code", "test_imports", "test_list"}). MBPP+ is
read in evalplus' form ({"task_id", "prompt", "entry_point", "canonical_solution", "base_input", "plus_input",
"atol"}) and in that of the hub's evalplus/mbppplus ({"prompt", "code", "test_list", "test"}). Scoring: all
assertions pass; the question shows those of test_list, as in the paper's prompt. challenge: ask the harder
ones too, which are not shown.

The paper tests on the tasks 11 to 510: split "test" of the hub's set; `first` and `last` choose in the file.
"""

import builtins
import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.benchmarks.material import evalplus
from reckon.benchmarks.material.mbpp_inputs import as_python
from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.rows import Row, read
from reckon.errors import UsageError
from reckon.interpreter.check import Assertion
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import passes, program_of
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ASK = (
    "{task}\n\nAnswer with a whole Python program that defines what is asked; it is not to print or read"
    " anything. It has to pass these tests:\n\n{tests}"
)
_SEEDED = "import random\nrandom.seed(0)\n"


@dataclass(frozen=True, slots=True)
class Mbpp:
    """MBPP. plus: ask MBPP+'s added tests where the file has them. first, last: task ids, 0 is no bound."""

    path: str
    split: str = "test"
    challenge: bool = False
    plus: bool = True
    first: int = 0
    last: int = 0
    timeout_s: float = 10.0

    @property
    def name(self) -> str:
        return "mbpp"

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
        setup = _setup(row)
        program = f"{setup}\n{given}\n"
        if row.has("base_input"):
            read_inputs = functools.partial(as_python, _task_id(row))
            reference = row.text("canonical_solution")
            case = evalplus.Differential(row, row.text("entry_point"), reference, self.plus, read_inputs)
            return await case.judge(interpreter, program, timeout_s=self.timeout_s)
        hidden = _hidden(row.text("code"))
        program += "".join(f"tested_{name} = {name}\n" for name in hidden)
        shown = [_renamed(test, hidden) for test in _tests(self, row)]
        cases = [Assertion(f"{_SEEDED}{_imports(row)}\n{test}\n") for test in shown]
        grade = await passes(interpreter, program, cases, timeout_s=self.timeout_s)
        if not grade.right or not self.plus or not row.has("test"):
            return grade
        return await self._added(interpreter, row, program)

    async def _added(self, interpreter: "AsyncInterpreter", row: Row, program: str) -> Grade:
        """MBPP+'s tests, as the hub's set has them."""
        listed = evalplus.listed(row.text("test"), _called(row.texts("test_list")))
        if listed is not None:
            return await listed.judge(interpreter, program, timeout_s=self.timeout_s)
        test = Assertion(_SEEDED + row.text("test"))
        return await passes(interpreter, program, [test], timeout_s=4 * self.timeout_s)


def _imports(row: Row) -> str:
    return "\n".join(row.texts("test_imports")) if row.has("test_imports") else ""


def _setup(row: Row) -> str:
    """What stands before the program: classes that the tests use have to be the program's own."""
    setup = row.text("test_setup_code") if row.has("test_setup_code") else ""
    return f"{_imports(row)}\n{setup}".strip()


def _tests(benchmark: Mbpp, row: Row) -> tuple[str, ...]:
    harder = row.texts("challenge_test_list") if row.has("challenge_test_list") else ()
    return row.texts("test_list") + (harder if benchmark.challenge else ())


def _hidden(solution: str) -> tuple[str, ...]:
    """Functions that a test would not find in the program: named _x, or as a builtin (task 126: sum)."""
    names = re.findall(r"^def (\w+)\(", solution, re.MULTILINE)
    return tuple(name for name in dict.fromkeys(names) if name.startswith("_") or hasattr(builtins, name))


def _renamed(test: str, names: Sequence[str]) -> str:
    """The test with these functions by the names that the program has for them besides."""
    for name in names:
        test = re.sub(rf"(?<![\w.]){name}(?=\()", f"tested_{name}", test)
    return test


def _called(tests: Sequence[str]) -> str:
    """The function that the tests call first: "assert f(1) == 2", "assert set(f(1)) == …"."""
    names = re.findall(r"([A-Za-z_]\w*)\s*\(", " ".join(tests))
    return next((name for name in names if not hasattr(builtins, name) and name != "isclose"), "")


def _task_id(row: Row) -> int:
    digits = row.shown("task_id").rpartition("/")[2]
    if not digits.isdecimal() or len(digits) > 9:
        raise row.fault("a number, or Mbpp/number", ["task_id"], digits)
    return int(digits)


@functools.lru_cache(maxsize=4)
def _items(benchmark: Mbpp) -> tuple[tuple[Problem, Row], ...]:
    if benchmark.first < 0 or benchmark.last < 0:
        raise UsageError(f"Mbpp: wanted task ids, got first={benchmark.first}, last={benchmark.last}")
    rows = read(benchmark.path, benchmark.split)
    if benchmark.first or benchmark.last:
        last = benchmark.last or 10**9
        rows = [row for row in rows if benchmark.first <= _task_id(row) <= last]
    return tuple(_item(benchmark, n, row) for n, row in enumerate(rows))


def _item(benchmark: Mbpp, number: int, row: Row) -> tuple[Problem, Row]:
    if row.has("base_input"):
        tests = (
            row.text("assertion").strip() if row.has("assertion") else f"# tests of {row.text('entry_point')}"
        )
        task = row.text("prompt").strip().strip('"').strip()
        if not row.text("entry_point").isidentifier():
            raise row.fault("a function's name", ["entry_point"], row.text("entry_point"))
    else:
        tests = "\n".join(part for part in (_setup(row), *row.texts("test_list")) if part)
        task = row.text("text", "prompt").strip()
    gold = row.text("code", "canonical_solution")
    question = ASK.format(task=task, tests=tests)
    return posed(benchmark, number, question, gold, source=row.shown("task_id")), row
