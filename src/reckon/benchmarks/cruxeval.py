"""CRUXEval (Gu et al., 2024, arXiv:2401.03065): predict the output, or an input, of a short function f.

System: CRUXEval.

Published as cruxeval-org/cruxeval on the hub and in facebookresearch/cruxeval, `cruxeval.jsonl`: {"code",
"input", "output", "id"}. Official scoring runs `assert output == answer` after the code: an output is right
if it is equal, an input if f gives the output for it, whichever input it is.

Differs: an output is a literal, which is read and never run; the official scorer takes any expression. The
arguments of an input are worked out in one session, f is called on them in another, and the result is judged
in a third: they have to be plain data, which a function or a range is not.
"""

import ast
import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.rows import Row, read
from reckon.errors import UsageError
from reckon.interpreter.check import Assertion
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import passes, values_of
from reckon.tasks.graders.text import MAX_ANSWER, verdict
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

OUTPUT = (
    "What does this call return?\n\n{code}\n\nf({input})\n\nAnswer with the value alone, as a Python literal."
)
INPUT = (
    "Find arguments for which this function returns {output}.\n\n{code}\n\nAnswer with the call alone, its"
    " arguments Python literals, such as f(1, 'a')."
)


@dataclass(frozen=True, slots=True)
class Cruxeval:
    """CRUXEval. predict: "output" (CRUXEval-O) or "input" (CRUXEval-I)."""

    path: str
    split: str = "test"
    predict: Literal["output", "input"] = "output"
    timeout_s: float = 3.0

    def __post_init__(self) -> None:
        if self.predict not in ("output", "input"):
            raise UsageError(f"Cruxeval.predict: wanted 'output' or 'input', got {self.predict!r}")

    @property
    def name(self) -> str:
        return f"cruxeval_{self.predict}"

    def problems(self) -> Sequence[Problem]:
        return tuple(problem for problem, _ in _items(self))

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        if self.predict == "output":
            return _grade_output(problem.answer or "", answer)
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """An input by running f on it. Raises InfrastructureError for a fault of ours."""
        if self.predict == "output":
            return _grade_output(problem.answer or "", answer)
        items = _items(self)
        row = items[item_of(problem, len(items))][1]
        call = _call(_bare(answer)) or await self._worked_out(interpreter, row, _bare(answer))
        if call is None:
            return Grade(0.0, "no call of f with plain data")
        test = Assertion(f"assert ({row.text('output')}) == {call}")
        return await passes(interpreter, row.text("code"), [test], timeout_s=self.timeout_s)

    async def _worked_out(self, interpreter: "AsyncInterpreter", row: Row, text: str) -> str | None:
        """The call with its arguments worked out, in a session that ends before f is called on them."""
        expression = _arguments(text)
        if expression is None:
            return None
        code = row.text("code")
        found = await values_of(interpreter, code, f"lambda: {expression}", [[]], timeout_s=self.timeout_s)
        if isinstance(found, str) or len(found) != 1 or len(repr(found[0])) > MAX_ANSWER:
            return None
        given, named = found[0]
        return _call(f"f({', '.join([*map(repr, given), *(f'{key}={named[key]!r}' for key in named)])})")


def _grade_output(gold: str, answer: str) -> Grade:
    found = _literal(_bare(answer))
    if found is None:
        return Grade(0.0, "no Python literal")
    wanted = _literal(gold)
    try:
        return verdict(wanted is not None and bool(found[0] == wanted[0]))
    except RecursionError:
        return Grade(0.0, "nested too deeply")


def _bare(answer: str) -> str:
    """Without a code fence, backticks and white space around it; quotes belong to a literal."""
    return answer.strip().removeprefix("```python").strip("`").strip()


def _literal(text: str) -> tuple[Any] | None:
    if len(text) > MAX_ANSWER:
        return None
    try:
        return (ast.literal_eval(text),)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        return None


def _call(text: str) -> str | None:
    """f(…) with literal arguments, written anew; arguments alone are taken for the call's."""
    if len(text) > MAX_ANSWER:
        return None
    for source in (text, f"f({text})"):
        try:
            node = ast.parse(source, mode="eval").body
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name) or node.func.id != "f":
                continue
            for argument in (*node.args, *(keyword.value for keyword in node.keywords)):
                ast.literal_eval(argument)
            if all(keyword.arg for keyword in node.keywords):
                return ast.unparse(node)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            continue
    return None


def _arguments(text: str) -> str | None:
    """An expression for the arguments of the call that a text is: [list, dict]."""
    if len(text) > MAX_ANSWER:
        return None
    for source in (text, f"f({text})"):
        try:
            node = ast.parse(source, mode="eval").body
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "f":
            node.func.id = "_given"
            return f"(lambda _given: {ast.unparse(node)})(lambda *given, **named: [list(given), named])"
    return None


@functools.lru_cache(maxsize=4)
def _items(benchmark: Cruxeval) -> tuple[tuple[Problem, Row], ...]:
    return tuple(_item(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _item(benchmark: Cruxeval, number: int, row: Row) -> tuple[Problem, Row]:
    code, given, gold = row.text("code"), row.text("input"), row.text("output")
    source = row.shown("id") if row.has("id") else ""
    if benchmark.predict == "input":
        question = INPUT.format(code=code.strip(), output=gold)
        return posed(benchmark, number, question, f"f({given})", source=source), row
    return posed(benchmark, number, OUTPUT.format(code=code.strip(), input=given), gold, source=source), row
