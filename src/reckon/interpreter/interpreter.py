"""AsyncInterpreter: owns the zygotes, the sessions and their directories, from `async with` to its end."""

import ast
import asyncio
import os
import re
import secrets
from collections.abc import AsyncGenerator, Iterable, Mapping, Sequence
from functools import partial
from importlib.util import find_spec
from types import TracebackType
from typing import TYPE_CHECKING, Self, overload

from reckon.errors import UsageError
from reckon.interpreter import homes, languages, many, programs, toolchains
from reckon.interpreter.arguments import check_code
from reckon.interpreter.caching import CachedSession, ExecutionCache, versions
from reckon.interpreter.check import Case, Verdict, check
from reckon.interpreter.isolation import Isolation, Level, check_level, check_platform, isolation_of
from reckon.interpreter.isolation import require as require_level
from reckon.interpreter.language import Language
from reckon.interpreter.limits import SCIENCE, Limits, check_timeout
from reckon.interpreter.network.network import PROOF, PROOF_S, Network
from reckon.interpreter.nurseries import Nurseries
from reckon.interpreter.nursery import Nursery
from reckon.interpreter.process import OnOutput
from reckon.interpreter.replaying import Replay, replay_in
from reckon.interpreter.session import AsyncSession
from reckon.interpreter.settings import Settings
from reckon.interpreter.turns import Slots
from reckon.interpreter.watchdog import Watchdog
from reckon.interpreter.workshop import Workshop
from reckon.values import JSON, Execution, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter.connection.client import RemoteInterpreter
    from reckon.interpreter.connection.links import Where

