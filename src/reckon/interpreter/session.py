"""A live session: run code in it, fork it, close it.

A session's process is started by its first run, from the zygote that holds what the code imports. When a run
has to be killed, the session keeps its files and its next run begins with fresh variables, and says so.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING

from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.interpreter import homes, procfs
from reckon.interpreter.limits import Limits, check_timeout
from reckon.interpreter.nursery import Ended, Nursery
from reckon.interpreter.process import Ends, Process
from reckon.interpreter.reading import execution_of
from reckon.values import JSON, Execution

if TYPE_CHECKING:
    from reckon.interpreter.interpreter import AsyncInterpreter

_FORK_S = 60.0
_RESTARTED = "Variables and imports of earlier runs were lost: {}. Files are kept."


class AsyncSession:
    """Made by `AsyncInterpreter.session()` and by `fork()`; a context manager that closes itself."""

    def __init__(self, interpreter: "AsyncInterpreter", place: homes.Place | None = None) -> None:
        self._interpreter = interpreter
        self.place = place
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._nursery: Nursery | None = None
        self._lost = ""
        self._told = 0
        self.closed = False

    async def __aenter__(self) -> "AsyncSession":
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def pid(self) -> int:
        """Of its process; 0 where none is up."""
        return self._process.pid if self._process is not None and self._process.alive else 0

    @property
    def limits(self) -> Limits:
        return self._interpreter.limits

    async def run(self, code: str, *, timeout_s: float | None = None) -> Execution:
        """Run a program to its end or to `timeout_s` (wall clock; None: the limits' own).

        Its failure is data. Raises SessionLost where the fault is ours, UsageError on a closed session.
        """
        check_timeout(timeout_s)
        begun = time.perf_counter()
        async with self._lock, self._interpreter.slots:
            self._check_open()
            process = await self._living(code)
            note, self._lost = self._lost, ""
            queued_s = time.perf_counter() - begun
            execution = await self._run(process, code, timeout_s or self.limits.timeout_s)
            notes = " ".join(filter(None, (_RESTARTED.format(note) if note else "", execution.note)))
            return replace(execution, queue_s=queued_s, note=notes)

    async def fork(self) -> "AsyncSession":
        """A second session that goes on from here: variables, open files and working directory are copied.

        Raises UsageError where the program holds what cannot cross a fork (threads, shared memory).
        """
        async with self._lock:
            self._check_open()
            process = await self._living("")
            procfs.check_forkable(process.pid)
            assert self.place is not None
            fork = AsyncSession(self._interpreter, homes.make_fork_place(self.place))
            try:
                await self._fork_into(process, fork)
            except BaseException:
                await fork.close()
                raise
            fork._lost = self._lost
            self._interpreter.add(fork)
            return fork

    async def close(self) -> None:
        """End the session with everything it started, and remove its files. Safe to repeat."""
        if self.closed:
            return
        self.closed = True
        with contextlib.suppress(InfrastructureError):
            await self._end()
        await self._interpreter.remove(self)

    def _check_open(self) -> None:
        if self.closed:
            raise UsageError("this session is closed: open another")

    async def _living(self, code: str) -> Process:
        """The process, started if need be. Raises SessionLost if its zygote died under it."""
        if self._process is not None and not self._process.alive:
            await self._end()
            self._lost = self._lost or "the session's process had ended between two runs"
        if self._process is None:
            for attempt in (1, 2):
                try:
                    await self._start(await self._interpreter.nursery(code))
                    break
                except InfrastructureError:
                    if attempt == 2:
                        raise
        assert self._process is not None
        return self._process

    async def _start(self, nursery: Nursery) -> None:
        await nursery.report()
        if self.place is None:
            self.place = self._interpreter.new_place(nursery)
            self._interpreter.add(self)
        place = self.place
        process = await self._attach(nursery, lambda ends: nursery.open(place, self.limits, ends.theirs))
        try:
            ready = await process.answer()
        except asyncio.CancelledError:
            process.alive = False
            raise
        if ready is None:
            words = process.last_words()
            await self._end()
            raise InfrastructureError(f"the session's process could not start: {words}")

    async def _run(self, process: Process, code: str, timeout_s: float) -> Execution:
        token = secrets.token_hex(8)
        begun = time.perf_counter()
        try:
            reply = await process.ask({"code": code, "token": token, **self._allowance()}, timeout_s)
        except asyncio.CancelledError:
            process.alive = False
            self._lost = "the run before was cancelled"
            raise
        wall_s = time.perf_counter() - begun
        if reply is not None and reply.get("token") != token:
            process.kill("malformed")
            reply = None
        ended = await self._end() if reply is None else None
        if reply is not None and process.stopped is not None and self._nursery is not None:
            await self._nursery.clear(process.pid)
        execution = execution_of(process, reply, ended, self.limits, timeout_s)
        if ended is not None:
            self._lost = "the run before had to be ended" if process.stopped else "the run before crashed"
        return replace(execution, wall_s=wall_s)

    def _allowance(self, more: int = 0) -> dict[str, JSON]:
        """What to tell the process of its limit of processes, where that has changed."""
        count = self._interpreter.processes(self.place) if self.place is not None else None
        if count is None or count + more == self._told:
            return {}
        self._told = count + more
        return {"processes": self._told}

    async def _attach(self, nursery: Nursery, make: Callable[[Ends], Awaitable[tuple[int, int]]]) -> Process:
        """Make a channel, have a process put behind it, keep both."""
        ends = Ends.make()
        process = Process(ends, self.limits)
        try:
            process.attach(*await make(ends))
        except BaseException:
            process.release()
            raise
        finally:
            ends.close_theirs()
        self._process, self._nursery = process, nursery
        return process

    async def _fork_into(self, process: Process, fork: "AsyncSession") -> None:
        """Have `process` fork itself, and make the child the process of `fork`.

        The child holds still until the zygote knows it: see `worker._become`.
        """
        nursery, token = self._nursery, secrets.token_hex(8)
        assert nursery is not None
        assert fork.place is not None
        assert self.place is not None
        ends = Ends.make()
        child = Process(ends, self.limits)
        fork._process, fork._nursery = child, nursery
        try:
            request: dict[str, JSON] = {"fork": fork.place.path, "token": token}
            reply = await process.ask({**request, **self._allowance(1)}, _FORK_S, ends.theirs)
        finally:
            ends.close_theirs()
        pid = reply.get("pid") if reply is not None and reply.get("token") == token else None
        if reply is not None and "refused" in reply:
            raise UsageError(f"the session could not fork: {reply['refused']}; close some of its forks")
        if not isinstance(pid, int):
            raise SessionLost("the session ended while it forked")
        if await child.answer() is None:
            raise UsageError(f"the session's files could not be copied: {child.last_words()}")
        child.attach(*await nursery.adopt(pid))
        await child.tell({"go": True})
        if await child.answer() is None:
            raise SessionLost("the fork ended before it began")

    async def _end(self) -> Ended | None:
        """Have the process ended and reaped, if there is one. Raises SessionLost if its zygote is gone."""
        process, self._process, self._told = self._process, None, 0
        if process is None:
            return None
        try:
            if process.pid == 0 or self._nursery is None:
                return None
            return await self._nursery.end(process.pid)
        except SessionLost:
            self._lost = "a fault outside the program ended the session"
            raise
        finally:
            process.release()
