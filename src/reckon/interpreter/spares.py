"""Sessions kept ready: started, confined and idle, so that opening one is a hand-over.

A spare is a whole session with a home, a user and a Landlock domain of its own; no program has run in it, and
it is handed over once. It costs what an idle session costs. Spares are made only for a zygote that has been
asked before, and end with it.
"""

import asyncio
from collections import deque
from typing import TYPE_CHECKING

from reckon.errors import InfrastructureError
from reckon.interpreter.nursery import Nursery

if TYPE_CHECKING:
    from reckon.interpreter.interpreter import AsyncInterpreter
    from reckon.interpreter.session import AsyncSession

# Making a spare takes a core and the zygote: not while the one just handed over is at its first run.
_LULL_S = 0.012


class Spares:
    """count: how many to keep of one zygote's."""

    def __init__(self, interpreter: "AsyncInterpreter", nursery: Nursery, count: int) -> None:
        self._interpreter = interpreter
        self._nursery = nursery
        self._count = count
        self._ready: deque[AsyncSession] = deque()
        self._filling: asyncio.Task[None] | None = None
        self._asked = self._short = False

    def take(self) -> "AsyncSession | None":
        """A living spare for the caller to keep, or None; others are made in the background."""
        found: AsyncSession | None = None
        dead: list[AsyncSession] = []
        while self._ready and found is None:
            spare = self._ready.popleft()
            if spare.pid:
                found = spare
            else:
                dead.append(spare)
        self._short = found is None
        if self._asked:
            self._refill(dead)
        self._asked = True
        return found

    async def fill(self) -> None:
        """Wait until the spares are there."""
        self._asked = True
        self._refill([], lull_s=0.0)
        if self._filling is not None:
            await self._filling

    async def close(self) -> None:
        """End them, and make no more."""
        self._count = 0
        if self._filling is not None:
            await self._filling
        while self._ready:
            await self._ready.popleft().close()

    def _refill(self, dead: "list[AsyncSession]", *, lull_s: float = _LULL_S) -> None:
        if (self._filling is None or self._filling.done()) and (dead or len(self._ready) < self._count):
            self._filling = asyncio.ensure_future(self._fill(dead, lull_s))

    async def _fill(self, dead: "list[AsyncSession]", lull_s: float) -> None:
        for spare in dead:
            await spare.close()
        await asyncio.sleep(lull_s)
        while len(self._ready) < self._count and not self._nursery.closed:
            spare = self._interpreter.session()
            try:
                # Where they are wanted faster than they can be made, nothing is done in advance.
                await spare.start(self._nursery, early=not self._short)
            except (InfrastructureError, OSError):  # whoever needs a session next is told why
                await spare.close()
                return
            self._ready.append(spare)
