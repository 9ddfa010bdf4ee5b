"""A live session: run code in it, fork it, look into it, close it.

A session's process is started by its first run, from the zygote that holds what the code imports. When a run
has to be killed, the session keeps its files and its next run begins with fresh variables, and says so.
"""

import asyncio
import contextlib
import secrets
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.interpreter import homes, procfs, workspace
from reckon.interpreter.arguments import check_data, check_run
from reckon.interpreter.forking import fork_into
from reckon.interpreter.hooks.answering import Bound, Observation, Observed, with_bound
from reckon.interpreter.hooks.ask import Answerer, Ask
from reckon.interpreter.limits import Limits
from reckon.interpreter.nursery import Ended, Nursery
from reckon.interpreter.process import Ends, OnCall, OnOutput, Process
from reckon.interpreter.profiling import run_profiled
from reckon.interpreter.reading import execution_of, variables_of
from reckon.interpreter.settings import NO_SETTINGS, Settings
from reckon.interpreter.told import FileInfo, Variable
from reckon.interpreter.tracing.trace import Trace
from reckon.interpreter.turns import Turn
from reckon.values import JSON, Execution

if TYPE_CHECKING:
    from reckon.interpreter.interpreter import AsyncInterpreter

_INSPECT_S = 10.0
_RESTARTED = "Variables and imports of earlier runs were lost: {}. Files are kept."


