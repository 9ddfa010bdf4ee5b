"""What a session may use. Checked when it is made: a limit that cannot be meant never reaches the kernel."""

from dataclasses import dataclass

from reckon.errors import UsageError

SCIENCE = ("numpy", "scipy", "sympy", "pandas", "networkx", "matplotlib")

MIB = 1 << 20

_LEAST = {
    "timeout_s": 0.001,
    "grace_s": 0.0,
    "memory_bytes": 16 * MIB,
    "output_bytes": 1,
    "processes": 1,
    "file_bytes": 0,
    "open_files": 32,
    "disk_bytes": 1 << 12,
    "disk_files": 16,
}
_MOST = {"processes": 1 << 22}  # of the kernel's process ids
_MOST_ELSE = 1 << 60


@dataclass(frozen=True, slots=True)
class Limits:
    """timeout_s: wall clock of one run, where the run names none.
    grace_s: how long an interrupted program may take to end before it is killed.
    memory_bytes: address space of one process beyond the warm interpreter's own.
    total_memory_bytes: memory of all processes of a session together; None: twice memory_bytes.
    output_bytes: stdout and stderr of one run, together.
    processes: processes and threads of one session.
    file_bytes: size of one file.  open_files: descriptors of one process.
    disk_bytes, disk_files: size and number of the files in the working directory.
    """

    timeout_s: float = 10.0
    grace_s: float = 0.3
    memory_bytes: int = 2048 * MIB
    output_bytes: int = MIB
    processes: int = 64
    file_bytes: int = 64 * MIB
    open_files: int = 256
    total_memory_bytes: int | None = None
    disk_bytes: int = 1024 * MIB
    disk_files: int = 50_000

    def __post_init__(self) -> None:
        for name, minimum in _LEAST.items():
            value = getattr(self, name)
            kinds = (int, float) if name.endswith("_s") else (int,)
            # `not >=` also refuses nan.
            if isinstance(value, bool) or not isinstance(value, kinds) or not value >= minimum:
                raise UsageError(f"Limits.{name}: wanted a number of at least {minimum}, got {value!r}")
            most = _MOST.get(name, _MOST_ELSE)
            if isinstance(value, int) and value > most:
                raise UsageError(f"Limits.{name}: wanted at most {most}, got {value!r:.40}")
        total = self.total_memory_bytes
        least = _LEAST["memory_bytes"]
        if total is not None and (isinstance(total, bool) or not isinstance(total, int) or total < least):
            raise UsageError(f"Limits.total_memory_bytes: wanted None or at least {least}, got {total!r}")
        if total is not None and total > _MOST_ELSE:
            raise UsageError(f"Limits.total_memory_bytes: wanted at most {_MOST_ELSE}, got {total!r:.40}")

    @property
    def all_memory_bytes(self) -> int:
        return self.total_memory_bytes or 2 * self.memory_bytes


def check_timeout(timeout_s: float | None) -> None:
    """Raise UsageError for a timeout that is not a positive number of seconds or None."""
    if timeout_s is None:
        return
    if isinstance(timeout_s, bool) or not isinstance(timeout_s, int | float) or not timeout_s > 0:
        raise UsageError(f"timeout_s: wanted a positive number of seconds, got {timeout_s!r}")
