"""LiveCodeBench (Jain et al., 2024, arXiv:2403.07974), code generation.

Published as livecodebench/code_generation_lite on the hub, `test.jsonl` and its parts test2.jsonl …:
{"question_title", "question_content", "platform", "question_id", "contest_date", "starter_code",
"difficulty", "public_test_cases" (JSON as text), "private_test_cases" (the same, or packed: base64 of zlib of
a pickled text), "metadata" (JSON as text, {"func_name"})}. Scoring: all tests pass; output line by line the
same text or the same decimal numbers; by call, equal results. The scorer's imports stand before the program.
`metadata["public_tests"]` has the public tests, {"input", "output"} or assertions, for reasoners to show.

The packed form is read with an unpickler that makes texts and nothing else: a hostile file runs nothing.
"""

import base64
import binascii
import functools
import io
import json
import pickle
import random
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from reckon.benchmarks.material.outputs import lines_or_decimals
from reckon.benchmarks.material.posing import item_of, posed
from reckon.benchmarks.material.preludes import LIVECODEBENCH, before
from reckon.benchmarks.material.rows import Row, read, readable
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
    "{question}\n\nAnswer with a whole Python program that completes this, and that neither reads nor prints"
    " anything:\n\n{starter}"
)
MOST_UNPACKED = 1 << 30
_LEVELS = {"easy": 0.0, "medium": 0.5, "hard": 1.0}


@dataclass(frozen=True, slots=True)
class Livecodebench:
    """LiveCodeBench. since, until: contest dates, "2024-08-01"; "" is no bound. timeout_s: of one test."""

    path: str
    split: str = "test"
    since: str = ""
    until: str = ""
    timeout_s: float = 6.0

    @property
    def name(self) -> str:
        return "livecodebench"

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
        tests, name = _tests(row), _function(row)
        program = before(LIVECODEBENCH, given)
        if not name:
            pairs = [(test.text("input"), test.text("output")) for test in tests]
            return await prints(interpreter, program, pairs, lines_or_decimals, timeout_s=self.timeout_s)
        function = f"Solution().{name}" if "class Solution" in given else name
        arguments = [[_json(test, line) for line in test.text("input").split("\n")] for test in tests]
        wanted = [_json(test, test.text("output")) for test in tests]

        def right(n: int, value: Any) -> bool:
            return bool((list(value) if isinstance(value, tuple) else value) == wanted[n])

        return await returns(interpreter, program, function, arguments, right, timeout_s=self.timeout_s)


def _json(test: Row, text: str) -> Any:
    with readable(test.where):
        return json.loads(text)


def _tests(row: Row) -> list[Row]:
    return [*_cases(row, "public_test_cases"), *_cases(row, "private_test_cases")]


def _cases(row: Row, field: str) -> list[Row]:
    cases = _unpacked(row, field)
    if not isinstance(cases, list) or not all(isinstance(case, dict) for case in cases):
        raise row.fault("a list of tests with input and output", [field], cases)
    return [Row(f"{row.where}, field {field!r}, test {n}", case) for n, case in enumerate(cases, 1)]


def _unpacked(row: Row, field: str) -> Any:
    """What JSON text says; text that is no JSON is the packed form."""
    value = row.get(field)
    if not isinstance(value, str):
        return value
    if value.lstrip()[:1] in ("[", "{", ""):
        return row.json(field)
    try:
        packed = zlib.decompressobj()
        data = packed.decompress(base64.b64decode(value, validate=True), MOST_UNPACKED)
        if packed.unconsumed_tail or not packed.eof:
            raise row.fault("packed tests that are whole and under 1 GiB", [field], "more, or less")
        text = _Texts(io.BytesIO(data)).load()
    except (binascii.Error, zlib.error, pickle.UnpicklingError, EOFError, ValueError, IndexError) as error:
        raise row.fault("JSON or packed tests", [field], f"{type(error).__name__}: {error}") from None
    if not isinstance(text, str):
        raise row.fault("packed JSON", [field], type(text).__name__)
    with readable(f"{row.where}, field {field!r}"):
        return json.loads(text)


class _Texts(pickle.Unpickler):
    """Unpickles plain values: no class and no function is ever looked up."""

    def find_class(self, module: str, name: str) -> Any:
        raise pickle.UnpicklingError(f"it asks for {module}.{name}")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it asks for an object of elsewhere")


def _function(row: Row) -> str:
    """The function that is called; "" where the program reads standard input."""
    metadata = row.json("metadata") if row.has("metadata") and row.get("metadata") else {}
    name = metadata.get("func_name") if isinstance(metadata, dict) else None
    if name is None:
        return ""
    if not isinstance(name, str) or not name.isidentifier():
        raise row.fault("an object whose func_name is a function's name", ["metadata"], name)
    return name


@functools.lru_cache(maxsize=2)
def _items(benchmark: Livecodebench) -> tuple[tuple[Problem, Row], ...]:
    rows = [row for row in read(benchmark.path, benchmark.split) if _within(benchmark, row)]
    return tuple(_item(benchmark, n, row) for n, row in enumerate(rows))


def _within(benchmark: Livecodebench, row: Row) -> bool:
    if not benchmark.since and not benchmark.until:
        return True
    date = str(row.get("contest_date"))[:10]
    return benchmark.since <= date and (not benchmark.until or date <= benchmark.until)


def _item(benchmark: Livecodebench, number: int, row: Row) -> tuple[Problem, Row]:
    row.get("public_test_cases")
    row.get("private_test_cases")
    starter = row.text("starter_code") if row.has("starter_code") else ""
    form = BY_CALL if _function(row) else BY_STDIN
    question = form.format(question=row.text("question_content").strip(), starter=starter.rstrip())
    level = row.text("difficulty") if row.has("difficulty") else ""
    problem = posed(
        benchmark,
        number,
        question,
        None,
        difficulty=_LEVELS.get(level, 0.0),
        source=row.shown("question_id"),
        level=level,
        public_tests=_shown(row, starter),
    )
    return problem, row


def _shown(row: Row, starter: str) -> list[JSON]:
    """The public tests: {"input", "output"}, or assertions where a function is called."""
    tests, name = _cases(row, "public_test_cases"), _function(row)
    if not name:
        return [{"input": test.text("input"), "output": test.text("output")} for test in tests]
    function = f"Solution().{name}" if "class Solution" in starter else name
    shown: list[JSON] = []
    for test in tests:
        arguments = ", ".join(repr(_json(test, line)) for line in test.text("input").split("\n"))
        shown.append(f"assert {function}({arguments}) == {_json(test, test.text('output'))!r}")
    return shown
