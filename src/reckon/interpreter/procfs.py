"""What the kernel says of a process, read from outside it."""

from reckon.errors import SessionLost, UsageError


def status(pid: int) -> dict[str, str]:
    """The fields of /proc/PID/status. Raises SessionLost where there is no such process."""
    try:
        with open(f"/proc/{pid}/status", encoding="utf-8", errors="replace") as file:
            pairs = (line.split(":", 1) for line in file)
            return {name: value.strip() for name, value in pairs}
    except (FileNotFoundError, ProcessLookupError):
        raise SessionLost("the session's process is gone") from None


def catches(pid: int, signal: int) -> bool:
    """Whether a process has a handler for a signal. Raises SessionLost where there is no such process."""
    return bool(int(status(pid).get("SigCgt", "0"), 16) >> (signal - 1) & 1)


def check_forkable(pid: int) -> None:
    """Raise UsageError where the process holds what a fork would lose or share."""
    fields = status(pid)
    threads = int(fields.get("Threads", "1"))
    if threads > 1:
        raise UsageError(
            f"the session has {threads - 1} live thread(s), which cannot cross a fork: join them first"
        )
    if not fields.get("RssShmem", "0").startswith("0"):
        raise UsageError(
            "the session holds shared memory, which parent and fork would go on sharing: "
            "close it first (for mmap, use access=mmap.ACCESS_COPY)"
        )
