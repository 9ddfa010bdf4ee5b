"""An interpreter for answers that are programs."""

import asyncio

import pytest

from reckon.interpreter import AsyncInterpreter


@pytest.fixture(scope="package")
def judged():
    """judged(task, problem, answer): the grade that the task's `judge` gives."""
    with asyncio.Runner() as runner:
        interpreter = AsyncInterpreter()
        runner.run(interpreter.__aenter__())
        yield lambda task, problem, answer: runner.run(task.judge(interpreter, problem, answer))
        runner.run(interpreter.close())
