"""DS-1000 (Lai et al., 2022, arXiv:2211.11501): snippets of data science, in its simplified form.

Published as xlangai/DS-1000 on the hub and in xlang-ai/DS-1000, `ds1000.jsonl.gz`: {"prompt",
"reference_code", "code_context", "metadata": {"problem_id", "library", …}}. The context defines
test_execution(solution), which runs its exec_context with the solution put in place of [insert], and for some
problems test_string(solution). Official scoring runs both in one process with the solution.

Here the solution runs in one session, and the tests in another: see material/ds1000_court.py. That needs the
result to cross as data. Where the file's own solution does not pass so (figures, tensors, estimators), the
tests run beside the solution, where it could cheat, and the grade's reason says so.
"""

import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.benchmarks.material.ds1000_court import apart
from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import program_of, together
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ASK = (
    "{prompt}\n\nAnswer with the Python code alone that belongs at the gap: it goes on where the code above"
    " stops, uses the variables that are there, and sets the one that is asked for."
)
_HEADLESS = "import matplotlib\nmatplotlib.use('agg')\n"
_DRESS = re.compile(r"^\s*(?:<code>|BEGIN SOLUTION)|(?:</code>|END SOLUTION)\s*$")


@dataclass(frozen=True, slots=True)
class Ds1000:
    """DS-1000. library: "Pandas", "Numpy", "Matplotlib", …; "" is all. timeout_s: of a problem's tests."""

    path: str
    split: str = "test"
    library: str = ""
    timeout_s: float = 60.0

    @property
    def name(self) -> str:
        return "ds1000"

    def problems(self) -> Sequence[Problem]:
        return tuple(problem for problem, _ in _items(self))

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether the tests pass. Raises InfrastructureError for a fault of ours."""
        items = _items(self)
        row = items[item_of(problem, len(items))][1]
        given = program_of(_DRESS.sub("", answer))
        if isinstance(given, Grade):
            return given
        context = row.text("code_context")
        grade = await apart(interpreter, context, given, timeout_s=self.timeout_s)
        if grade.right:
            return grade
        own = await apart(interpreter, context, row.text("reference_code"), timeout_s=self.timeout_s)
        if own.right:
            return grade
        test = f"code = {given!r}\ntest_execution(code)\n" + (
            "test_string(code)\n" if "test_string(" in context else ""
        )
        head = _HEADLESS if "matplotlib" in context else ""
        return await together(interpreter, f"{head}{context}", test, timeout_s=self.timeout_s)


@functools.lru_cache(maxsize=4)
def _items(benchmark: Ds1000) -> tuple[tuple[Problem, Row], ...]:
    rows = read(benchmark.path, benchmark.split)
    if benchmark.library:
        wanted = benchmark.library.casefold()
        rows = [row for row in rows if row.inner("metadata").text("library").casefold() == wanted]
    return tuple(_item(benchmark, n, row) for n, row in enumerate(rows))


def _item(benchmark: Ds1000, number: int, row: Row) -> tuple[Problem, Row]:
    if "def test_execution(" not in row.text("code_context"):
        raise row.fault("code that defines test_execution", ["code_context"], row.text("code_context"))
    metadata = row.inner("metadata")
    question = ASK.format(prompt=row.text("prompt").rstrip())
    source, library = metadata.shown("problem_id"), metadata.text("library")
    gold = row.text("reference_code")
    return posed(benchmark, number, question, gold, source=source, library=library), row
