"""Inside the jail: start a command, wait for it, say how it ended. What runs programs in other languages.

The session's process, in which no code of the program ever runs, starts the compiler and then the program as
its children, each under one more Landlock layer: where the kernel has scopes, a child cannot signal this
process, and nowhere can it read or write its memory, so what is said of its end is so. Its two streams are
the host's pipes; its clock is the host's, whose interrupt kills the child and its process group. What leaves
the group is killed by the zygote when the session ends.
"""

import contextlib
import errno
import os
import resource
import signal
from collections.abc import Callable, Mapping, Sequence
from types import FrameType
from typing import NoReturn

from reckon.interpreter import credentials, landlock, stdin
from reckon.values import JSON

_FAILED = 127


class _Interrupted(Exception):
    """The host asks for the command's end."""


def run(
    message: Mapping[str, JSON],
    work: str,
    trees: Sequence[landlock.Tree],
    confine: Callable[[tuple[landlock.Tree, ...]], object],
) -> dict[str, JSON]:
    """Run `message["command"]` in `work`: {"wait": its wait(2) status, "cpu_s", "peak"}.

    {"refused": why} where it could not be started.  message["make"]: a directory to make before.
    trees: what this process may touch besides `work`.  confine: puts a Landlock layer of trees on the caller.
    """
    try:
        if message.get("make"):
            os.makedirs(str(message["make"]), exist_ok=True)
        text = message.get("stdin")
        stdin.feed(text if isinstance(text, str) else None, work)
        read, write = os.pipe()
        pid = os.fork()
    except OSError as error:
        return {"refused": f"{type(error).__name__}: {error}"}
    if pid == 0:
        _become(message, lambda: confine(_narrowed(trees)), write)
    os.close(write)
    status, usage = _wait(pid)
    with os.fdopen(read, "rb") as told:
        refused = told.read(4096).decode("utf-8", "replace")
    if refused:
        return {"refused": refused}
    peak = usage.ru_maxrss * 1024
    return {"wait": status, "cpu_s": usage.ru_utime + usage.ru_stime, "peak": peak}


def _wait(pid: int) -> tuple[int, resource.struct_rusage]:
    """Until it ends, or the host interrupts: then it is killed, with the processes of its group."""
    with contextlib.suppress(_Interrupted):
        signal.signal(signal.SIGINT, _interrupt)
        _, status, usage = os.wait4(pid, 0)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        return status, usage
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for kill in (os.killpg, os.kill):
        with contextlib.suppress(OSError):
            kill(pid, signal.SIGKILL)
    try:
        _, status, usage = os.wait4(pid, 0)
    except ChildProcessError:  # it was reaped as the interrupt came
        status, usage = signal.SIGKILL, resource.getrusage(resource.RUSAGE_CHILDREN)
    return status, usage


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise _Interrupted


def _become(message: Mapping[str, JSON], confine: Callable[[], object], write: int) -> NoReturn:
    """In the child: be the command. `write` takes the reason where that fails, and closes else."""
    try:
        os.setpgid(0, 0)
        credentials.die_with_parent(signal.SIGKILL)
        confine()
        words = message["command"]
        environment = message["environment"]
        assert isinstance(words, list)
        assert isinstance(environment, dict)
        _limit(resource.RLIMIT_AS, message.get("address_space"))
        _limit(resource.RLIMIT_NPROC, message.get("user_processes"))
        for number in (signal.SIGINT, signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
        _make_executable(str(words[0]))
        os.execve(str(words[0]), [str(word) for word in words], {k: str(v) for k, v in environment.items()})
    except BaseException as error:
        with contextlib.suppress(BaseException):
            os.write(write, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))
    finally:
        os._exit(_FAILED)


def _narrowed(trees: Sequence[landlock.Tree]) -> tuple[landlock.Tree, ...]:
    """The trees with the map of the caller's own memory in the place of all of /proc.

    Runtimes (mono) look for their stack there. Whose map it is goes with the process, so a layer that is put
    on before it is there must hold all of them; the layer of the command itself holds this one.
    """
    proc = os.stat("/proc")
    kept = [tree for tree in trees if not os.path.samestat(os.fstat(tree.descriptor), proc)]
    own = landlock.readable("/proc/self/maps") if len(kept) < len(trees) else None
    return (*kept, own) if own is not None else tuple(kept)


def _limit(which: int, most: JSON) -> None:
    if isinstance(most, int):
        hard = resource.getrlimit(which)[1]
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(which, (most, most))


def _make_executable(program: str) -> None:
    """A program that the host has put into the working directory is a plain file yet."""
    if not os.path.isabs(program):
        try:
            os.chmod(program, 0o700)
        except OSError as error:
            if error.errno != errno.ENOENT:
                raise
