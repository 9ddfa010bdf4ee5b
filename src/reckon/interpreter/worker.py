"""The loop of a session's process: take a request from the control channel, run or fork, answer.

Requests: {"code", "token"} → {"token", "status", …};  {"inspect", "token"} → {"token", "variables"};
{"fork": home, "token"} with three descriptors →
{"token", "pid"}, while the child waits for {"go"} on its own channel, says {"ready"}, and goes on from there.
{"command", "environment", …, "token"} → {"token", "wait", …}, see commands.py.
What stands here runs beside the program and can be tampered with by it; the host relies on none of it.
"""

import contextlib
import io
import os
import random
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NoReturn

from reckon.interpreter import (
    branch,
    commands,
    credentials,
    determinism,
    landlock,
    rlimits,
    stdin,
    variables,
    wire,
)
from reckon.interpreter.changes import Changes
from reckon.interpreter.observing import Observer
from reckon.interpreter.program import Notebook, Outcome
from reckon.interpreter.siblings import fork_sibling
from reckon.values import JSON

CONTROL, SPARE_OUT, SPARE_ERROR = 3, 4, 5
FIRST_FREE = 6
_REHEARSAL = "def f(n):\n    return n\nprint(end='')\nf(1) + 1"


@dataclass(frozen=True, slots=True)
class Home:
    """path: what the session may write in; its working directory is `work` beneath.
    trees: what else it may touch, with the descriptors kept open for the layers of its forks.
    layers: how many Landlock layers this process is under.
    """

    path: str
    trees: tuple[landlock.Tree, ...] = ()
    layers: int = 0

    @property
    def work(self) -> str:
        return f"{self.path}/work"


def take_places(channel: socket.socket, out: int, error: int) -> socket.socket:
    """Put the control channel and the streams at their fixed numbers, stdin at /dev/null."""
    control = channel_of(_moved(channel.detach(), CONTROL))
    for source, places in ((out, (1, SPARE_OUT)), (error, (2, SPARE_ERROR))):
        for place in places:
            os.dup2(source, place, inheritable=place <= 2)
        os.close(source)
    return control


def channel_of(descriptor: int) -> socket.socket:
    """A control channel; named in full, so that the kernel need not be asked what it is."""
    return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, 0, fileno=descriptor)


def _moved(descriptor: int, place: int) -> int:
    if descriptor != place:
        os.dup2(descriptor, place, inheritable=False)
        os.close(descriptor)
    return place


def enter(home: Home) -> Home:
    """Confine this process to `home`, as one more layer; the home with its layers counted."""
    if not home.trees or home.layers >= landlock.LAYERS:
        return home
    tree = landlock.writable(home.path)
    if tree is None:
        raise OSError(f"the session's directory {home.path} is gone")
    try:
        landlock.restrict([*home.trees, tree])
    finally:
        os.close(tree.descriptor)
    return Home(home.path, home.trees, home.layers + 1)


def _enter_with(home: Home, trees: tuple[landlock.Tree, ...]) -> Home:
    return enter(Home(home.path, trees, home.layers))


def rehearse() -> None:
    """Run a cell in a notebook that is thrown away: what the first run touches is then touched already."""
    main = sys.modules["__main__"]
    wire.pack({"token": "", **_plain(Notebook().run(_REHEARSAL)), "cpu_s": _cpu_s(), "peak": 0})
    sys.modules["__main__"] = main
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def serve(control: socket.socket, home: Home) -> NoReturn:
    """Answer requests until the channel ends, then end the process."""
    notebook, streams, changes = Notebook(), _open_streams(), Changes()
    observer = Observer(notebook)
    notebook.gallery.install()
    changes.take(home.work)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while (request := wire.receive(control)) is not None:
        message, descriptors = request
        allowed = message.get("processes")
        if isinstance(allowed, int):
            rlimits.allow_processes(allowed)
        if "code" in message:
            try:
                _prepare(message, home)
            except OSError as error:
                why = ["OSError", f"what the program was to read could not be stored: {error}", None, ""]
                control.sendall(wire.pack({"token": message["token"], "status": "error", "error": why}))
                continue
            if "files" in message:  # the host has put some
                changes.take(home.work)
            observe = partial(observer.run, message, control) if "mode" in message else None
            reply = _run(notebook, message, streams, observe)
            if files := changes.take(home.work):
                reply["files"] = files
            control.sendall(wire.pack(reply))
        elif "command" in message:
            changes.take(home.work)
            confine = partial(_enter_with, home)
            reply = commands.run(message, home.work, home.trees, confine)
            control.sendall(wire.pack({"token": message["token"], **reply, "files": changes.take(home.work)}))
        elif "inspect" in message:
            try:
                told = variables.describe(notebook.module.__dict__)
            except Exception:  # what it stands on, the program may have replaced
                told = {}
            control.sendall(wire.pack({"token": message["token"], "variables": told}))
        elif "fork" in message:
            control, home = _fork(control, home, message, descriptors)
    os._exit(0)


