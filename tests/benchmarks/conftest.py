"""An interpreter for all verdicts, the event loop that it lives on, and benchmarks of one row."""

import asyncio
import json

import pytest

from reckon.interpreter import AsyncInterpreter, Limits


@pytest.fixture(scope="package")
def judged():
    """judged(benchmark, problem, answer): the grade, by the benchmark's `judge` where it has one."""
    with asyncio.Runner() as runner:
        interpreter = AsyncInterpreter(Limits(timeout_s=30))
        runner.run(interpreter.__aenter__())

        def judge(benchmark, problem, answer):
            if hasattr(benchmark, "judge"):
                return runner.run(benchmark.judge(interpreter, problem, answer))
            return benchmark.grade(problem, answer)

        yield judge
        runner.run(interpreter.close())


@pytest.fixture
def one(tmp_path):
    """one(kind, row, **fields): a benchmark of one row, and its problem."""

    def make(kind, row, **fields):
        path = tmp_path / f"{len(list(tmp_path.iterdir()))}.jsonl"
        path.write_text(json.dumps(row) + "\n", "utf-8")
        benchmark = kind(str(path), **fields)
        return benchmark, benchmark.problems()[0]

    return make
