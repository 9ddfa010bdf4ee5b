"""The synchronous face: the same interpreter on an event loop in a thread of its own."""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from reckon.errors import UsageError
from reckon.interpreter.caching import CachedSession, ExecutionCache
from reckon.interpreter.hooks.ask import Answerer, Ask
from reckon.interpreter.isolation import Isolation, Level, check_platform
from reckon.interpreter.language import Language
from reckon.interpreter.limits import SCIENCE, Limits
from reckon.interpreter.replaying import Replay
from reckon.interpreter.told import FileInfo, Variable
from reckon.interpreter.toolchains import LanguageInfo
from reckon.interpreter.tracing.trace import Trace
from reckon.values import Execution, Trajectory

if TYPE_CHECKING:  # the other half runs on Linux alone, and `connect` anywhere
    from reckon.interpreter.check import Case, Verdict
    from reckon.interpreter.connection.client import RemoteInterpreter
    from reckon.interpreter.connection.links import Where
    from reckon.interpreter.connection.session import RemoteSession
    from reckon.interpreter.process import OnOutput
    from reckon.interpreter.session import AsyncSession

T = TypeVar("T")


class _Loop:
    """A thread that runs an event loop until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._owner = os.getpid()
        self._ends = False
        self._thread = threading.Thread(target=self._serve, name="reckon-interpreter", daemon=True)
        self._thread.start()

    @property
    def is_ours(self) -> bool:
        """Whether this process made it. A fork of the host's has the object, and not the thread behind it."""
        return self._owner == os.getpid()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`; an interrupt of the caller cancels it."""
        if why := self._unusable():
            work.close()
            raise UsageError(why)
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._stop)
        self._thread.join()

    def _unusable(self) -> str:
        if not self.is_ours:
            return "the interpreter belongs to the process that forked this one: open another here"
        if self._loop.is_closed():
            return "the interpreter is closed: open another"
        if threading.current_thread() is self._thread:
            return "the interpreter waits for the function that called this: let it return first"
        return ""

    def _stop(self) -> None:
        self._ends = True
        self._loop.stop()

    def _serve(self) -> None:
        """Until `close`. A SystemExit ends the work that it came from, and not the loop."""
        while not self._ends:
            with contextlib.suppress(SystemExit, KeyboardInterrupt):
                self._loop.run_forever()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class Session:
    """A live session, see AsyncSession."""

    def __init__(self, loop: _Loop, session: "AsyncSession | RemoteSession | CachedSession") -> None:
        self._loop = loop
        self._session = session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(
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
        """As AsyncSession's; `on_output` is called in the interpreter's own thread."""
        work = self._session.run(
            code,
            timeout_s=timeout_s,
            stdin=stdin,
            on_output=on_output,
            trace=trace,
            profile=profile,
            ask=ask,
        )
        return self._loop.run(work)

    def bind(self, name: str, function: Callable[..., object], *, timeout_s: float | None = None) -> None:
        self._session.bind(name, function, timeout_s=timeout_s)

    def put(self, path: str, data: bytes) -> None:
        self._loop.run(self._session.put(path, data))

    def get(self, path: str) -> bytes:
        return self._loop.run(self._session.get(path))

    def files(self) -> tuple[FileInfo, ...]:
        return self._loop.run(self._session.files())

    def reset(self, *, keep_files: bool = True) -> None:
        self._loop.run(self._session.reset(keep_files=keep_files))

    def interrupt(self) -> bool:
        """From another thread than the one that runs the program."""
        return self._loop.run(self._session.interrupt())

    def inspect(self) -> dict[str, Variable]:
        return self._loop.run(self._session.inspect())

    def fork(self) -> "Session":
        async def fork() -> "AsyncSession | RemoteSession | CachedSession":
            return await self._session.fork()

        return Session(self._loop, self._loop.run(fork()))

    def close(self) -> None:
        if not self._session.closed and self._loop.is_ours:
            self._loop.run(self._session.close())


class Interpreter:
    """with Interpreter() as interpreter, interpreter.session() as session:
        execution = session.run("1 + 1")

    The arguments are those of AsyncInterpreter. Sessions may be used from any thread.
    """

    def __init__(
        self,
        limits: Limits | None = None,
        *,
        preload: tuple[str, ...] = SCIENCE,
        concurrency: int | None = None,
        seed: int | None = None,
        spares: int = 2,
        require: Level = "none",
        network: Sequence[str] = (),
    ) -> None:
        check_platform()
        from reckon.interpreter.interpreter import AsyncInterpreter

        self._inner: AsyncInterpreter | RemoteInterpreter = AsyncInterpreter(
            limits,
            preload=preload,
            concurrency=concurrency,
            seed=seed,
            spares=spares,
            require=require,
            network=network,
        )
        self._loop: _Loop | None = None

    @classmethod
    def connect(cls, where: "Where", *, token: str | None = None, require: Level = "none") -> Self:
        """The same verbs, done by an interpreter elsewhere, which keeps its own limits and network.

        where: "unix:PATH", "tcp://HOST:PORT", "container:IMAGE", or a link of connection/ such as Container.
        token: what the server wants to hear, from the environment's RECKON_TOKEN if None.
        """
        from reckon.interpreter.connection.client import RemoteInterpreter

        remote = cls.__new__(cls)
        remote._inner, remote._loop = RemoteInterpreter(where, token=token, require=require), None
        return remote

    def __enter__(self) -> Self:
        if self._loop is not None:
            raise UsageError("this interpreter is open already: make another")
        loop = _Loop()
        try:
            loop.run(self._inner.__aenter__())
        except BaseException:
            loop.close()
            raise
        self._loop = loop
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def isolation(self) -> Isolation:
        """What confines the sessions here."""
        return self._opened.run(self._inner.isolation())

    def session(
        self, *, seed: int | None = None, clock: float | None = None, cache: ExecutionCache | None = None
    ) -> Session:
        if cache is None:
            return Session(self._opened, self._inner.session(seed=seed, clock=clock))
        return Session(self._opened, self._inner.session(seed=seed, clock=clock, cache=cache))

    def run(
        self,
        code: str,
        *,
        language: str | Language = "python",
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: "OnOutput | None" = None,
    ) -> Execution:
        """Run one program in a session of its own; `on_output` is called in the interpreter's thread."""
        return self._opened.run(
            self._inner.run(code, language=language, timeout_s=timeout_s, stdin=stdin, on_output=on_output)
        )

    def languages(self) -> tuple[LanguageInfo, ...]:
        """Every language, and whether this machine has it."""
        return self._opened.run(self._inner.languages())

    def map(
        self, codes: Iterable[str], *, language: str | Language = "python", timeout_s: float | None = None
    ) -> list[Execution]:
        """Run many programs, each in a session of its own; the results in the order of the programs."""
        return self._opened.run(self._inner.map(codes, language=language, timeout_s=timeout_s))

    def as_completed(
        self, codes: Iterable[str], *, language: str | Language = "python", timeout_s: float | None = None
    ) -> Iterator[tuple[int, Execution]]:
        """The same, as they end: (which program, its result)."""
        results = self._inner.as_completed(codes, language=language, timeout_s=timeout_s)
        loop = self._opened
        try:
            while (result := loop.run(anext(results, None))) is not None:
                yield result
        finally:
            loop.run(results.aclose())

    def check(
        self,
        program: str,
        cases: "Iterable[Case]",
        *,
        language: str | Language = "python",
        timeout_s: float | None = None,
    ) -> "Verdict":
        """Whether a program passes its cases, compared where it cannot reach: see check.py."""
        return self._opened.run(self._inner.check(program, cases, language=language, timeout_s=timeout_s))

    def replay(
        self, trajectory: Trajectory, *, seed: int | None = None, clock: float | None = None
    ) -> Replay:
        """Run a trajectory's programs again in a fresh session, and say what differs."""
        return self._opened.run(self._inner.replay(trajectory, seed=seed, clock=clock))

    def warm(self) -> None:
        self._opened.run(self._inner.warm())

    def close(self) -> None:
        if self._loop is not None:
            loop, self._loop = self._loop, None
            if not loop.is_ours:
                return
            try:
                loop.run(self._inner.close())
            finally:
                loop.close()

    @property
    def _opened(self) -> _Loop:
        if self._loop is None:
            raise UsageError("the interpreter is not open: use it as a context manager")
        return self._loop
