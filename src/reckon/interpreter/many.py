"""Many programs, each in a session of its own: drawn as there is room, told as they end."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable
from typing import TypeAlias

from reckon.errors import InfrastructureError
from reckon.values import Execution

RunOne: TypeAlias = Callable[[str], Awaitable[Execution]]


async def as_completed(
    run: RunOne, codes: Iterable[str], concurrency: int
) -> AsyncGenerator[tuple[int, Execution], None]:
    """(which program, its result). A fault of ours is tried again, then is a result: it spoils no other."""
    waiting: set[asyncio.Task[tuple[int, Execution]]] = set()
    try:
        for n, code in enumerate(codes):
            waiting.add(asyncio.ensure_future(_one_of_many(run, n, code)))
            if len(waiting) >= 2 * concurrency:
                done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    yield task.result()
        for ended in asyncio.as_completed(list(waiting)):
            yield await ended
    finally:
        for task in waiting:
            task.cancel()
        await asyncio.gather(*waiting, return_exceptions=True)


async def in_order(results: AsyncGenerator[tuple[int, Execution], None]) -> list[Execution]:
    found = {n: execution async for n, execution in results}
    return [found[n] for n in range(len(found))]


async def _one_of_many(run: RunOne, n: int, code: str) -> tuple[int, Execution]:
    try:
        return n, await run(code)
    except InfrastructureError:
        pass
    try:
        return n, await run(code)
    except InfrastructureError as fault:
        return n, Execution("infrastructure", note=f"{type(fault).__name__}: {fault}")