_SPARE_PLACES = 64
_HASH_SEEDS = 1 << 32
_NAME = re.compile(r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*")


class AsyncInterpreter:
    """async with AsyncInterpreter() as interpreter, interpreter.session() as session:
        execution = await session.run("1 + 1")

    preload: modules that the scientific zygote holds ready, those that are installed. A session whose first
        code imports one of them starts there; the others start from a bare zygote.
    concurrency: programs running at once; more wait, and their clocks start when their turn comes.
    seed: of every session's random numbers, and of the hash of strings, which a session's own does not set.
    require: "standard" or "strict" refuse to run where less confines the programs, see `Isolation.level`.
    spares: sessions that each zygote in use keeps ready, so that opening one does not wait for a process.
    network: places such as "api.example.org:443" that programs may connect to, see network/; no others.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        preload: tuple[str, ...] = SCIENCE,
        concurrency: int | None = None,
        spares: int = 2,
        require: Level = "none",
        seed: int | None = None,
        network: Sequence[str] = (),
    ) -> None:
        check_platform()
        if limits is not None and not isinstance(limits, Limits):
            raise UsageError(f"limits: wanted Limits, such as Limits(timeout_s=5), got {limits!r:.80}")
        if concurrency is not None and (type(concurrency) is not int or concurrency < 1):
            raise UsageError(f"concurrency: wanted a whole number of at least 1, got {concurrency!r}")
        if isinstance(spares, bool) or not isinstance(spares, int) or spares < 0:
            raise UsageError(f"spares: wanted a whole number of at least 0, got {spares!r}")
        check_level(require)
        if isinstance(preload, str) or not isinstance(preload, Sequence):
            raise UsageError(f"preload: wanted names of modules, such as ('numpy',), got {preload!r}")
        for name in preload:
            if not isinstance(name, str) or not _NAME.fullmatch(name):
                raise UsageError(f"preload: wanted names of modules, got {name!r}")
        self.limits = limits or Limits()
        self.seed = Settings(seed).seed
        self.preload = tuple(name for name in preload if _is_installed(name))
        self.concurrency = concurrency or max(8, 4 * (os.cpu_count() or 1))
        self._wanted = re.compile(r"\b(" + "|".join(map(re.escape, self.preload)) + r")\b")
        hash_seed = None if self.seed is None else self.seed % _HASH_SEEDS
        self._nurseries = Nurseries(self, spares=spares, hash_seed=hash_seed)
        self._level = require
        self.network = Network.of(network)
        self._families: dict[str, set[AsyncSession]] = {}
        self.watchdog = Watchdog(self.limits)
        self._workshop = Workshop(self)
        self._places: list[homes.Place] = []
        self.base, self._held = "", -1
        self._slots = Slots(self.concurrency)

    @staticmethod
    def connect(where: "Where", *, token: str | None = None, require: Level = "none") -> "RemoteInterpreter":
        """The same verbs, done by an interpreter elsewhere: see connection/client.py."""
        from reckon.interpreter.connection.client import RemoteInterpreter

        return RemoteInterpreter(where, token=token, require=require)

    async def __aenter__(self) -> Self:
        if self._held >= 0:
            raise UsageError("this interpreter is open, or was: make another")
        self.base, self._held = homes.make_base()
        try:
            await self._begin()
        except BaseException:
            await self.close()
            raise
        return self

    async def _begin(self) -> None:
        """Start the first zygote. Raises UsageError where it cannot do what is required or asked for."""
        if self.network is not None:
            await self.network.names.open()
        nursery = self._nurseries.get(())
        await asyncio.to_thread(homes.sweep)
        if self._level != "none":
            self.accept(await nursery.report())
        if self.network is not None:
            async with self.session() as session:
                proof = await session.run(PROOF, timeout_s=PROOF_S)
            if proof.status != "ok":
                raise self.network.fault_of(nursery.fault, proof.output)

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def accept(self, report: Mapping[str, JSON]) -> None:
        """Raise UsageError where a zygote confines its sessions less than was required, or cannot connect."""
        if self._level != "none":
            require_level(self._level, report)
        if self.network is not None:
            self.network.check(report)

    @overload
    def session(self, *, seed: int | None = None, clock: float | None = None) -> AsyncSession: ...
    @overload
    def session(
        self, *, seed: int | None = None, clock: float | None = None, cache: ExecutionCache
    ) -> CachedSession: ...
    def session(
        self, *, seed: int | None = None, clock: float | None = None, cache: ExecutionCache | None = None
    ) -> AsyncSession | CachedSession:
        """A new session: a context manager, usable at once. Its process starts with its first run.

        seed: of its random numbers, the interpreter's own if None.  clock: seconds since the epoch at which
        `time` and `datetime` stand still in it.  cache: where to look for its runs first; this wants an
        interpreter with a seed.
        """
        self._check_open()
        settings = Settings(self.seed if seed is None else seed, clock)
        session = AsyncSession(self, settings=settings)
        if cache is None:
            return session
        if self.seed is None:
            raise UsageError("cache: wanted an interpreter with a seed, as in Interpreter(seed=0)")
        if self.network is not None:
            raise UsageError(
                "cache: what the network answers is not kept: wanted an interpreter without network"
            )
        environment = repr((versions(self.preload), self.preload, self.limits, self.seed, settings))
        return CachedSession(session, cache, environment)

    async def open(self) -> AsyncSession:
        """A new session whose process is up; the caller closes it."""
        session = self.session()
        await session.run("")
        return session

    async def run(
        self,
        code: str,
        *,
        language: str | Language = "python",
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: OnOutput | None = None,
    ) -> Execution:
        """Run one program in a session of its own.

        language: a name or alias of languages/, see `languages`. Raises UsageError where it is not here.
        """
        if not languages.is_python(language):
            return await self._program(code, language).run(timeout_s, stdin, on_output)
        async with self.session() as session:
            return await session.run(code, timeout_s=timeout_s, stdin=stdin, on_output=on_output)

    async def languages(self) -> tuple[toolchains.LanguageInfo, ...]:
        """Every language, and whether this machine has it; each that is here is asked for its version."""
        known = [languages.find(name) for name in languages.names()]
        found = [asyncio.to_thread(toolchains.describe, language) for language in known]
        return toolchains.python(), *await asyncio.gather(*found)

    def _program(self, code: str, language: str | Language) -> programs.Program:
        self._check_open()
        return programs.program(self._workshop, languages.find(language), code)

    async def map(
        self, codes: Iterable[str], *, language: str | Language = "python", timeout_s: float | None = None
    ) -> list[Execution]:
        """Run many programs, each in a session of its own; the results in the order of the programs.

        A fault of ours is tried again, and then is a result of status "infrastructure": it spoils no other.
        """
        return await many.in_order(self.as_completed(codes, language=language, timeout_s=timeout_s))

    def as_completed(
        self, codes: Iterable[str], *, language: str | Language = "python", timeout_s: float | None = None
    ) -> AsyncGenerator[tuple[int, Execution], None]:
        """The same, as they end: (which program, its result). The programs are drawn as there is room."""
        check_timeout(timeout_s)
        self._check_open()
        run = partial(self.run, language=language, timeout_s=timeout_s)
        return many.as_completed(run, codes, self.concurrency)

    async def check(
        self,
        program: str,
        cases: Iterable[Case],
        *,
        language: str | Language = "python",
        timeout_s: float | None = None,
    ) -> Verdict:
        """Whether a program passes its cases, compared where it cannot reach: see check.py.

        In another language than Python the cases are of Stdio; what is compiled is compiled once for all.
        """
        self._check_open()
        check_code(program)
        if languages.is_python(language):
            return await check(self, program, cases, timeout_s=timeout_s)
        return await check(self, self._program(program, language), cases, timeout_s=timeout_s)

    async def replay(
        self, trajectory: Trajectory, *, seed: int | None = None, clock: float | None = None
    ) -> Replay:
        """Run a trajectory's programs again in a fresh session, and say what differs: see replaying.py."""
        async with self.session(seed=seed, clock=clock) as session:
            return await replay_in(session, trajectory, self.run)

    async def warm(self) -> None:
        """Wait until both zygotes are up; without it the scientific one starts when first asked for."""
        self._check_open()
        for preload in {(), self.preload}:
            await self._nurseries.fill(preload)

    async def isolation(self) -> Isolation:
        """What confines the sessions here."""
        self._check_open()
        entries = self.network.allowed.entries if self.network is not None else ()
        return isolation_of(await self._nurseries.get(()).report(), entries)

    async def close(self) -> None:
        """End every session and zygote, and remove their files. Safe to repeat."""
        if not self.base:
            return
        await self._nurseries.make_no_more()
        base, self.base = self.base, ""
        living = [session for family in self._families.values() for session in family]
        await asyncio.gather(*(session.close() for session in living))
        await self._nurseries.close()
        await self._workshop.close()
        await self.watchdog.close()
        if self.network is not None:
            await self.network.names.close()
        await asyncio.to_thread(homes.remove, base)
        os.close(self._held)

    async def nursery(self, code: str) -> Nursery:
        """The zygote to start a session from, by what its code imports. Never waits for the larger one."""
        self._check_open()
        preload = self.preload if self._names_preloaded(code) else ()
        nursery = self._nurseries.get(preload)
        return nursery if nursery.is_ready else self._nurseries.get(())

    def new_place(self, nursery: Nursery) -> homes.Place:
        """A home for a new session, with a user of its own where there are any to give."""
        if self._places:
            return self._places.pop()
        users = nursery.users
        user = users[0] + secrets.randbelow(users[1] - users[0]) if users else None
        return homes.make_place(self.base, user)

    def spare(self, nursery: Nursery) -> AsyncSession | None:
        """A session of that zygote that is ready, if there is one."""
        return self._nurseries.spare(nursery)

    def replace(self, spare: AsyncSession, session: AsyncSession) -> None:
        """Keep a session where a spare was."""
        assert session.place is not None
        self._families[session.place.family].discard(spare)
        self.add(session)

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

    @property
    def slots(self) -> asyncio.Semaphore:
        """What a program holds while it runs."""
        return self._slots.here

    def processes(self, place: homes.Place) -> int | None:
        """How many processes a family may have now, itself included; None where they are not counted."""
        family = self._families.get(place.family, set())
        return None if place.user is None else self.limits.processes + len(family)

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
