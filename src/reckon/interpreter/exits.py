"""From how a command ended to an `Execution`: the taxonomy of ends, for programs in other languages.

The status comes from the kernel's word on the process and from what the host did to it. Only among failures,
what stderr says tells `memory` and `denied` from `error`: a program that fails can choose among these three.
"""

import os
import re
import signal

from reckon.interpreter.language import Language
from reckon.interpreter.limits import Limits
from reckon.interpreter.nursery import Ended
from reckon.interpreter.workshop import Seen
from reckon.values import Execution, ProgramError, Status

_TAIL = 4096
_DENIED = re.compile(r"Permission denied|Operation not permitted|Read-only file system|\bEACCES\b|\bEPERM\b")
_NO_MEMORY = ("Cannot allocate memory", "std::bad_alloc")
_ERROR = re.compile(r"^.*\b(?:error|fatal)\b.*$", re.I | re.M)
_WORDS = re.compile(r"^.*\w.*$", re.M)
_MESSAGE_CHARACTERS = 1000
_ABRUPT = (signal.SIGKILL, signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS)


def of_program(seen: Seen, ended: Ended | None, language: Language, source: str, limits: Limits) -> Execution:
    """The record of a program's run. source: the name of its file, to find lines by."""
    status, note = _status("The program", seen, ended, language, limits)
    error = None
    code = _exit_code(seen)
    if status in ("error", "memory", "denied") and code > 0:
        error = ProgramError("NonZeroExit", f"exit code {code}", _line(seen.stderr, source))
    return _execution(seen, status, error, note)


def of_compiler(
    seen: Seen, ended: Ended | None, language: Language, source: str, limits: Limits
) -> Execution:
    """The record of a program that was not compiled: what the compiler printed is its stderr."""
    status, note = _status("The compiler", seen, ended, language, limits)
    printed = seen.stdout + seen.stderr
    error = None
    if status in ("error", "denied", "memory"):
        found = _ERROR.search(printed) or _WORDS.search(printed)
        message = found.group().strip()[:_MESSAGE_CHARACTERS] if found else note
        if status == "denied" and not _DENIED.search(message):
            status, note = "error", ""  # the words stood in the program's own text, which compilers quote
        error = ProgramError("CompileError", message, _line(message, source) or _line(printed, source))
    note = note if status == "error" and note else f"Not compiled. {note}".strip()
    return _execution(seen, status, error, note, stdout="", stderr=printed)


def unstartable(seen: Seen) -> Execution:
    """Of what the compiler made and the kernel does not run: a library, say."""
    message = f"the compiler made no program that can be run: {seen.refused}"
    return _execution(seen, "error", ProgramError("CompileError", message), "Not compiled.")


def _execution(
    seen: Seen,
    status: Status,
    error: ProgramError | None,
    note: str,
    *,
    stdout: str | None = None,
    stderr: str | None = None,
) -> Execution:
    return Execution(
        status,
        seen.stdout if stdout is None else stdout,
        seen.stderr if stderr is None else stderr,
        error=error,
        files=seen.files,
        wall_s=seen.wall_s,
        cpu_s=seen.cpu_s,
        peak_memory_bytes=seen.peak_memory_bytes,
        truncated=seen.truncated,
        note=note,
    )


def _status(
    who: str, seen: Seen, ended: Ended | None, language: Language, limits: Limits
) -> tuple[Status, str]:
    stopped: dict[str, tuple[Status, str]] = {
        "timeout": ("timeout", f"{who} timed out after {seen.timeout_s:g} s; killed."),
        "processes": ("denied", f"{who} had more than {limits.processes - 1} processes; killed."),
        "memory": ("memory", _too_large(who, limits)),
        "disk": ("denied", f"{who} wrote over {limits.disk_bytes >> 20} MiB or {limits.disk_files} files."),
        "malformed": ("crashed", f"{who} tampered with its session, which was killed."),
    }  # fmt: skip
    if seen.truncated:
        return "output", f"{who} printed more than {limits.output_bytes} bytes, of which the first are kept."
    if seen.stopped in stopped:
        return stopped[seen.stopped]
    if seen.wait == 0:
        return "ok", ""
    if _lacked_memory(seen, ended, language, limits):
        return "memory", _too_large(who, limits)
    if seen.wait is None:
        return "crashed", f"{who} ended the process that it was started by."
    if os.WIFSIGNALED(seen.wait):
        return "crashed", f"{who} was ended by {_signal_name(os.WTERMSIG(seen.wait))}."
    if _DENIED.search((seen.stdout[-_TAIL:] if who == "The compiler" else "") + seen.stderr[-_TAIL:]):
        return "denied", f"The sandbox refused what {who.lower()} asked for."
    return "error", ""


def _lacked_memory(seen: Seen, ended: Ended | None, language: Language, limits: Limits) -> bool:
    """The kernel killed for it, or its runtime says so, or it was large and ended as the large do."""
    if ended is not None and ended.out_of_memory:
        return True
    words = (*_NO_MEMORY, *language.out_of_memory)
    if any(word in seen.stderr[-4 * _TAIL :] for word in words):
        return True
    abrupt = seen.wait is not None and os.WIFSIGNALED(seen.wait) and os.WTERMSIG(seen.wait) in _ABRUPT
    return abrupt and seen.peak_memory_bytes > limits.all_memory_bytes // 2


def _too_large(who: str, limits: Limits) -> str:
    return f"{who} ran out of memory: its processes may hold {limits.all_memory_bytes >> 20} MiB together."


def _exit_code(seen: Seen) -> int:
    return os.waitstatus_to_exitcode(seen.wait) if seen.wait is not None else 0


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def _line(text: str, source: str) -> int | None:
    """The first line of the source that a message names: "main.c:3:5", "main.sh: line 3", "near line 3"."""
    named = re.search(
        rf"{re.escape(source)}\W{{1,3}}(?:on line |line )?(\d{{1,9}})\b|near line (\d{{1,9}})\b", text
    )
    return int(named[1] or named[2]) if named else None
