"""What a session's names hold, in short, told by copies of the process: a `repr` can hurt nobody else.

Runs inside. A copy that is silent for SILENCE_S is killed, and another goes on behind the value it stood at;
after SECONDS none does. What was not told, and all where no copy could be made, is known by type alone, which
runs no code of the program.
"""

import contextlib
import json
import os
import select
import signal
import time
import warnings
from collections.abc import Mapping
from types import ModuleType

SECONDS, SILENCE_S = 2.0, 0.3
_NAMES = 1_000
_BYTES = 1 << 20
_FIRST_FREE = 6  # below lie the streams and the channel to the host: no repr gets at those
_CHARACTERS = 200
_TYPE_CHARACTERS = 100
_NEVER_PRINTED = 1 << 16  # bits of a number, entries of a container


def describe(names: Mapping[str, object]) -> dict[str, list[str]]:
    """name: [type, short value] of each public name; the value "" where it could not be had."""
    public = {n: v for n, v in list(names.items()) if isinstance(n, str) and not n.startswith("_")}
    public = dict(list(public.items())[:_NAMES])
    told = {name: [_kind(value), ""] for name, value in public.items()}
    for name, value in _ask_copies(public).items():
        told[name][1] = value
    return told


def _kind(value: object) -> str:
    kind = type(value)
    name = str(type.__getattribute__(kind, "__qualname__"))[:_TYPE_CHARACTERS]
    module = type.__getattribute__(kind, "__module__")
    plain = not isinstance(module, str) or module in ("builtins", "__main__")
    return name if plain else f"{module[:_TYPE_CHARACTERS]}.{name}"


def _ask_copies(values: Mapping[str, object]) -> dict[str, str]:
    """The short values, as far as they were told in time: a copy that falls silent is replaced."""
    told: dict[str, str] = {}
    waiting = dict(values)
    end = time.monotonic() + SECONDS
    while waiting and time.monotonic() < end:
        answers = _ask_copy(waiting, end)
        if answers is None:
            break
        told.update(answers)
        waiting = {name: value for name, value in waiting.items() if name not in answers}
        silent = next(iter(waiting), None)
        waiting.pop(silent or "", None)
    return told


def _ask_copy(values: Mapping[str, object], end: float) -> dict[str, str] | None:
    """What one forked copy of this process told; None where there can be none."""
    reader, writer = os.pipe()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of threads: what a copy does not tell in time is left out
            copy = os.fork()
    except OSError:
        os.close(reader)
        os.close(writer)
        return None
    if copy == 0:
        _tell(values, writer)
    os.close(writer)
    lines = _read_until(reader, end).split(b"\n")[:-1]
    os.close(reader)
    os.kill(copy, signal.SIGKILL)
    os.waitpid(copy, 0)
    told = {}
    for line in lines:
        with contextlib.suppress(ValueError, TypeError):  # a repr wrote into the pipe
            name, text = json.loads(line)
            if name in values:
                told[str(name)] = str(text)[:_CHARACTERS]
    return told


def _tell(values: Mapping[str, object], writer: int) -> None:
    """In the copy: a line for each value, then the end."""
    try:
        null = os.open("/dev/null", os.O_RDWR)
        for descriptor in range(1, _FIRST_FREE):
            os.dup2(null, descriptor)
        for name, value in values.items():
            line = json.dumps([name, _short(value)[:_CHARACTERS]]).encode()
            os.write(writer, line + b"\n")
    finally:
        os._exit(0)


def _short(value: object) -> str:
    try:
        if isinstance(value, ModuleType):
            return str(value.__name__)
        if isinstance(value, int) and value.bit_length() > _NEVER_PRINTED:
            return f"a number of {value.bit_length()} bits"
        if isinstance(value, str | bytes) and len(value) > _CHARACTERS:
            return repr(value[:_CHARACTERS])
        if isinstance(value, list | tuple | dict | set | frozenset) and len(value) > _NEVER_PRINTED:
            return f"{len(value)} entries"
        is_table = type(value).__module__.startswith(("numpy", "pandas"))
        shape = getattr(value, "shape", None) if is_table else None
        return f"shape {shape}" if shape else " ".join(repr(value).split())
    except BaseException as error:
        return f"(its repr raised {type(error).__name__})"


def _read_until(reader: int, end: float) -> bytes:
    """What comes before the end of the pipe, a silence, or `end`."""
    told = bytearray()
    while (left := end - time.monotonic()) > 0 and select.select([reader], [], [], min(left, SILENCE_S))[0]:
        piece = os.read(reader, 1 << 16)
        told += piece
        if not piece or len(told) > _BYTES:
            break
    return bytes(told)
