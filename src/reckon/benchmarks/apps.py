"""APPS (Hendrycks et al., 2021, arXiv:2105.09938): programming problems with tests, by stdin or by call.

Published in hendrycks/apps as a folder of folders, test/0000/{question.txt, input_output.json,
solutions.json, metadata.json, starter_code.py}, and as codeparrot/apps on the hub: JSON lines with the fields
problem_id, question, input_output and solutions (JSON as text), difficulty, starter_code. Scoring ("strict
accuracy"): all tests pass; the scorer's imports stand before the program.

Differs: the official comparison tries a dozen forms, among them lines in any order; ours takes lines of equal
words and close numbers. Problems without tests are left out. The file does not say which tests are public:
`metadata["public_tests"]` has those on standard input that the question itself shows.
"""

import functools
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon.benchmarks.material.outputs import lines_close
from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.preludes import APPS, before
from reckon.benchmarks.material.rows import Row, read, readable, text_of_file
from reckon.errors import UsageError
from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.graders.programs import prints, program_of, returns
from reckon.values import JSON, Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

BY_STDIN = (
    "{question}\n\nAnswer with a whole Python program that reads its input from standard input and prints"
    " what is asked to standard output."
)
BY_CALL = (
    "{question}\n\nAnswer with a whole Python program that defines {name}; it is not to read or print"
    " anything. Begin with:\n\n{starter}"
)
_LEVELS = {"introductory": 0.0, "interview": 0.5, "competition": 1.0}


@dataclass(frozen=True, slots=True)
class Apps:
    """APPS. level: "introductory", "interview" or "competition"; "" is all."""

    path: str
    split: str = "test"
    level: str = ""
    timeout_s: float = 4.0

    def __post_init__(self) -> None:
        if self.level and self.level not in _LEVELS:
            raise UsageError(f"Apps.level: wanted {', '.join(_LEVELS)} or '', got {self.level!r}")

    @property
    def name(self) -> str:
        return "apps"

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
        tests = _tests(row)
        program, name = before(APPS, given), tests.fields.get("fn_name")
        if not isinstance(name, str):
            pairs = list(zip(_texts(tests, "inputs"), _texts(tests, "outputs"), strict=True))
            return await prints(interpreter, program, pairs, lines_close, timeout_s=self.timeout_s)
        function = f"Solution().{name}" if "class Solution" in given else name
        wanted = tests.items("outputs")
        arguments = [_arguments(each) for each in tests.items("inputs")]

        def right(n: int, value: Any) -> bool:
            return _same_value(wanted[n], value)

        return await returns(interpreter, program, function, arguments, right, timeout_s=self.timeout_s)


def _same_value(wanted: Any, value: Any) -> bool:
    """Equal, or equal to the first of the list that the result is often kept in; tuples are lists."""
    wanted, value = _with_numbers(wanted), json_like(value)
    return bool(value == wanted or (isinstance(wanted, list) and bool(wanted) and value == wanted[0]))


def json_like(value: Any) -> Any:
    """Tuples as lists, all the way down."""
    if isinstance(value, list | tuple):
        return [json_like(item) for item in value]
    return {key: json_like(item) for key, item in value.items()} if isinstance(value, dict) else value


