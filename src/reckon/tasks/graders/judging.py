"""Answers that only running them can judge: in an interpreter, outside of the program's reach."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol

from reckon.protocols import Task
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter


class Judging(Task, Protocol):
    """A task whose answers are programs: they run in an interpreter, and are judged outside it."""

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """`grade` in an interpreter that is open. Raises InfrastructureError for a fault of ours."""
        ...


def judge_alone(task: Judging, problem: Problem, answer: str) -> Grade:
    """The verdict on one answer, in an interpreter opened for it; in a thread, as a loop may run in this one.

    Whoever grades many opens one interpreter and calls `judge`.
    """
    from reckon.interpreter import AsyncInterpreter

    async def once() -> Grade:
        async with AsyncInterpreter(spares=0) as interpreter:
            return await task.judge(interpreter, problem, answer)

    return _in_a_thread(once())


def _in_a_thread(work: Coroutine[Any, Any, Grade]) -> Grade:
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(asyncio.run, work).result()
