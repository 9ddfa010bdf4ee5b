"""AsyncInterpreter: owns the zygotes, the sessions and their directories, from `async with` to its end."""

import ast
import asyncio
import os
import re
import secrets
from importlib.util import find_spec
from types import TracebackType
from typing import Self

from reckon.errors import UsageError
from reckon.interpreter import homes
from reckon.interpreter.isolation import Isolation, isolation_of
from reckon.interpreter.limits import SCIENCE, Limits
from reckon.interpreter.nursery import Nursery
from reckon.interpreter.session import AsyncSession
from reckon.values import Execution

_SPARE_PLACES = 64
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class AsyncInterpreter:
    """async with AsyncInterpreter() as interpreter, interpreter.session() as session:
        execution = await session.run("1 + 1")

    preload: modules that the scientific zygote holds ready, those that are installed. A session whose first
        code imports one of them starts there; the others start from a bare zygote.
    concurrency: programs running at once; more wait, and their clocks start when their turn comes.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        preload: tuple[str, ...] = SCIENCE,
        concurrency: int | None = None,
    ) -> None:
        if concurrency is not None and (isinstance(concurrency, bool) or concurrency < 1):
            raise UsageError(f"concurrency: wanted at least 1, got {concurrency!r}")
        for name in preload:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise UsageError(f"preload: wanted names of modules, got {name!r}")
        self.limits = limits or Limits()
        self.preload = tuple(name for name in preload if _is_installed(name))
        self._concurrency = concurrency or max(8, 4 * (os.cpu_count() or 1))
        self._wanted = re.compile(r"\b(" + "|".join(map(re.escape, self.preload)) + r")\b")
        self._nurseries: dict[tuple[str, ...], Nursery] = {}
        self._families: dict[str, set[AsyncSession]] = {}
        self._closing: set[asyncio.Task[None]] = set()
        self._places: list[homes.Place] = []
        self.base = ""
        self.slots = asyncio.Semaphore(self._concurrency)

    async def __aenter__(self) -> Self:
        if self.base:
            raise UsageError("this interpreter is open already: make another")
        self.base = homes.make_base()
        self._start(())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def session(self) -> AsyncSession:
        """A new session: a context manager, usable at once. Its process starts with its first run."""
        self._check_open()
        return AsyncSession(self)

    async def open(self) -> AsyncSession:
        """A new session whose process is up; the caller closes it."""
        session = self.session()
        await session.run("")
        return session

    async def run(self, code: str, *, timeout_s: float | None = None) -> Execution:
        """Run one program in a session of its own."""
        async with self.session() as session:
            return await session.run(code, timeout_s=timeout_s)

    async def warm(self) -> None:
        """Wait until both zygotes are up; without it the scientific one starts when first asked for."""
        self._check_open()
        for preload in {(), self.preload}:
            await self._start(preload).report()

    async def isolation(self) -> Isolation:
        """What confines the sessions here."""
        self._check_open()
        return isolation_of(await self._start(()).report())

    async def close(self) -> None:
        """End every session and zygote, and remove their files. Safe to repeat."""
        if not self.base:
            return
        base, self.base = self.base, ""
        for session in [session for family in self._families.values() for session in family]:
            await session.close()
        for nursery in self._nurseries.values():
            await nursery.close()
        self._nurseries.clear()
        await asyncio.gather(*self._closing)
        await asyncio.to_thread(homes.remove, base)

    async def nursery(self, code: str) -> Nursery:
        """The zygote to start a session from, by what its code imports. Never waits for the larger one."""
        self._check_open()
        preload = self.preload if self._names_preloaded(code) else ()
        nursery = self._start(preload)
        return nursery if nursery.is_ready else self._start(())

    def new_place(self, nursery: Nursery) -> homes.Place:
        """A home for a new session, with a user of its own where there are any to give."""
        if self._places:
            return self._places.pop()
        users = nursery.users
        user = users[0] + secrets.randbelow(users[1] - users[0]) if users else None
        return homes.make_place(self.base, user)

    def add(self, session: AsyncSession) -> None:
        """Keep a session that has a place, with the family it shares a home with."""
        assert session.place is not None
        self._families.setdefault(session.place.family, set()).add(session)

    async def remove(self, session: AsyncSession) -> None:
        """Forget a closed session, with its files; the last of a family takes the family's home along."""
        place = session.place
        if place is None:
            return
        family = self._families.get(place.family, set())
        family.discard(session)
        if not family:
            self._families.pop(place.family, None)
        if not family and len(self._places) < _SPARE_PLACES and homes.is_as_new(place):
            self._places.append(place)
        elif not homes.is_empty(place.work if family else place.family):
            await asyncio.to_thread(homes.remove, place.work if family else place.family)

    def processes(self, place: homes.Place) -> int | None:
        """How many processes a family may have now, itself included; None where they are not counted."""
        family = self._families.get(place.family, set())
        return None if place.user is None else self.limits.processes + len(family)

    def _start(self, preload: tuple[str, ...]) -> Nursery:
        nursery = self._nurseries.get(preload)
        if nursery is not None and nursery.closed:
            task = asyncio.ensure_future(nursery.close())
            self._closing.add(task)
            task.add_done_callback(self._closing.discard)
        if nursery is None or nursery.closed:
            nursery = self._nurseries[preload] = Nursery(self.base, preload)
        return nursery

    def _names_preloaded(self, code: str) -> bool:
        """Whether an import statement of `code` names a preloaded module."""
        if not self.preload or not self._wanted.search(code):
            return False
        try:
            tree = ast.parse(code)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return False
        names: set[str] = set()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                names.add(node.module)
        return any(name.partition(".")[0] in self.preload for name in names)

    def _check_open(self) -> None:
        if not self.base:
            raise UsageError("the interpreter is not open: use it as a context manager")


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
