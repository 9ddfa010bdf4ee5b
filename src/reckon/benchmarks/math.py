"""MATH (Hendrycks et al., 2021, arXiv:2103.03874) and MATH-500 (Lightman et al., 2023, arXiv:2305.20050).

MATH is published in hendrycks/math as a folder of one JSON file per problem, test/algebra/1.json, and as sets
of the hub: {"problem", "level", "type", "solution"}, the answer in the solution's last \\boxed{}. MATH-500 is
HuggingFaceH4/MATH-500, `test.jsonl`, with the fields answer, subject, level and unique_id. Official scoring
(`is_equiv`): the same string after taking off dress. Ours takes equal values too: tasks/graders/mathematics.

grader "math_verify" asks the package of that name (extra "benchmarks"). It reads hostile text with sympy, so
it runs in the interpreter's jail. Scores do not depend on what is installed: the grader is a field.
"""

import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import EXTRA, Row, read, read_file
from reckon.errors import MissingExtra, UsageError
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.mathematics import grade_mathematics
from reckon.tasks.graders.text import refused
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ASK = "{question}\n\nGive the answer alone, in LaTeX where it is more than a number."
_VERIFY = """
from math_verify import ExprExtractionConfig, LatexExtractionConfig, parse, verify
how = (LatexExtractionConfig(), ExprExtractionConfig())
def read(text):
    return parse("$" + text.strip().strip("$") + "$", extraction_config=how, parsing_timeout=None)
bool(verify(read({gold!r}), read({answer!r}), timeout_seconds=None))
"""


@dataclass(frozen=True, slots=True)
class Math:
    """MATH and MATH-500. subject: "Algebra" …, level: 1 to 5; "" and 0 are all."""

    path: str
    split: str = "test"
    subject: str = ""
    level: int = 0
    grader: Literal["reckon", "math_verify"] = "reckon"

    def __post_init__(self) -> None:
        if self.grader not in ("reckon", "math_verify"):
            raise UsageError(f"Math.grader: wanted 'reckon' or 'math_verify', got {self.grader!r}")
        if self.grader == "math_verify" and find_spec("math_verify") is None:
            raise MissingExtra("Math(grader='math_verify')", EXTRA)

    @property
    def name(self) -> str:
        return "math"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        if self.grader == "math_verify":
            return judge_alone(self, problem, answer)
        return grade_mathematics(problem.answer or "", answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """By the grader of the field. Raises InfrastructureError for a fault of ours."""
        if self.grader == "reckon":
            return grade_mathematics(problem.answer or "", answer)
        if refusal := refused(answer):
            return refusal
        run = await interpreter.run(_VERIFY.format(gold=problem.answer, answer=answer), timeout_s=20)
        if run.value == "True":
            return Grade(1.0, "equal to the gold answer (math-verify)")
        why = "differs from the gold answer" if run.ok else f"ended as {run.status}"
        return Grade(0.0, f"{why} (math-verify)")


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Math) -> tuple[Problem, ...]:
    rows = [row for row in _rows(benchmark) if _wanted(benchmark, row)]
    return tuple(_posed(benchmark, n, row) for n, row in enumerate(rows))


def _rows(benchmark: Math) -> list[Row]:
    """Of one file; of a folder of folders, one problem a file: by subject, then by the file's number."""
    folder = Path(benchmark.path).expanduser()
    if not folder.is_dir():
        return read(benchmark.path, benchmark.split)
    inside = folder / benchmark.split if (folder / benchmark.split).is_dir() else folder
    files = sorted(inside.glob("*/*.json"), key=lambda f: (f.parent.name, _number(f), f.name))
    if not files:
        return read(benchmark.path, benchmark.split)
    return [row for file in files for row in read_file(file)]


def _number(file: Path) -> int:
    digits = re.sub(r"[^0-9]", "", file.stem)[:9]
    return int(digits or 0)


def _level(row: Row) -> int:
    """1 to 5; 0 for the few that say "Level ?"."""
    digit = re.search(r"[1-5]", row.shown("level")) if row.has("level") else None
    return int(digit[0]) if digit else 0


def _subject(row: Row) -> str:
    return row.text("subject", "type") if row.has("subject", "type") else ""


def _wanted(benchmark: Math, row: Row) -> bool:
    of_subject = not benchmark.subject or _subject(row).casefold() == benchmark.subject.casefold()
    return of_subject and (not benchmark.level or _level(row) == benchmark.level)


def _posed(benchmark: Math, number: int, row: Row) -> Problem:
    gold = row.text("answer") if row.has("answer") else last_boxed(row.text("solution"))
    if not gold:
        raise row.fault("an answer, or a solution with \\boxed{}", ["answer", "solution"], gold)
    question = ASK.format(question=row.text("problem"))
    hard, subject = max(0, _level(row) - 1) / 4, _subject(row)
    return posed(benchmark, number, question, gold, difficulty=hard, subject=subject, level=_level(row))


def last_boxed(solution: str) -> str:
    """What the last \\boxed{...} of a solution holds, its braces balanced; \\boxed 2 holds 2; "" if none."""
    begin = max(solution.rfind("\\boxed"), solution.rfind("\\fbox"))
    if begin < 0:
        return ""
    rest = solution[begin:].removeprefix("\\boxed").removeprefix("\\fbox")
    if not rest.lstrip().startswith("{"):
        return rest.split("$")[0].strip()
    depth = 0
    for place, character in enumerate(rest):
        depth += (character == "{") - (character == "}")
        if depth == 0 and character == "}":
            return rest[rest.index("{") + 1 : place].strip()
    return ""
