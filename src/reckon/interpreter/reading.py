"""From what was seen of a run to its `Execution`: the taxonomy of ends, in one place."""

import base64
import os
import re
import signal
from collections.abc import Mapping, Sequence

from reckon.interpreter.limits import Limits
from reckon.interpreter.nursery import Ended
from reckon.interpreter.process import Process
from reckon.interpreter.told import Variable
from reckon.values import JSON, Display, Execution, ProgramError, Status

_DISPLAYS, _FILES = 128, 1_000
_MIME = re.compile(r"[a-z]+/[\w.+-]{1,100}(;[\w=.+-]{1,100})?")
_FROM_INSIDE: tuple[Status, ...] = ("ok", "error", "memory", "denied")


def execution_of(
    process: Process,
    reply: Mapping[str, JSON] | None,
    ended: Ended | None,
    limits: Limits,
    timeout_s: float,
    wall_s: float,
    queue_s: float,
) -> Execution:
    """The run's record: from the reply, or from how the process ended instead."""
    seen = Execution(
        "crashed",
        process.stdout,
        process.stderr,
        wall_s=wall_s,
        queue_s=queue_s,
        truncated=process.truncated,
    )
    if reply is None:
        return _dead(seen, process, ended, limits, timeout_s)
    return _alive(seen, process, reply, limits, timeout_s)


def _alive(
    seen: Execution, process: Process, reply: Mapping[str, JSON], limits: Limits, timeout_s: float
) -> Execution:
    status: Status = next((s for s in _FROM_INSIDE if s == reply.get("status")), "error")
    value, note = reply.get("value"), ""
    if process.stopped == "timeout":
        status, note = "timeout", f"Timed out after {timeout_s:g} s; interrupted, variables kept."
    elif process.truncated:
        status, note = "output", _too_much(limits) + "; stopped, variables kept."
    elif process.stopped == "disk":
        status, note = "denied", _too_full(limits) + "; stopped, variables kept."
    elif status == "memory":
        note = f"Out of memory: the limit is {limits.memory_bytes / (1 << 20):.0f} MiB; variables kept."
    elif status == "denied":
        note = "The sandbox refused what the program asked for; variables kept."
    elif process.interrupted and status == "error":
        note = "Interrupted; variables kept."
    return Execution(
        status,
        seen.stdout,
        seen.stderr,
        value=_clean(value) if isinstance(value, str) else None,
        error=_error(reply.get("error")),
        displays=_displays(reply.get("displays")),
        files=_names(reply.get("files")),
        wall_s=seen.wall_s,
        queue_s=seen.queue_s,
        cpu_s=_number(reply.get("cpu_s")),
        peak_memory_bytes=int(_number(reply.get("peak"))),
        truncated=seen.truncated,
        note=note,
    )


def _dead(
    seen: Execution, process: Process, ended: Ended | None, limits: Limits, timeout_s: float
) -> Execution:
    peak = ended.peak_memory_bytes if ended else 0
    status: Status = "crashed"
    note = f"The program ended its own process ({_how(ended)}); variables lost."
    if process.stopped == "timeout":
        status, note = "timeout", f"Timed out after {timeout_s:g} s; killed, variables lost."
    elif process.stopped == "output":
        status, note = "output", _too_much(limits) + "; killed, variables lost."
    elif process.stopped == "disk":
        status, note = "denied", _too_full(limits) + "; killed, variables lost."
    elif process.stopped == "processes":
        status, note = "denied", f"Had more than {limits.processes} processes; killed, variables lost."
    elif process.stopped == "memory" or (ended and ended.out_of_memory and _signal(ended) == signal.SIGKILL):
        total = limits.all_memory_bytes / (1 << 20)
        status, note = "memory", f"Killed: its processes held more than {total:.0f} MiB; variables lost."
    elif process.stopped == "malformed":
        note = "The program tampered with its session, which was killed; variables lost."
    elif ended and _signal(ended) == signal.SIGKILL and peak > limits.memory_bytes // 2:
        # Nobody here sent it, and it was large: the kernel's out-of-memory killer.
        status, note = "memory", "Killed for lack of memory; variables lost."
    return Execution(
        status,
        seen.stdout,
        seen.stderr,
        wall_s=seen.wall_s,
        queue_s=seen.queue_s,
        cpu_s=ended.cpu_s if ended else 0.0,
        peak_memory_bytes=peak,
        truncated=seen.truncated,
        note=note,
    )


def _too_much(limits: Limits) -> str:
    return f"Printed more than {limits.output_bytes} bytes, of which the first are kept"


def _too_full(limits: Limits) -> str:
    size = f"{limits.disk_bytes / (1 << 20):.0f} MiB"
    return f"The working directory holds more than {size} or {limits.disk_files} files"


def _signal(ended: Ended) -> int:
    return os.WTERMSIG(ended.status) if os.WIFSIGNALED(ended.status) else 0


def _how(ended: Ended | None) -> str:
    if ended is None:
        return "how is unknown"
    number = _signal(ended)
    if not number:
        return f"exit code {os.waitstatus_to_exitcode(ended.status)}"
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _error(parts: JSON) -> ProgramError | None:
    if not isinstance(parts, Sequence) or isinstance(parts, str) or len(parts) != 4:
        return None
    kind, message, line, trace = parts
    return ProgramError(
        _clean(str(kind)), _clean(str(message)), line if isinstance(line, int) else None, _clean(str(trace))
    )


def _displays(shown: JSON) -> tuple[Display, ...]:
    """What the session says that it showed; the size is bounded by the frame's."""
    if not isinstance(shown, Sequence) or isinstance(shown, str):
        return ()
    return tuple(Display(data) for bundle in shown[:_DISPLAYS] if (data := _bundle(bundle)))


def _bundle(bundle: JSON) -> dict[str, str]:
    """The entries that are what they say: a mime type with text, or with base64 where it is binary."""
    if not isinstance(bundle, Mapping):
        return {}
    kept = {}
    for kind, data in bundle.items():
        if isinstance(data, str) and _MIME.fullmatch(kind):
            if kind.startswith(("image/", "audio/", "video/")) and kind != "image/svg+xml":
                try:
                    base64.b64decode(data, validate=True)
                except ValueError:
                    continue
            kept[kind] = _clean(data)
    return kept


def _names(names: JSON) -> tuple[str, ...]:
    if not isinstance(names, Sequence) or isinstance(names, str):
        return ()
    return tuple(_clean(name) for name in names[:_FILES] if isinstance(name, str))


def variables_of(reply: Mapping[str, JSON]) -> dict[str, Variable]:
    """What the session says that its names hold."""
    told = reply.get("variables")
    found = {}
    for name, parts in told.items() if isinstance(told, Mapping) else ():
        if isinstance(parts, Sequence) and len(parts) == 2 and not isinstance(parts, str):
            found[_clean(name)] = Variable(_clean(str(parts[0])), _clean(str(parts[1])))
    return found


def _clean(text: str) -> str:
    """Lone surrogates, which JSON can carry and UTF-8 cannot, become question marks."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _number(value: JSON) -> float:
    """A finite number that is not negative, else 0: the session's own claim."""
    return float(value) if isinstance(value, int | float) and 0 <= value < 1e18 else 0.0