def _prepare(message: Mapping[str, JSON], home: Home) -> None:
    """Do what a request asks for besides running: a seed, a frozen clock, something to read."""
    if "seed" in message:
        determinism.seed(int(str(message["seed"])))
    if "clock" in message:
        determinism.freeze_clock(float(str(message["clock"])))
    if "stdin" in message:
        text = message["stdin"]
        stdin.feed(text if isinstance(text, str) else None, home.work)


def _run(
    notebook: Notebook,
    message: dict[str, JSON],
    streams: Sequence[io.TextIOWrapper],
    observe: Callable[[], Outcome] | None = None,
) -> dict[str, JSON]:
    before, me = _cpu_s(), os.getpid()
    _place_streams(streams)
    outcome = notebook.run(str(message["code"])) if observe is None else observe()
    for stream in (sys.stdout, sys.stderr, *streams):
        # The program may have closed or replaced them by anything.
        with contextlib.suppress(Exception):
            stream.flush()
    if os.getpid() != me:
        os._exit(0 if outcome.failure is None else 1)  # a child that the program forked and let run on
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    reply = {"token": message["token"], **_plain(outcome), "cpu_s": _cpu_s() - before, "peak": peak}
    if outcome.displays:
        reply["displays"] = outcome.displays
    return reply


def _plain(outcome: Outcome) -> dict[str, JSON]:
    failure = outcome.failure
    if failure is None:
        return {"status": "ok", "value": outcome.value, "error": None}
    error = [failure.type, failure.message, failure.line, failure.traceback]
    return {"status": failure.status, "value": None, "error": error}


def _fork(
    control: socket.socket, home: Home, message: dict[str, JSON], descriptors: Sequence[int]
) -> tuple[socket.socket, Home]:
    """The channel and home to go on with: the caller's own, or in the child the new ones."""
    numbers = random.getstate()
    try:
        pid = fork_sibling()
    except OSError as error:
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(wire.pack({"token": message["token"], "refused": str(error)}))
        return control, home
    if pid:
        for descriptor in descriptors:
            os.close(descriptor)
        control.sendall(wire.pack({"token": message["token"], "pid": pid}))
        return control, home
    try:
        random.setstate(numbers)  # which the library has drawn anew, as it does in every fork
        return _become(control, home, str(message["fork"]), descriptors)
    except BaseException as error:
        # The parent's program must not run on in a child that could not become a session.
        with contextlib.suppress(Exception):
            os.write(2, f"{type(error).__name__}: {error}".encode())
        os._exit(1)


def _become(
    control: socket.socket, home: Home, path: str, descriptors: Sequence[int]
) -> tuple[socket.socket, Home]:
    """In the child of a fork: leave the parent's channel, streams and directory for our own."""
    control.close()
    control = take_places(channel_of(descriptors[0]), descriptors[1], descriptors[2])
    fresh = Home(path, home.trees, home.layers)
    branch.move_into(home.work, fresh.work, range(FIRST_FREE, resource.getrlimit(resource.RLIMIT_NOFILE)[0]))
    fresh = enter(fresh)
    # Until the zygote knows this process, it is told apart from a stray by its parent's session id.
    if wire.receive(control) is None:
        os._exit(0)
    os.setsid()
    credentials.die_with_parent(signal.SIGKILL)
    control.sendall(wire.pack({"ready": True}))
    return control, fresh


def _open_streams() -> tuple[io.TextIOWrapper, io.TextIOWrapper]:
    """Line by line, so that what a killed program printed is there up to its last line."""
    return _stream(1), _stream(2)


def _stream(descriptor: int) -> io.TextIOWrapper:
    raw = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding="utf-8", errors="backslashreplace", line_buffering=True
    )


def _place_streams(streams: Sequence[io.TextIOWrapper]) -> None:
    """Undo what the run before did to the streams, by name and by descriptor."""
    os.dup2(SPARE_OUT, 1)
    os.dup2(SPARE_ERROR, 2)
    sys.stdout = streams[0] if not streams[0].closed else _stream(1)
    sys.stderr = streams[1] if not streams[1].closed else _stream(2)


def _cpu_s() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def settle(home: Home) -> None:
    """Make `home` the place of this process: directory, temporary files, imports."""
    os.chdir(home.work)
    tempfile.tempdir = None
    sys.path.insert(0, home.work)
    branch.rename_settings(home.work, home.work)
