"""Answers that only running them can judge: in an interpreter, outside of the program's reach."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, cast

from reckon.protocols import Task
from reckon.values import Answer, Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter


class Judging(Task, Protocol):
    """A task whose answers are programs: they run in an interpreter, and are judged outside it."""

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """`grade` in an interpreter that is open. Raises InfrastructureError for a fault of ours."""
        ...


async def graded(task: Task, problem: Problem, answer: Answer, court: "AsyncInterpreter | None") -> Grade:
    """The grade of a finished answer, 0 for none; a program's is judged in `court`, where there is one.

    Raises InfrastructureError for a fault of ours.
    """
    if answer.text is None:
        return Grade(0.0, answer.reason or "no answer")
    if court is not None and hasattr(task, "judge"):
        return await cast(Judging, task).judge(court, problem, answer.text)
    return task.grade(problem, answer.text)


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
