"""HumanEval (Chen et al., 2021, arXiv:2107.03374) and HumanEval+ (Liu et al., 2023, arXiv:2305.01210).

HumanEval is openai/human-eval, `HumanEval.jsonl.gz`: {"task_id", "prompt", "entry_point",
"canonical_solution", "test"}, the test a function check(candidate). HumanEval+ is read in evalplus' form
(base_input, plus_input, contract, atol; expected values are what the canonical solution gives) and in that of
the hub's evalplus/humanevalplus, whose `test` holds lists of inputs and results. Scoring: all tests pass.

Differs: the program is whole or the rest of the prompt's function; both count. Tests run apart from the
program, and their random numbers from a fixed seed.
"""

import ast
import functools
import random
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.benchmarks.material import evalplus
from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.rows import Row, read
from reckon.interpreter.check import Assertion
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import defines, passes, program_of
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ASK = (
    "Complete the function {name} below. Answer with a whole Python program that defines {name}, with the"
    " imports that it needs; it is not to print or read anything.\n\n{prompt}"
)
_SEEDED = "import random\nrandom.seed(0)\n"


@dataclass(frozen=True, slots=True)
class Humaneval:
    """HumanEval; plus: ask the added tests too, where the file has them. timeout_s: of one test."""

    path: str
    split: str = "test"
    plus: bool = True
    timeout_s: float = 10.0

    @property
    def name(self) -> str:
        return "humaneval"

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
        name, prompt = row.text("entry_point"), row.text("prompt")
        program = completed(prompt, given, name)
        if row.has("base_input"):
            reference = prompt + row.text("canonical_solution")
            case = evalplus.Differential(row, name, reference, plus=self.plus)
            return await case.judge(interpreter, program, timeout_s=self.timeout_s)
        listed = evalplus.listed(row.text("test"), name)
        if listed is not None:
            return await listed.judge(interpreter, program, timeout_s=self.timeout_s)
        test = f"{_SEEDED}{row.text('test')}\ncheck({name})\n"
        return await passes(interpreter, program, [Assertion(test)], timeout_s=4 * self.timeout_s)


def completed(prompt: str, answer: str, name: str) -> str:
    """The program: the prompt, for its imports and its other functions, and the answer.

    An answer that does not define the function is the rest of it.
    """
    if defines(answer, name):
        whole = f"{prompt.rstrip()}\n    pass\n\n"
        return f"{whole}{answer}\n" if _ends_in(whole, name) else answer
    forms = (answer, f"    {answer}", textwrap.indent(textwrap.dedent(answer), "    "))
    return next((p for p in (prompt + form + "\n" for form in forms) if _ends_in(p, name)), prompt + answer)


def _ends_in(program: str, name: str) -> bool:
    """Whether the last statement of a program that can be read is this function."""
    try:
        last = ast.parse(program).body[-1]
    except (SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return False
    return isinstance(last, ast.FunctionDef | ast.AsyncFunctionDef) and last.name == name


@functools.lru_cache(maxsize=4)
def _items(benchmark: Humaneval) -> tuple[tuple[Problem, Row], ...]:
    return tuple(_item(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _item(benchmark: Humaneval, number: int, row: Row) -> tuple[Problem, Row]:
    name, prompt = row.text("entry_point"), row.text("prompt")
    if not name.isidentifier():
        raise row.fault("a function's name", ["entry_point"], name)
    if not row.has("base_input"):
        row.text("test")
    gold = prompt + row.text("canonical_solution")
    question = ASK.format(name=name, prompt=prompt.strip("\n"))
    return posed(benchmark, number, question, gold, source=row.text("task_id")), row