class AsyncSession:
    """Made by `AsyncInterpreter.session()` and by `fork()`; a context manager that closes itself."""

    def __init__(
        self,
        interpreter: "AsyncInterpreter",
        place: homes.Place | None = None,
        *,
        settings: Settings = NO_SETTINGS,
    ) -> None:
        self._interpreter = interpreter
        self.place = place
        self._settings, self._lock = settings, Turn(self)
        self._begun: asyncio.Event | None = None
        self._unasked: dict[str, JSON] = {}
        self._fed = False
        self._process: Process | None = None
        self._nursery: Nursery | None = None
        self._lost = ""
        self._told = 0
        self.bound: Mapping[str, Bound] = {}
        self.closed = False

    async def __aenter__(self) -> "AsyncSession":
        return self

    async def __aexit__(self, *raised: object) -> None:
        await self.close()

    @property
    def pid(self) -> int:
        """Of its process; 0 where none is up."""
        return self._process.pid if self._process is not None and self._process.alive else 0

    @property
    def limits(self) -> Limits:
        return self._interpreter.limits

    async def run(
        self,
        code: str,
        *,
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: OnOutput | None = None,
        trace: Trace | None = None,
        profile: bool = False,
        ask: Ask | Answerer | None = None,
    ) -> Execution:
        """Run a program to its end or to `timeout_s` (wall clock; None: the limits' own).

        stdin: what it reads there; None is nothing.  on_output: called with ("stdout" or "stderr", text) as
        the output comes; what it raises stops the program and is raised here.  trace, profile: fill in those
        fields of the Execution.  ask: answers for names that are not defined.
        Its failure is data. Raises SessionLost where the fault is ours, UsageError on a closed session.
        """
        if profile:
            if trace is not None or ask is not None:
                raise UsageError("profile: the program runs twice, so it goes with neither trace nor ask")
            return await run_profiled(self, code, timeout_s=timeout_s, stdin=stdin, on_output=on_output)
        observed = trace is not None or ask is not None or self.bound
        observation = Observation(self, code, trace, ask, bound=self.bound) if observed else None
        return await self.run_observed(
            code, observation, timeout_s=timeout_s, stdin=stdin, on_output=on_output
        )

    async def run_observed(
        self,
        code: str,
        observation: Observed | None,
        *,
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: OnOutput | None = None,
    ) -> Execution:
        """The same, with what is to be observed put together already."""
        check_run(code, timeout_s, stdin, on_output, self.limits)
        begun = time.perf_counter()
        async with self._lock, self._interpreter.slots:
            self._check_open()
            with self._interruptible() as begins:
                process = await self._living(code)
                note, self._lost = self._lost, ""
                queued_s = time.perf_counter() - begun
                request = {"code": code, **self._preparation(stdin)}
                begins.set()
                on_call = None
                if observation is not None:
                    request["mode"], on_call = observation.request, observation.answer
                allowed_s = timeout_s or self.limits.timeout_s
                execution = await self._run(process, request, allowed_s, queued_s, on_output, on_call)
            if observation is not None:
                execution = observation.finish(execution)
            if note:
                execution = replace(execution, note=f"{_RESTARTED.format(note)} {execution.note}".rstrip())
            return execution

    def bind(self, name: str, function: Callable[..., object], *, timeout_s: float | None = None) -> None:
        """Let programs call `name(…)` with literal values: `function` runs here, outside the jail.

        function: plain (in a thread) or async; what it raises is a RuntimeError there.  timeout_s: a run's.
        """
        self.bound = with_bound(self.bound, name, function, timeout_s)

    async def begin(self, code: str) -> None:
        """Have the process up that `code` will run in."""
        async with self._lock, self._interpreter.slots:
            self._check_open()
            await self._living(code)

    async def fork(self) -> "AsyncSession":
        """A second session that goes on from here: variables, open files and working directory are copied.

        Raises UsageError where the program holds what cannot cross a fork (threads, shared memory).
        """
        async with self._lock:
            self._check_open()
            process = await self._living("")
            procfs.check_forkable(process.pid)
            assert self.place is not None
            place = homes.make_fork_place(self.place)
            fork = AsyncSession(self._interpreter, place, settings=self._settings)
            try:
                await self._fork_into(process, fork)
            except BaseException:
                await fork.close()
                raise
            fork._lost, fork._fed, fork._unasked = self._lost, self._fed, dict(self._unasked)
            fork.bound = self.bound
            self._interpreter.add(fork)
            return fork

    async def put(self, path: str, data: bytes) -> None:
        """Make or replace a file of the working directory. Raises UsageError for a path that leads out."""
        workspace.check_path(path)
        check_data(data, self.limits)
        await asyncio.to_thread(workspace.write, await self._settled(), path, bytes(data))
        self._unasked["files"] = True

    async def get(self, path: str) -> bytes:
        """A file of the working directory. Raises UsageError where there is none, or its path leads out."""
        workspace.check_path(path)
        return await asyncio.to_thread(workspace.read, await self._settled(), path, self.limits.file_bytes)

    async def files(self) -> tuple[FileInfo, ...]:
        """The files of the working directory with their sizes, by path; the first 10,000."""
        return await asyncio.to_thread(workspace.files, await self._settled())

    async def reset(self, *, keep_files: bool = True) -> None:
        """Forget the variables, after the run that is going on; with keep_files=False the files as well."""
        async with self._lock:
            self._check_open()
            with contextlib.suppress(SessionLost):
                await self._end()
            self._lost = ""
            if self.place is not None and not keep_files:
                await asyncio.to_thread(homes.renew, self.place)

    async def interrupt(self) -> bool:
        """KeyboardInterrupt in the program that runs now, whose variables stay; False where none runs."""
        begun = self._begun
        if begun is None:
            return False
        await begun.wait()
        if self._process is not None:
            await self._process.interrupt()
        return True

    async def inspect(self) -> dict[str, Variable]:
        """Name to type and short value, told by a copy of the process in two seconds: no `repr` hurts it."""
        async with self._lock:
            self._check_open()
            process, token = await self._living(""), secrets.token_hex(8)
            reply = await process.ask({"inspect": True, "token": token}, _INSPECT_S, patient=True)
            if reply is None or reply.get("token") != token:
                await self._end()
                self._lost = "the session's process ended while it was inspected"
                return {}
            return variables_of(reply)

    async def close(self) -> None:
        """End the session with everything it started, and remove its files. Safe to repeat."""
        if self.closed:
            return
        self.closed = True
        try:
            with contextlib.suppress(InfrastructureError):
                await self._end()
        finally:  # also where it was cancelled
            await self._interpreter.remove(self)

    def _check_open(self) -> None:
        if self.closed:
            raise UsageError("this session is closed: open another")

    @contextlib.contextmanager
    def _interruptible(self) -> Iterator[asyncio.Event]:
        """An event to set once the run begins: `interrupt` waits for it."""
        self._begun = begins = asyncio.Event()
        try:
            yield begins
        finally:
            self._begun = None
            begins.set()

    def _preparation(self, stdin: str | None) -> dict[str, JSON]:
        """What a request asks for besides running its code."""
        asked, self._unasked = self._unasked, {}
        if stdin is not None or self._fed:
            self._fed = stdin is not None
            asked["stdin"] = stdin
        return asked

    async def _settled(self) -> homes.Place:
        """The session's place, made if it has none yet: files need no process."""
        self._check_open()
        if self.place is None:
            async with self._lock:
                nursery = await self._interpreter.nursery("")
                await nursery.report()
                self._settle(nursery)
        assert self.place is not None
        return self.place

    def _settle(self, nursery: Nursery) -> homes.Place:
        if self.place is None:
            self.place = self._interpreter.new_place(nursery)
            self._interpreter.add(self)
        return self.place

    async def _living(self, code: str) -> Process:
        """The process, started if need be. Raises SessionLost if its zygote died under it."""
        if self._process is not None and not self._process.alive:
            await self._end()
            self._lost = self._lost or "the session's process had ended between two runs"
        if self._process is None:
            for attempt in (1, 2):
                try:
                    nursery = await self._interpreter.nursery(code)
                    if not self._take_spare(nursery):
                        await self.start(nursery)
                    break
                except InfrastructureError:
                    if attempt == 2:
                        raise
            self._fed, self._unasked = False, self._settings.request()
        assert self._process is not None
        return self._process

    def _take_spare(self, nursery: Nursery) -> bool:
        """Become a session that was kept ready, if there is one."""
        spare = self._interpreter.spare(nursery) if self.place is None else None
        if spare is None:
            return False
        self.place, self._process, self._nursery = spare.place, spare._process, nursery
        spare.closed, spare.place, spare._process = True, None, None
        self._interpreter.replace(spare, self)
        return True

    async def start(self, nursery: Nursery, *, early: bool = False) -> None:
        """Have a process, `early` if nobody waits for it yet. Raises InfrastructureError."""
        self._interpreter.accept(await nursery.report())
        place = self._settle(nursery)
        process = await self._attach(
            nursery, lambda ends: nursery.open(place, self.limits, ends.theirs, early=early)
        )
        try:
            ready = await process.answer()
        except asyncio.CancelledError:
            process.alive = False
            raise
        if ready is None:
            words = process.last_words()
            await self._end()
            raise InfrastructureError(f"the session's process could not start: {words}")

    async def _run(
        self,
        process: Process,
        request: dict[str, JSON],
        timeout_s: float,
        queued_s: float,
        on_output: OnOutput | None,
        on_call: OnCall | None,
    ) -> Execution:
        token, place, nursery = secrets.token_hex(8), self.place, self._nursery
        assert place is not None
        assert nursery is not None
        begun = time.perf_counter()
        try:
            message = {**request, "token": token, **self._allowance()}
            with self._interpreter.watchdog.watch(process, place, nursery):
                reply = await process.ask(message, timeout_s, on_output=on_output, on_call=on_call)
        except asyncio.CancelledError:
            process.alive = False
            self._lost = "the run before was cancelled"
            raise
        if reply is None and self.closed:
            raise SessionLost("the session was closed while a program ran in it")
        wall_s = time.perf_counter() - begun - process.waited_s
        if reply is not None and reply.get("token") != token:
            process.kill("malformed")
            reply = None
        ended = await self._end() if reply is None else None
        stopped = process.stopped is not None or process.interrupted
        if reply is not None and stopped and self._nursery is not None:
            await self._nursery.clear(process.pid)
        execution = execution_of(process, reply, ended, self.limits, timeout_s, wall_s, queued_s)
        if note := nursery.note_of(process.pid):
            execution = replace(execution, note=f"{execution.note} {note}".lstrip())
        if ended is not None:
            self._lost = "the run before had to be ended" if process.stopped else "the run before crashed"
        if process.fault is not None:
            raise process.fault
        return execution

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
        """Have `process` fork itself, and make the child the process of `fork`."""
        assert self._nursery is not None
        assert fork.place is not None
        ends = Ends.make()
        child = Process(ends, self.limits)
        fork._process, fork._nursery = child, self._nursery
        request = {"fork": fork.place.path, **self._allowance(1)}
        await fork_into(process, child, ends, nursery=self._nursery, limits=self.limits, request=request)

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
