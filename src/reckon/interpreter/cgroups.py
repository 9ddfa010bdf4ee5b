"""Control groups: memory and processes, summed over a session with all that it has started.

Works with the unified hierarchy and with the older one, wherever the kernel lets us make groups below our
own. A group is made once and lent to one session after another: a removed one lives on in the kernel until
the last page that it was charged for is gone.
"""

import contextlib
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from reckon.interpreter import processes
from reckon.interpreter.limits import Limits

_PROCS = "cgroup.procs"
_SUBTREE = "cgroup.subtree_control"
# What a finished session may have left charged, as page cache; with more, its group is not lent again.
_LEFT_BYTES = 16 << 20


@dataclass(slots=True)
class Group:
    """One session's: its directory in each hierarchy (one where there is one for all)."""

    directories: dict[str, str]
    limits: tuple[int, int]
    kills: int = 0

    @property
    def places(self) -> list[str]:
        """Its directories, each once."""
        return sorted(set(self.directories.values()))

    def enter(self) -> None:
        """Move the caller in. Raises OSError."""
        move(0, self.places)

    def members(self) -> list[int]:
        directory = next(iter(self.directories.values()))
        return [int(pid) for pid in _read(f"{directory}/{_PROCS}").split()]

    def was_out_of_memory(self) -> bool:
        """Whether the kernel has killed here for lack of memory since this was asked last."""
        memory = self.directories.get("memory", "")
        text = _read(f"{memory}/memory.events") or _read(f"{memory}/memory.oom_control")
        before, self.kills = self.kills, _field(text, "oom_kill")
        return self.kills > before

    def is_clean(self) -> bool:
        memory = self.directories.get("memory")
        if memory is None:
            return True
        used = _read(f"{memory}/memory.current") or _read(f"{memory}/memory.usage_in_bytes") or "0"
        return int(used) <= _LEFT_BYTES

    def remove(self) -> None:
        for place in self.places:
            _remove(place)


@dataclass(slots=True)
class Groups:
    """The groups of one zygote, below a group named `name` in each hierarchy that can be had."""

    roots: dict[str, str]
    unified: bool
    _free: list[Group] = field(default_factory=list)
    _made: int = 0

    @staticmethod
    def make(name: str) -> "Groups":
        """With no roots where no group could be made."""
        for unified, found in ((True, _unified()), (False, _separate())):
            roots = {}
            for controller, directory in found.items():
                with contextlib.suppress(OSError):
                    os.makedirs(f"{directory}/{name}", exist_ok=True)
                    if unified:
                        _write(f"{directory}/{name}/{_SUBTREE}", f"+{controller}")
                    roots[controller] = f"{directory}/{name}"
            groups = Groups(roots, unified)
            try:
                group = groups.take(Limits())
            except OSError:
                groups.close()
                continue
            if group is not None:
                group.remove()
                return groups
        return Groups({}, False)

    def take(self, limits: Limits) -> Group | None:
        """A group with these limits; None where there are none to be had. Raises OSError."""
        wanted = (limits.all_memory_bytes, limits.processes)
        for group in self._free:
            if group.limits == wanted:
                self._free.remove(group)
                return group
        if not self.roots:
            return None
        self._made += 1
        group = Group({name: f"{root}/{self._made}" for name, root in self.roots.items()}, wanted)
        for place in group.places:
            os.mkdir(place)
        self._limit(group)
        return group

    def give_back(self, group: Group) -> None:
        if group.is_clean():
            self._free.append(group)
        else:
            group.remove()

    def close(self) -> None:
        for group in self._free:
            group.remove()
        self._free.clear()
        for root in set(self.roots.values()):
            _remove(root)

    def _limit(self, group: Group) -> None:
        memory, pids = group.directories.get("memory"), group.directories.get("pids")
        memory_bytes, count = group.limits
        if pids is not None:
            _write(f"{pids}/pids.max", str(count))
        if memory is None:
            return
        _write(f"{memory}/{'memory.max' if self.unified else 'memory.limit_in_bytes'}", str(memory_bytes))
        with contextlib.suppress(OSError):  # where swap is counted
            if self.unified:
                _write(f"{memory}/memory.swap.max", "0")
            else:
                _write(f"{memory}/memory.memsw.limit_in_bytes", str(memory_bytes))


def move(pid: int, places: Iterable[str]) -> None:
    """Move a process into these groups, the caller where it is 0. Raises OSError.

    The first move after a pause waits about 10 ms in the kernel.
    """
    for place in places:
        _write(f"{place}/{_PROCS}", str(pid))


def sweep(name: str) -> None:
    """Kill and remove what a zygote that was killed has left in its groups."""
    for directory in {*_unified().values(), *_separate().values()}:
        root = f"{directory}/{name}"
        if not os.path.isdir(root):
            continue
        for inner in os.listdir(root):
            # A process of another container shows as 0, which for kill(2) is all of our own group.
            while found := [int(pid) for pid in _read(f"{root}/{inner}/{_PROCS}").split() if pid != "0"]:
                processes.kill(found)
            _remove(f"{root}/{inner}")
        _remove(root)


def sweep_all(prefix: str) -> None:
    """The same for every zygote whose groups' name begins so."""
    for directory in {*_unified().values(), *_separate().values()}:
        with contextlib.suppress(OSError):
            for name in os.listdir(directory):
                if name.startswith(prefix):
                    sweep(name)


def _unified() -> dict[str, str]:
    """memory, pids: our own group's directory, if groups below it may be limited so."""
    for kind, mount, root, _ in _mounts():
        if kind == "cgroup2":
            own = _own("", mount, root)
            with contextlib.suppress(OSError):
                _write(f"{own}/{_SUBTREE}", "+memory +pids")
            given = _read(f"{own}/{_SUBTREE}").split()
            return {name: own for name in ("memory", "pids") if name in given}
    return {}


def _separate() -> dict[str, str]:
    return {
        name: _own(name, mount, root)
        for kind, mount, root, options in _mounts()
        for name in ("memory", "pids")
        if kind == "cgroup" and name in options
    }


def _mounts() -> list[tuple[str, str, str, list[str]]]:
    """(kind, where, which part of the hierarchy, options) of the mounted hierarchies."""
    found = []
    for line in _read("/proc/self/mountinfo").splitlines():
        place, _, rest = line.partition(" - ")
        kind, _, options = rest.split(maxsplit=2)
        if kind.startswith("cgroup"):
            root, where = place.split()[3:5]
            found.append((kind, where, root, options.split(",")))
    return found


def _own(controller: str, mount: str, root: str) -> str:
    """The directory of our own group, as far as this mount shows it."""
    for line in _read("/proc/self/cgroup").splitlines():
        _, names, path = line.split(":", 2)
        if controller in names.split(","):
            inside = path[len(root) :] if root != "/" and path.startswith(root) else path
            own = f"{mount}/{inside.strip('/')}".rstrip("/")
            return own if os.path.isdir(own) else mount
    return mount


def _field(text: str, name: str) -> int:
    pairs = (line.split() for line in text.splitlines())
    return next((int(pair[1]) for pair in pairs if pair[0] == name), 0)


def _read(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:
        return ""


def _write(path: str, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    try:
        os.write(descriptor, text.encode())
    finally:
        os.close(descriptor)


def _remove(directory: str) -> None:
    with contextlib.suppress(OSError):
        os.rmdir(directory)
