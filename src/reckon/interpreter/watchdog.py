"""What the kernel does not sum for us: files in a working directory, and, without control groups, memory and
processes of a session. Sampled while a program runs, in a thread beside the event loop.

A directory is walked, by descriptors and without following links; what has no name any more is found
through the descriptors of the session's processes, where the host may look at them (as root). Memory is
counted as the kernel shares it out (PSS) where the host may ask, else as the sum of what the processes hold,
so that pages which they share count twice. Between two samples a program can write past the limit.
"""

import asyncio
import contextlib
import itertools
import os
import stat
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reckon.interpreter import paths, processes
from reckon.interpreter.homes import Place
from reckon.interpreter.limits import Limits
from reckon.interpreter.nursery import Nursery
from reckon.interpreter.process import Excess, Process

_EVERY_S = 0.1
_SHARE = 20  # a sample is followed by a pause of this many times the CPU time that it took
_DEPTH = 64  # of directories; each level holds a descriptor while it is walked
_DIRECTORY = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True, eq=False)
class Watched:
    process: Process
    place: Place
    nursery: Nursery


class Watchdog:
    """Stops the runs that go over the limits of their sessions."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._watched: set[Watched] = set()
        self._task: asyncio.Task[None] | None = None

    @contextlib.contextmanager
    def watch(self, process: Process, place: Place, nursery: Nursery) -> Iterator[None]:
        """While a program runs there."""
        watched = Watched(process, place, nursery)
        self._watched.add(watched)
        if self._task is None:
            self._task = asyncio.ensure_future(self._sample())
        try:
            yield
        finally:
            self._watched.discard(watched)

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _sample(self) -> None:
        pause_s, before = _EVERY_S, set[Watched]()
        try:
            while True:
                await asyncio.sleep(pause_s)
                if not self._watched:
                    return
                # A run is looked at from its second tick on: most are over by then.
                looked_at, before = before & self._watched, set(self._watched)
                found, took_s = await asyncio.to_thread(self._timed, looked_at) if looked_at else ({}, 0.0)
                pause_s = max(_EVERY_S, _SHARE * took_s)
                for watched, excess in found.items():
                    if watched in self._watched:
                        watched.process.exceed(excess)
        finally:
            self._task = None

    def _timed(self, watched: Iterable[Watched]) -> tuple[dict[Watched, Excess], float]:
        """What was found, and the CPU seconds of it: waiting for a core makes no pause longer."""
        begun = time.thread_time()
        return self._look(watched), time.thread_time() - begun

    def _look(self, watched: Iterable[Watched]) -> dict[Watched, Excess]:
        table, found = processes.table(), dict[Watched, Excess]()
        for one in watched:
            # What daemonises is inherited by the zygote.
            pids = [one.process.pid, *processes.below({one.process.pid}, one.nursery.pid, table)]
            if not one.nursery.counts("pids") and len(pids) > self._limits.processes:
                found[one] = "processes"
            elif not one.nursery.counts("memory") and _memory_bytes(pids) > self._limits.all_memory_bytes:
                found[one] = "memory"
            elif _is_full(one.place.work, pids, self._limits):
                found[one] = "disk"
        return found


def _memory_bytes(pids: Iterable[int]) -> int:
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError):
            total += _shared_out(pid) or _held(pid)
    return total


def _shared_out(pid: int) -> int:
    """PSS, or 0 where the kernel does not tell us."""
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            return next(int(line.split()[1]) << 10 for line in file if line.startswith(b"Pss_Anon:"))
    except (OSError, StopIteration):
        return 0


def _held(pid: int) -> int:
    with open(f"/proc/{pid}/statm", "rb") as file:
        _, resident, shared, *_ = map(int, file.read().split())
    return (resident - shared) * _PAGE


def _is_full(work: str, pids: Iterable[int], limits: Limits) -> bool:
    """Whether the files in `work`, and the nameless ones that `pids` hold open, are too large or too many."""
    size, count, seen = 0, 0, set[tuple[int, int]]()
    try:
        top = paths.open_place(work)
    except OSError:
        return False
    for status in itertools.chain(_walk(top), _nameless(pids)):
        if status is None:
            return True
        if (status.st_dev, status.st_ino) not in seen:
            seen.add((status.st_dev, status.st_ino))
            size += status.st_blocks * 512
            count += 1
            if size > limits.disk_bytes or count > limits.disk_files:
                return True
    return False


def _walk(here: int, depth: int = 0) -> Iterator[os.stat_result | None]:
    """What stands below a directory, whose descriptor is closed; None for what lies too deep to look at."""
    try:
        opened = os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=here)
    except OSError:
        return
    finally:
        os.close(here)
    try:
        with os.scandir(opened) as entries:
            for entry in entries:
                with contextlib.suppress(OSError):
                    yield entry.stat(follow_symlinks=False)
                    if entry.is_dir(follow_symlinks=False):
                        if depth == _DEPTH:
                            yield None
                        yield from _walk(os.open(entry.name, _DIRECTORY, dir_fd=opened), depth + 1)
    finally:
        os.close(opened)


def _nameless(pids: Iterable[int]) -> Iterator[os.stat_result | None]:
    """The deleted regular files that the processes hold open."""
    for pid in pids:
        with contextlib.suppress(OSError):
            for descriptor in os.listdir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    status = os.stat(f"/proc/{pid}/fd/{descriptor}")
                    if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                        yield status
