"""The host's half of other languages: sessions of the same jail, which run commands in the place of cells.

A workshop has zygotes of its own, started with the first program in another language: their sessions may also
read the toolchains found on this machine. All else is as for Python: user, namespaces, seccomp, Landlock,
control group, disk watch, clock, output, reaping. Memory alone is limited otherwise. Runtimes such as node
and Java reserve far more address space than they use, so a session's processes are limited together, to
`Limits.total_memory_bytes`, or `memory_bytes` where that is None: by a control group; without one, by the
limit of address space where the language bears it, and by the watchdog.
"""

import asyncio
import contextlib
import os
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import TracebackType
from typing import TYPE_CHECKING, Self

from reckon.errors import InfrastructureError, SessionLost
from reckon.interpreter import homes, processes, toolchains, workspace
from reckon.interpreter.language import BUILD, Command
from reckon.interpreter.limits import Limits
from reckon.interpreter.nurseries import Nurseries
from reckon.interpreter.nursery import Ended, Nursery
from reckon.interpreter.process import Ends, OnOutput, Process, Stop
from reckon.interpreter.watchdog import Watchdog
from reckon.values import JSON

if TYPE_CHECKING:
    from reckon.interpreter.interpreter import AsyncInterpreter

_ADDRESS_SPACE = 1 << 46  # as good as none: half of what x86-64 gives a process
# Sessions of an ordinary user share the kernel's count of processes with all else of that user. A program may
# add this many times its own limit, not more: a fork bomb that outruns the watchdog ends there.
_ROOM = 8


@dataclass(frozen=True, slots=True)
class Seen:
    """One command, seen from outside. wait: its wait(2) status, None where its parent was killed first.

    refused: why it could not be started.  stopped: what we did to it.  files: made or changed by it.
    note: what it was refused of the network.
    """

    stdout: str
    stderr: str
    truncated: bool
    stopped: Stop | None
    wait: int | None
    refused: str
    cpu_s: float
    peak_memory_bytes: int
    files: tuple[str, ...]
    wall_s: float
    timeout_s: float
    note: str = ""

    @property
    def ok(self) -> bool:
        return self.wait == 0 and self.stopped is None and not self.truncated


class Workshop:
    """The zygotes whose sessions may read toolchains, of one interpreter; begun when first asked for."""

    def __init__(self, interpreter: "AsyncInterpreter") -> None:
        self.interpreter = interpreter
        self.limits = _limits(interpreter.limits)
        self.watchdog = Watchdog(self.limits)
        self._reads: tuple[str, ...] = ()
        self._nurseries: dict[tuple[str, ...], Nurseries] = {}
        self._lock = asyncio.Lock()

    async def nursery(self, reads: Sequence[str]) -> Nursery:
        """A zygote that is warm, and whose sessions may read these paths. Raises InfrastructureError.

        One has all toolchains that were here when it began; a language of somebody's own may want another.
        """
        async with self._lock:
            self._reads = self._reads or await asyncio.to_thread(toolchains.readable)
            more = tuple(path for path in reads if path not in self._reads and ":" not in path)
            if more not in self._nurseries:
                self._nurseries[more] = Nurseries(
                    self.interpreter, spares=0, hash_seed=None, reads=(*self._reads, *more)
                )
        nursery = self._nurseries[more].get(())
        self.interpreter.accept(await nursery.report())
        return nursery

    async def close(self) -> None:
        closing = list(self._nurseries.values())
        self._nurseries.clear()
        for nurseries in closing:
            await nurseries.make_no_more()
            await nurseries.close()
        await self.watchdog.close()


