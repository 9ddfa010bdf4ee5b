"""What of a session is still on the host: processes, files, mounts, shared memory, names of sockets."""

import contextlib
import os
import time
from dataclasses import dataclass

_PATIENCE_S = 1.0
_OPEN_FOLDERS = ("/tmp", "/var/tmp", "/dev/shm", "/run", "/dev/mqueue")


@dataclass(frozen=True, slots=True)
class Census:
    """base: the folder of the interpreter's sessions.  mark: in every name that an attack plants.
    key: of the System V objects that an attack makes.
    Taken before the first attack: it is what should be found after each.
    """

    base: str
    mark: str
    key: int
    processes: frozenset[int]
    homes: frozenset[str]
    mounts: tuple[str, ...]
    descriptors: int
    parents_descriptors: int

    @staticmethod
    def take(base: str, mark: str, key: int) -> "Census":
        return Census(
            base,
            mark,
            key,
            frozenset(_processes(base)),
            frozenset(_homes(base)),
            _mounts(base, mark),
            _descriptors(os.getpid()),
            sum(map(_descriptors, _children(os.getpid(), base))),
        )

    def left_over(self) -> list[str]:
        """What there is now and was not then, in words; what goes away within a second is not counted."""
        end = time.monotonic() + _PATIENCE_S
        while (found := self._found()) and time.monotonic() < end:
            time.sleep(0.02)
        return found

    def _found(self) -> list[str]:
        now = Census.take(self.base, self.mark, self.key)
        found = [f"process {pid} was left" for pid in sorted(now.processes - self.processes)]
        found += [f"process {pid} of ours is gone" for pid in sorted(self.processes - now.processes)]
        found += [f"a folder was left: {name}" for name in sorted(now.homes - self.homes)]
        found += [f"a mount was left: {line}" for line in now.mounts if line not in self.mounts]
        found += [f"a file was left: {path}" for path in _marked_files(self.mark)]
        found += _marked_objects(self.mark, self.key)
        if now.descriptors > self.descriptors:
            found.append(f"the host has {now.descriptors - self.descriptors} more descriptors")
        if now.parents_descriptors > self.parents_descriptors:
            found.append(
                f"zygotes have {now.parents_descriptors - self.parents_descriptors} more descriptors"
            )
        return found


def zygotes(base: str) -> list[int]:
    """The interpreter's own processes among our children."""
    return _children(os.getpid(), base)


def _children(pid: int, base: str) -> list[int]:
    return [child for child, parent in _table().items() if parent == pid and base in _words(child)]


def _processes(base: str) -> set[int]:
    """Below the interpreter's processes by parentage, or, wherever they are now, made there."""
    table, found = _table(), set(zygotes(base))
    grown = True
    while grown:
        new = {pid for pid, parent in table.items() if parent in found} - found
        found |= new
        grown = bool(new)
    return found | {pid for pid in table if pid not in found and pid != os.getpid() and base in _words(pid)}


def _table() -> dict[int, int]:
    """pid: parent, of each process that is not a zombie."""
    table = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError), open(f"/proc/{name}/stat", "rb") as file:
            state, parent = file.read().rpartition(b")")[2].split()[:2]
            if state not in (b"Z", b"X"):
                table[int(name)] = int(parent)
    return table


def _words(pid: int) -> str:
    """What a process says of itself that names where it comes from."""
    said = []
    for name in ("cmdline", "environ"):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/{name}", "rb") as file:
            said.append(file.read(1 << 16).decode("utf-8", "replace"))
    with contextlib.suppress(OSError):
        said.append(os.readlink(f"/proc/{pid}/cwd"))
    return "\0".join(said)


def _homes(base: str) -> list[str]:
    """The folders of sessions that hold something; an empty one is kept for the next."""
    found = []
    for name in os.listdir(base):
        with contextlib.suppress(OSError):
            work = os.path.join(base, name, "work")
            if os.listdir(os.path.join(base, name)) != ["work"] or os.listdir(work):
                found.append(name)
    return found


def _mounts(base: str, mark: str) -> tuple[str, ...]:
    """Every mount of the zygotes, and those of the host that name the suite."""
    lines = []
    for pid in zygotes(base):
        with contextlib.suppress(OSError), open(f"/proc/{pid}/mountinfo", encoding="utf-8") as file:
            lines += [line.strip() for line in file]
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        lines += [line.strip() for line in file if mark in line or base in line]
    return tuple(lines)


def _descriptors(pid: int) -> int:
    try:
        return len(os.listdir(f"/proc/{pid}/fd"))
    except OSError:
        return 0


def _marked_files(mark: str) -> list[str]:
    found = []
    for folder in _OPEN_FOLDERS:
        with contextlib.suppress(OSError):
            found += [f"{folder}/{name}" for name in os.listdir(folder) if mark in name]
    return found


def _marked_objects(mark: str, key: int) -> list[str]:
    found = []
    for kind in ("shm", "sem", "msg"):
        with contextlib.suppress(OSError), open(f"/proc/sysvipc/{kind}", encoding="ascii") as file:
            found += [
                f"a System V object was left: {kind}" for line in file if line.split()[:1] == [str(key)]
            ]
    with contextlib.suppress(OSError), open("/proc/net/unix", encoding="utf-8", errors="replace") as file:
        # The bait's own names end in words of their own.
        names = [line.split()[-1] for line in file]
        found += [f"a socket's name was left: {name}" for name in names if name == f"@{mark}"]
    return found
