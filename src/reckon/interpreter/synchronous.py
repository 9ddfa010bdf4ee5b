"""The synchronous face: the same interpreter on an event loop in a thread of its own."""

import asyncio
import threading
from collections.abc import Coroutine
from types import TracebackType
from typing import Any, Self, TypeVar

from reckon.errors import UsageError
from reckon.interpreter.interpreter import AsyncInterpreter
from reckon.interpreter.isolation import Isolation
from reckon.interpreter.limits import SCIENCE, Limits
from reckon.interpreter.session import AsyncSession
from reckon.values import Execution

T = TypeVar("T")


class _Loop:
    """A thread that runs an event loop until it is closed."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="reckon-interpreter", daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of `work`; an interrupt of the caller cancels it and waits until it has let go."""
        if self._loop.is_closed():
            work.close()
            raise UsageError("the interpreter is closed: open another")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()


class Session:
    """A live session, see AsyncSession."""

    def __init__(self, loop: _Loop, session: AsyncSession) -> None:
        self._loop = loop
        self._session = session

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def run(self, code: str, *, timeout_s: float | None = None) -> Execution:
        return self._loop.run(self._session.run(code, timeout_s=timeout_s))

    def fork(self) -> "Session":
        return Session(self._loop, self._loop.run(self._session.fork()))

    def close(self) -> None:
        if not self._session.closed:
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
    ) -> None:
        self._inner = AsyncInterpreter(limits, preload=preload, concurrency=concurrency)
        self._loop: _Loop | None = None

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

    def session(self) -> Session:
        return Session(self._opened, self._inner.session())

    def run(self, code: str, *, timeout_s: float | None = None) -> Execution:
        """Run one program in a session of its own."""
        return self._opened.run(self._inner.run(code, timeout_s=timeout_s))

    def warm(self) -> None:
        self._opened.run(self._inner.warm())

    def close(self) -> None:
        if self._loop is not None:
            loop, self._loop = self._loop, None
            try:
                loop.run(self._inner.close())
            finally:
                loop.close()

    @property
    def _opened(self) -> _Loop:
        if self._loop is None:
            raise UsageError("the interpreter is not open: use it as a context manager")
        return self._loop