class Bench:
    """async with Bench(workshop, reads) as bench: a process in the jail, a directory, commands one by one."""

    def __init__(self, workshop: Workshop, reads: Sequence[str]) -> None:
        self._workshop = workshop
        self._reads = tuple(reads)
        self._limits = workshop.limits
        self._opened: tuple[Process, Nursery, homes.Place] | None = None

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except InfrastructureError:
            await self._start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with contextlib.suppress(InfrastructureError):
            await self.end()

    @property
    def work(self) -> str:
        return self._parts[2].work

    @property
    def counts_memory(self) -> bool:
        """Whether a control group limits the memory of what runs here."""
        return self._parts[1].counts("memory")

    async def put(self, files: Mapping[str, bytes]) -> None:
        """Make files in the directory."""
        for path, data in files.items():
            await asyncio.to_thread(workspace.write, self._parts[2], path, data)

    async def get(self, folder: str, most_bytes: int) -> dict[str, bytes]:
        """The files below a folder. Raises UsageError where they are larger than `most_bytes` together."""
        place = self._parts[2]
        there = await asyncio.to_thread(workspace.files, place)
        found, left = dict[str, bytes](), most_bytes
        for file in there:
            if file.path.startswith(f"{folder}/"):
                found[file.path] = await asyncio.to_thread(workspace.read, place, file.path, left)
                left -= len(found[file.path])
        return found

    async def execute(
        self,
        command: Command,
        environment: Mapping[str, str],
        timeout_s: float,
        *,
        make: str = "",
        address_space: int | None = None,
        stdin: str | None = None,
        on_output: OnOutput | None = None,
    ) -> Seen:
        """Run a command to its end or to `timeout_s`, wall clock. Raises what `on_output` raised.

        make: a directory to make before.  address_space: bytes of it, of each process.
        """
        process, nursery, place = self._parts
        token = secrets.token_hex(8)
        message: dict[str, JSON] = {"command": list(command), "environment": dict(environment), "make": make}
        message |= {"address_space": address_space, "stdin": stdin, "token": token}
        if place.user is None and not nursery.counts("pids"):
            message["user_processes"] = _ROOM * self._limits.processes + await asyncio.to_thread(
                processes.of_user, os.geteuid()
            )
        begun = time.perf_counter()
        with self._workshop.watchdog.watch(process, place, nursery):
            reply = await process.ask(message, timeout_s, on_output=on_output)
        wall_s = time.perf_counter() - begun
        if reply is not None and reply.get("token") != token:
            process.kill("malformed")
            reply = None
        if process.fault is not None:
            raise process.fault
        seen = _seen(process, reply or {}, place, wall_s, timeout_s)
        return replace(seen, note=nursery.note_of(process.pid))

    async def clear(self) -> None:
        """Kill what the commands so far have left running."""
        process, nursery, _ = self._parts
        await nursery.clear(process.pid)

    async def end(self) -> Ended | None:
        """End the process with all that it started, remove the directory. Raises SessionLost."""
        if self._opened is None:
            return None
        (process, nursery, place), self._opened = self._parts, None
        try:
            return await nursery.end(process.pid) if process.pid else None
        finally:
            process.release()
            await asyncio.to_thread(homes.remove, place.path)

    async def _start(self) -> None:
        nursery = await self._workshop.nursery(self._reads)
        place = self._workshop.interpreter.new_place(nursery)
        ends = Ends.make()
        process = Process(ends, self._limits)
        self._opened = process, nursery, place
        try:
            process.attach(*await nursery.open(place, self._limits, ends.theirs))
            if await process.answer() is not None:
                return
            raise InfrastructureError(f"the session's process could not start: {process.last_words()}")
        except BaseException:
            with contextlib.suppress(SessionLost):
                await self.end()
            raise
        finally:
            ends.close_theirs()

    @property
    def _parts(self) -> tuple[Process, Nursery, homes.Place]:
        assert self._opened is not None
        return self._opened


def _limits(limits: Limits) -> Limits:
    """One process more, for that which starts the commands."""
    total = limits.total_memory_bytes or limits.memory_bytes
    processes = limits.processes + 1
    return replace(limits, memory_bytes=_ADDRESS_SPACE, total_memory_bytes=total, processes=processes)


def _seen(
    process: Process, reply: Mapping[str, JSON], place: homes.Place, wall_s: float, timeout_s: float
) -> Seen:
    wait, cpu_s, peak, files = (reply.get(name) for name in ("wait", "cpu_s", "peak", "files"))
    names = files if isinstance(files, list) else []
    # The directory's random name is in many messages of compilers and runtimes; a reader has no use for it.
    stderr = process.stderr.replace(f"{place.work}/", "").replace(f"{os.path.realpath(place.work)}/", "")
    return Seen(
        process.stdout,
        stderr,
        process.truncated,
        process.stopped,
        wait if isinstance(wait, int) else None,
        str(reply.get("refused", "")),
        float(cpu_s) if isinstance(cpu_s, int | float) else 0.0,
        peak if isinstance(peak, int) else 0,
        tuple(str(name) for name in names if not str(name).startswith(f"{BUILD}/")),
        wall_s,
        timeout_s,
    )
