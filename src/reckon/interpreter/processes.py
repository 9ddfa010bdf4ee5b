"""The tree of processes, and how to kill a part of it that does not want to be killed.

A fork bomb makes new processes while the old ones are killed, so each process seen is first forbidden to
fork (a process limit of zero, which its children inherit) and stopped, and all are killed after that: only
what is yet unseen can fork, and while the stopped ones fill the limit not even that.
"""

import contextlib
import errno
import os
import resource
import signal
from typing import TypeAlias

# pid: (parent, kernel session, dead and waiting to be reaped)
Table: TypeAlias = dict[int, tuple[int, int, bool]]


def children(pid: int) -> set[int]:
    """The direct children of a single-threaded process, by the kernel's list where it keeps one."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return {int(child) for child in file.read().split()}
    except OSError as error:
        if error.errno not in (errno.ENOENT, errno.EACCES):
            raise
    return {child for child, (parent, _, _) in table().items() if parent == pid}


def below(roots: set[int], adopter: int, seen: Table | None = None) -> list[int]:
    """The living descendants of `roots`, and those of their kernel sessions that `adopter` has inherited."""
    seen = table() if seen is None else seen
    found, grown = set(roots), True
    while grown:
        new = {
            pid
            for pid, (parent, session, _) in seen.items()
            if parent in found or (parent == adopter and session in found)
        }
        grown = not new <= found
        found |= new
    return [pid for pid in found - roots if not seen[pid][2]]


def kill(pids: list[int]) -> None:
    for pid in pids:
        with contextlib.suppress(OSError):
            resource.prlimit(pid, resource.RLIMIT_NPROC, (0, 0))
            os.kill(pid, signal.SIGSTOP)
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def table() -> Table:
    """Every process that can be seen."""
    found = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
                state, parent, _, session = file.read().rpartition(b")")[2].split()[:4]
                found[int(name)] = (int(parent), int(session), state in (b"Z", b"X"))
    return found


def of_user(user: int) -> int:
    """How many threads, of the processes that can be seen, belong to a user: what RLIMIT_NPROC counts."""
    count = 0
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError), open(f"/proc/{name}/status", "rb") as file:
                fields = dict(line.split(b":", 1) for line in file if line.startswith((b"Uid:", b"Threads:")))
                if int(fields[b"Uid"].split()[0]) == user:
                    count += int(fields[b"Threads"])
    return count
