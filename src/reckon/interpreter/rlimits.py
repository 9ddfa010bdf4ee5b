"""Resource limits: memory, file size, descriptors, processes. They count per process, but for processes."""

import os
import resource

from reckon.interpreter.limits import Limits

# A session and its forks have one user, and the kernel counts processes by user: the limit has to move with
# their number. A program can move it too, up to this many more.
FAMILY = 4096


def available() -> bool:
    return True


def address_space() -> int:
    """Bytes of address space of this process now: what the warm interpreter takes before the program does."""
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


def restrict(limits: Limits, *, base_bytes: int, crowd: int | None) -> None:
    """Limit the calling process and its children.

    base_bytes: address space already in use, on top of which memory_bytes are granted.
    crowd: the kernel counts processes by user; None where the session's is its own, else how many that user
    has besides. Then the limit is a wall far out, for a fork bomb that is faster than the watchdog.
    """
    _set(resource.RLIMIT_AS, base_bytes + limits.memory_bytes)
    _set(resource.RLIMIT_FSIZE, limits.file_bytes)
    _set(resource.RLIMIT_NOFILE, limits.open_files)
    _set(resource.RLIMIT_CORE, 0)
    _set(resource.RLIMIT_MEMLOCK, 0)
    _set(resource.RLIMIT_MSGQUEUE, 0)
    if crowd is not None:
        _set(resource.RLIMIT_NPROC, crowd + limits.processes + FAMILY)
    else:
        hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
        most = limits.processes + FAMILY
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(resource.RLIMIT_NPROC, (min(limits.processes, most), most))


def allow_processes(count: int) -> None:
    """Move the calling process's limit of processes, as far as it goes: its family has grown or shrunk."""
    hard = resource.getrlimit(resource.RLIMIT_NPROC)[1]
    resource.setrlimit(resource.RLIMIT_NPROC, (min(count, hard), hard))


def _set(which: int, value: int) -> None:
    """Never above the hard limit that is already there."""
    hard = resource.getrlimit(which)[1]
    value = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(which, (value, value))
