"""Runs that were made before are not made again: for sessions that are seeded, and so do the same each time.

    cache = ExecutionCache()
    async with AsyncInterpreter(seed=7) as interpreter, interpreter.session(cache=cache) as session: ...

The key of a run is its code, its input, every run and file before it in the session, and the environment:
versions, limits, seeds, clock. A session whose runs are all known has no process. At the first unknown one it
makes up for the known ones, and goes on from there. A run that was cut short, killed or interrupted, or that
was answered from outside, is not kept, and neither is what comes after it.

What a seed does not fix (os.urandom, the real clock unless it is frozen, addresses in a repr) is as it was in
the run that was kept.
"""

import asyncio
import hashlib
import sys
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache as once
from importlib.metadata import PackageNotFoundError, version
from types import TracebackType
from typing import TYPE_CHECKING, Self

from reckon.errors import SessionLost, UsageError
from reckon.interpreter.hooks.ask import Answerer, Ask
from reckon.interpreter.told import FileInfo, Variable
from reckon.interpreter.tracing.trace import Trace
from reckon.values import Execution

if TYPE_CHECKING:
    from reckon.interpreter.connection.session import RemoteSession
    from reckon.interpreter.process import OnOutput
    from reckon.interpreter.session import AsyncSession

_OVERHEAD_BYTES = 1_000


class ExecutionCache:
    """The newest runs, as many as fit into `most_bytes`. May be shared by sessions and interpreters."""

    def __init__(self, most_bytes: int = 256 << 20) -> None:
        if isinstance(most_bytes, bool) or not isinstance(most_bytes, int) or most_bytes < 1:
            raise UsageError(f"most_bytes: wanted a whole number of at least 1, got {most_bytes!r}")
        self._most_bytes = most_bytes
        self._kept: OrderedDict[bytes, Execution] = OrderedDict()
        self._bytes = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: bytes) -> Execution | None:
        found = self._kept.get(key)
        if found is None:
            self.misses += 1
        else:
            self.hits += 1
            self._kept.move_to_end(key)
        return found

    def keep(self, key: bytes, execution: Execution) -> None:
        self._bytes += _size(execution) - (_size(self._kept[key]) if key in self._kept else 0)
        self._kept[key] = execution
        while self._bytes > self._most_bytes:
            self._bytes -= _size(self._kept.popitem(last=False)[1])


@dataclass(frozen=True, slots=True)
class _Known:
    """A run that was not made in this session, since its result was known."""

    code: str
    stdin: str | None
    execution: Execution


class CachedSession:
    """A session whose runs are looked up first; the verbs are AsyncSession's.

    environment: whatever else its runs depend on.
    """

    def __init__(
        self, session: "AsyncSession | RemoteSession", cache: ExecutionCache, environment: str
    ) -> None:
        self._session = session
        self._cache = cache
        self._environment = environment
        self._key: bytes | None = _digest(None, environment)
        self._known: list[_Known] = []
        self._lock = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def closed(self) -> bool:
        return self._session.closed

    async def run(
        self,
        code: str,
        *,
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: "OnOutput | None" = None,
        trace: Trace | None = None,
        profile: bool = False,
        ask: Ask | Answerer | None = None,
    ) -> Execution:
        async with self._lock:
            plain = trace is None and ask is None and not profile
            key = _digest(self._key, "run", code, stdin) if self._key and plain else None
            found = self._cache.get(key) if key and not self.closed else None
            if found is not None:
                self._key = key
                self._known.append(_Known(code, stdin, found))
                for stream, text in (("stdout", found.stdout), ("stderr", found.stderr)):
                    if on_output is not None and text:
                        on_output("stdout" if stream == "stdout" else "stderr", text)
                return found
            await self._catch_up()
            self._key = None
            execution = await self._session.run(
                code,
                timeout_s=timeout_s,
                stdin=stdin,
                on_output=on_output,
                trace=trace,
                profile=profile,
                ask=ask,
            )
            if key is not None and execution.status in ("ok", "error") and not execution.note:
                self._key = key
                self._cache.keep(key, execution)
            return execution

    async def fork(self) -> "CachedSession":
        async with self._lock:
            await self._catch_up()
            fork = CachedSession(await self._session.fork(), self._cache, self._environment)
            fork._key = self._key
            return fork

    async def put(self, path: str, data: bytes) -> None:
        async with self._lock:
            await self._catch_up()
            await self._session.put(path, data)
            self._key = self._key and _digest(self._key, "put", path, hashlib.sha256(data).hexdigest())

    async def get(self, path: str) -> bytes:
        async with self._lock:
            await self._catch_up()
            return await self._session.get(path)

    async def files(self) -> tuple[FileInfo, ...]:
        async with self._lock:
            await self._catch_up()
            return await self._session.files()

    async def reset(self, *, keep_files: bool = True) -> None:
        async with self._lock:
            await self._catch_up()
            await self._session.reset(keep_files=keep_files)
            again = _digest(self._key, "reset") if self._key else None
            self._key = again if keep_files else _digest(None, self._environment)

    async def interrupt(self) -> bool:
        return await self._session.interrupt()

    async def inspect(self) -> dict[str, Variable]:
        async with self._lock:
            await self._catch_up()
            return await self._session.inspect()

    def bind(self, name: str, function: Callable[..., object], *, timeout_s: float | None = None) -> None:
        """As AsyncSession's. What a function outside answers is not known beforehand: no run is kept then."""
        self._key = None
        self._session.bind(name, function, timeout_s=timeout_s)

    async def close(self) -> None:
        await self._session.close()

    async def _catch_up(self) -> None:
        """Make the runs whose results were known. Raises SessionLost where one goes otherwise."""
        for known in self._known:
            timeout_s = max(self._session.limits.timeout_s, 10 * known.execution.wall_s)
            made = await self._session.run(known.code, stdin=known.stdin, timeout_s=timeout_s)
            if made.status != known.execution.status:
                raise SessionLost(f"a cached run went otherwise: {made.status}, not {known.execution.status}")
        self._known.clear()


def _digest(before: bytes | None, *parts: str | None) -> bytes:
    """A key from the one before it and what came since."""
    digest = hashlib.sha256(before or b"")
    for part in parts:
        data = b"-" if part is None else b"+" + part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.digest()


def _size(execution: Execution) -> int:
    texts = [execution.stdout, execution.stderr, execution.value or ""]
    texts += [data for shown in execution.displays for data in shown.data.values()]
    return _OVERHEAD_BYTES + sum(map(len, texts))


@once
def versions(modules: tuple[str, ...]) -> str:
    """Python's version and those of the modules, of what is installed."""
    found = [sys.version]
    for name in modules:
        try:
            found.append(f"{name} {version(name.partition('.')[0])}")
        except PackageNotFoundError:
            found.append(name)
    return "\n".join(found)