def _with_numbers(value: Any) -> Any:
    """JSON made the numbers that are keys of an object into text: this makes them numbers again."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [_with_numbers(value[0]), *value[1:]]
    if isinstance(value, dict) and all(key.lstrip("-").isdecimal() and len(key) < 20 for key in value):
        return {int(key): item for key, item in value.items()}
    return value


def _arguments(given: Any) -> list[Any]:
    given = given if isinstance(given, list) else [given]
    return [_with_numbers(given[0]), *given[1:]] if given else []


def _texts(tests: Row, field: str) -> list[str]:
    """Inputs or outputs as text; some are kept as lists of lines."""
    found = []
    for each in tests.items(field):
        if isinstance(each, list):
            found.append("\n".join(map(str, each)))
        elif isinstance(each, str):
            found.append(each)
        else:
            raise tests.fault("texts, or lists of lines", [field], each)
    return found


def _tests(row: Row) -> Row:
    found = row.json("input_output")
    if not isinstance(found, dict):
        raise row.fault("an object with inputs and outputs", ["input_output"], found)
    tests = Row(f"{row.where}, field 'input_output'", found)
    if len(tests.items("inputs")) != len(tests.items("outputs")):
        raise row.fault("as many outputs as inputs", ["input_output"], len(tests.items("outputs")))
    name = found.get("fn_name")
    if isinstance(name, str) and not name.isidentifier():
        raise tests.fault("a function's name", ["fn_name"], name)
    return tests


@functools.lru_cache(maxsize=2)
def _items(benchmark: Apps) -> tuple[tuple[Problem, Row], ...]:
    rows = [row for row in _rows(benchmark) if row.text("question") and row.fields.get("input_output")]
    if benchmark.level:
        rows = [row for row in rows if row.shown("difficulty") == benchmark.level]
    return tuple(_item(benchmark, n, row) for n, row in enumerate(rows))


def _rows(benchmark: Apps) -> list[Row]:
    folder = Path(benchmark.path).expanduser()
    inside = folder / benchmark.split if (folder / benchmark.split).is_dir() else folder
    problems = sorted(file.parent for file in inside.glob("*/question.txt")) if folder.is_dir() else []
    return [_folder(problem) for problem in problems] or read(benchmark.path, benchmark.split)


def _folder(problem: Path) -> Row:
    """A problem's folder as the row that the hub's set has for it."""
    fields: dict[str, Any] = {
        "problem_id": problem.name,
        "question": text_of_file(problem / "question.txt"),
    }
    for field, name in {
        "input_output": "input_output.json",
        "solutions": "solutions.json",
        "starter_code": "starter_code.py",
    }.items():
        if (problem / name).is_file():
            fields[field] = text_of_file(problem / name)
    if (problem / "metadata.json").is_file():
        with readable(str(problem / "metadata.json")):
            found = json.loads(text_of_file(problem / "metadata.json"))
        fields |= found if isinstance(found, dict) else {}
    return Row(str(problem), fields)


def _item(benchmark: Apps, number: int, row: Row) -> tuple[Problem, Row]:
    tests = _tests(row)
    name = tests.fields.get("fn_name")
    starter = row.text("starter_code") if row.has("starter_code") else ""
    form = BY_CALL if isinstance(name, str) else BY_STDIN
    question = form.format(question=row.text("question").strip(), name=name, starter=starter.strip())
    solutions = row.json("solutions") if row.has("solutions") and row.get("solutions") else []
    gold = solutions[0] if isinstance(solutions, list) and solutions else None
    level = row.shown("difficulty") if row.has("difficulty") else ""
    return (
        posed(
            benchmark,
            number,
            question.strip(),
            gold if isinstance(gold, str) else None,
            difficulty=_LEVELS.get(level, 0.0),
            source=row.shown("problem_id", "id", "key") if row.has("problem_id", "id", "key") else "",
            level=level,
            public_tests=[] if isinstance(name, str) else _shown(row.text("question"), tests),
        ),
        row,
    )


def _shown(question: str, tests: Row) -> list[JSON]:
    """The tests that the question itself gives: under lines that say "input" and "output", line for line."""
    lines = [line.strip() for line in question.split("\n") if line.strip()]
    pairs = zip(_texts(tests, "inputs"), _texts(tests, "outputs"), strict=True)
    return [{"input": given, "output": wanted} for given, wanted in pairs if _stands(lines, given, wanted)]


def _stands(lines: Sequence[str], given: str, wanted: str) -> bool:
    if len(given) + len(wanted) > sum(map(len, lines)) + len(lines):  # some hidden tests are megabytes
        return False
    before, after = ([line.strip() for line in text.split("\n") if line.strip()] for text in (given, wanted))
    if not before or not after:
        return False
    size, end = len(before), len(before) + len(after) + 2
    return any(
        "input" in line.lower()
        and lines[at + 1 : at + size + 1] == before
        and "output" in "".join(lines[at + size + 1 : at + size + 2]).lower()
        and lines[at + size + 2 : at + end] == after
        for at, line in enumerate(lines)
    )
