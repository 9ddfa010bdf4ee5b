"""The zygotes of an interpreter: one for each set of preloaded modules, replaced when it dies or is worn.

A zygote that has made many sessions is worn: nothing that a library has kept growing in it, and no secret of
its address space, should live as long as a server does. Its successor warms up beside it, and takes over when
it is ready; the sessions of the old one live on in it, and it ends with the last of them.
"""

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING

from reckon.interpreter.nursery import Nursery
from reckon.interpreter.spares import Spares

if TYPE_CHECKING:
    from reckon.interpreter.interpreter import AsyncInterpreter
    from reckon.interpreter.session import AsyncSession

WORN_AFTER = 20_000


class Nurseries:
    """spares: how many sessions to keep ready in each.  reads: what they may read, see Nursery."""

    def __init__(
        self,
        interpreter: "AsyncInterpreter",
        *,
        spares: int,
        hash_seed: int | None,
        reads: tuple[str, ...] = (),
    ) -> None:
        self._reads = reads
        self._interpreter = interpreter
        self._count = spares
        self._hash_seed = hash_seed
        self._current: dict[tuple[str, ...], Nursery] = {}
        self._next: dict[tuple[str, ...], Nursery] = {}
        self._retired: set[Nursery] = set()
        self._spares: dict[Nursery, Spares] = {}
        self._closing: set[asyncio.Task[None]] = set()

    def get(self, preload: tuple[str, ...]) -> Nursery:
        """The zygote for these modules, begun if there is none."""
        nursery = self._current.get(preload)
        if nursery is None:
            nursery = self._current[preload] = self._begin(preload)
        elif nursery.closed or nursery.opened >= WORN_AFTER:
            nursery = self._succeeded(preload, nursery)
        for old in [old for old in self._retired if old.closed or not old.living]:
            self._retired.discard(old)
            self._later(old.close())
        return nursery

    def spare(self, nursery: Nursery) -> "AsyncSession | None":
        """A session of that zygote that is ready, if there is one."""
        return self._spares[nursery].take() if nursery in self._spares else None

    async def fill(self, preload: tuple[str, ...]) -> None:
        """Wait until that zygote is up, with its spares."""
        nursery = self.get(preload)
        await nursery.report()
        await self._spares[nursery].fill()

    async def make_no_more(self) -> None:
        for spares in list(self._spares.values()):
            await spares.close()
        self._spares.clear()

    async def close(self) -> None:
        for nursery in [*self._current.values(), *self._next.values(), *self._retired]:
            await nursery.close()
        await asyncio.gather(*self._closing)

    def _begin(self, preload: tuple[str, ...]) -> Nursery:
        nursery = Nursery(
            self._interpreter.base,
            preload,
            hash_seed=self._hash_seed,
            reads=self._reads,
            network=self._interpreter.network,
        )
        self._spares[nursery] = Spares(self._interpreter, nursery, self._count)
        return nursery

    def _succeeded(self, preload: tuple[str, ...], old: Nursery) -> Nursery:
        """The successor of a dead or worn zygote; a worn one itself until that is ready."""
        heir = self._next.pop(preload, None)
        if heir is None or heir.closed:
            heir = self._begin(preload)
        if not old.closed and not heir.is_ready:
            self._next[preload] = heir
            return old
        self._current[preload] = heir
        self._retired.add(old)
        self._later(self._spares.pop(old).close())
        return heir

    def _later(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)
