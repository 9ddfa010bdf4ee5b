"""Several branches at once, owned: none goes on after the reasoner that began it has ended."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from reckon.errors import BudgetSpent

T = TypeVar("T")


async def together(works: Iterable[Coroutine[Any, Any, T]]) -> list[T]:
    """What each gives, in order. The first that raises ends the others, and its exception is raised.

    asyncio.gather would leave the others running, in sessions that are closed by then.
    """
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(work) for work in works]
    except BaseExceptionGroup as raised:
        raise raised.exceptions[0] from None
    return [task.result() for task in tasks]


async def within_budget(works: Iterable[Coroutine[Any, Any, T]]) -> list[T | None]:
    """`together`, but a spent budget ends only the branch that meets it, which gives None."""

    async def held(work: Coroutine[Any, Any, T]) -> T | None:
        try:
            return await work
        except BudgetSpent:
            return None

    return await together(held(work) for work in works)
