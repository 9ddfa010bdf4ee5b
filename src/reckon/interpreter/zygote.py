"""The warm parent of all sessions: one thread, one socket, one fork per session.

The host asks over a channel of whole packets, JSON each:
    open   {id, home, user, limits, early} + 3 descriptors → {id} + pidfd
    adopt  {id, pid, limits}  a session forked itself: take the child as a session → {id, groups} + pidfd;
                              the host then moves it into its groups, which can take 10 ms
    end    {id, pid}          kill, reap, and sweep what it left → {id, status, cpu_s, peak, out_of_memory}
    clear  {id, pid}          kill what the session has started, and leave it be → {id}
    leave  {id}               the end of the channel, when it comes, is not the host's: keep its files → {id}
The end of the channel, however it comes, ends the zygote and with it every session.

Strays: the zygote is a subreaper, so whatever a session started and lost becomes its child. A child that is
no session and whose kernel session (setsid) is no live session's has outlived its owner or left it: it is
killed, with all below it.
"""

import contextlib
import fcntl
import gc
import json
import linecache  # noqa: F401  (warm for the sessions, like the two below)
import os
import random
import select
import shutil
import signal
import socket
import sys
import traceback  # noqa: F401
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from reckon.interpreter import (
    cgroups,
    credentials,
    landlock,
    namespaces,
    processes,
    rlimits,
    seccomp,
    warming,
    wire,
    worker,
)
from reckon.interpreter.limits import Limits
from reckon.interpreter.syscalls import prctl
from reckon.values import JSON

_PACKET = 1 << 16
_DESCRIPTORS = 3
_SUBREAPER = 36
_SWEEP_EVERY_S = 5.0
_REHEARSALS = 20  # CPython rewrites a function in its first calls; a session would copy the pages for it
_READABLE = (
    "/usr/lib", "/usr/lib64", "/usr/local/lib", "/lib", "/lib64", "/usr/bin", "/bin",
    "/usr/share/zoneinfo", "/usr/share/fonts", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts",
    "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu",
)  # fmt: skip
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom")


@dataclass(frozen=True, slots=True)
class Jail:
    """What this machine lets the sessions be confined by, found out once.

    network: the listener to hand to the host, 0 where none is asked for, or why there is none.
    """

    trees: tuple[landlock.Tree, ...]
    users: tuple[int, int] | None
    namespaces: tuple[str, ...]
    seccomp: bool
    network: int | str
    base_bytes: int
    crowd: int
    groups: cgroups.Groups

    @property
    def report(self) -> dict[str, JSON]:
        return {
            "landlock": landlock.abi() if self.trees else 0,
            "users": list(self.users) if self.users else None,
            "namespaces": list(self.namespaces),
            "seccomp": self.seccomp,
            "network": self.network if isinstance(self.network, str) else self.network > 0,
            "cgroups": sorted(self.groups.roots),
        }


def main(descriptor: int, base: str, preload: Sequence[str], reads: Sequence[str], network: bool) -> NoReturn:
    """Warm up, say so, and serve. `base` is the directory of all homes, removed if the host dies.

    reads: what sessions may read, where it is there, besides Python and the system's libraries.
    network: whether the host is to be handed what sessions want to connect to.
    """
    _forget_the_host()
    # What the zygote opens lies above the places that a session's channel and streams take.
    channel = socket.socket(fileno=fcntl.fcntl(descriptor, fcntl.F_DUPFD_CLOEXEC, worker.FIRST_FREE))
    os.close(descriptor)
    for place in range(worker.CONTROL, worker.FIRST_FREE):
        os.dup2(0, place, inheritable=False)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prctl(_SUBREAPER, 1)
    ways = tuple({os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, *filter(os.path.isdir, reads))})
    given = namespaces.restrict(ways, base)
    warming.load(preload)
    jail = _confine(given, cgroups.Groups.make(f"{os.path.basename(base)}-{os.getpid()}"), reads, network)
    for _ in range(_REHEARSALS):
        worker.rehearse()
    for name in [name for name in sys.modules if name.partition(".")[0] == "reckon"]:
        del sys.modules[name]  # ours stay alive by reference; a program may import its own
    gc.collect()
    gc.freeze()
    warming.collapse()
    with contextlib.suppress(BrokenPipeError):  # the host has gone already
        listener = [jail.network] if isinstance(jail.network, int) and jail.network else []
        socket.send_fds(channel, [json.dumps({"ready": True, **jail.report}).encode()], listener)
        for descriptor in listener:  # a session that held it could answer itself
            os.close(descriptor)
        if _Zygote(channel, jail).serve():
            os._exit(0)
    jail.groups.close()
    shutil.rmtree(base, ignore_errors=True)
    os._exit(0)


def _forget_the_host() -> None:
    """Drop what a process inherits: closed streams, ignored and blocked signals, the mask of modes."""
    while (place := os.open(os.devnull, os.O_RDWR)) < worker.CONTROL:  # streams that the host has closed
        os.set_inheritable(place, True)
    os.close(place)
    for number in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
        if signal.getsignal(number) is signal.SIG_IGN and number not in (signal.SIGPIPE, signal.SIGXFSZ):
            signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    os.umask(0o022)


def _confine(given: tuple[str, ...], groups: cgroups.Groups, reads: Sequence[str], network: bool) -> Jail:
    """Put on what the sessions inherit, and open what each will need."""
    trees: list[landlock.Tree | None] = []
    if landlock.available():
        prefixes = {os.path.realpath(p) for p in (sys.prefix, sys.base_prefix)} - {"/", "/usr"}
        trees = [landlock.readable(p) for p in (sys.prefix, *sorted(prefixes), *_READABLE, *reads)]
        trees += [landlock.device(p) for p in _DEVICES]
    users = _users()
    credentials.no_new_privileges()
    credentials.no_new_capabilities()
    filtered = seccomp.available()
    listener = _filter(network) if filtered else "it takes no seccomp filters"
    return Jail(
        landlock.distinct(t for t in trees if t is not None),
        users,
        given,
        filtered,
        listener if network else 0,
        rlimits.address_space(),
        0 if "read-only" in given else processes.of_user(os.getuid()),  # a user namespace counts anew
        groups,
    )


def _filter(network: bool) -> int | str:
    """Put the filter on: the listener of one that hands connections over, else 0, or why there is none."""
    why = ""
    if network:
        try:
            return seccomp.restrict_and_listen()
        except OSError as error:
            why = f"its seccomp has no user notifications to give: {error.strerror}"
    seccomp.restrict()
    return why or 0


def _users() -> tuple[int, int] | None:
    """The user ids [first, end) to draw a session's own from; None where sessions stay who we are."""
    if os.geteuid() != 0:
        return None
    with open("/proc/self/uid_map") as file:
        spans = [tuple(map(int, line.split())) for line in file]
    for first, end in ((0x70000000, 0x7FFF0000), (credentials.NOBODY, credentials.NOBODY + 1)):
        mapped = any(inside <= first and end <= inside + count for inside, _, count in spans)
        if mapped and credentials.runs_as(first, os.path.dirname(os.__file__)):
            return first, end
    return None


class _Zygote:
    def __init__(self, channel: socket.socket, jail: Jail) -> None:
        self._channel = channel
        self._jail = jail
        self._sessions: dict[int, cgroups.Group | None] = {}
        self._leaving = False
        self._answers: dict[
            str, Callable[[dict[str, JSON], Sequence[int]], tuple[dict[str, JSON], list[int]]]
        ]
        self._answers = {"open": self._open, "adopt": self._adopt, "end": self._end, "clear": self._clear}
        self._answers["leave"] = self._leave

    def serve(self) -> bool:
        """Answer until the channel ends; whether the host had said that it would."""
        poll = select.poll()
        poll.register(self._channel, select.POLLIN)
        while True:
            if not poll.poll(_SWEEP_EVERY_S * 1000):
                self._sweep()
                continue
            try:
                packet, descriptors, _, _ = socket.recv_fds(self._channel, _PACKET, _DESCRIPTORS)
            except ConnectionResetError:  # the host died before it had read all that we sent
                break
            if not packet:
                break
            request = json.loads(packet)
            try:
                reply, sent = self._answers[request["do"]](request, descriptors)
            except OSError as error:
                reply, sent = {"error": str(error)}, []
            for descriptor in descriptors:
                os.close(descriptor)
            with contextlib.suppress(BrokenPipeError):
                socket.send_fds(self._channel, [json.dumps({"id": request["id"], **reply}).encode()], sent)
            for descriptor in sent:
                os.close(descriptor)
        self._end_all()
        return self._leaving

    def _open(
        self, request: dict[str, JSON], descriptors: Sequence[int]
    ) -> tuple[dict[str, JSON], list[int]]:
        limits = _limits(request)
        group = self._jail.groups.take(limits)
        pid = os.fork()
        if pid == 0:
            try:
                self._channel.close()
                if group is not None:
                    group.enter()
                _start(self._jail, request, limits, descriptors)
            except BaseException as error:
                os.write(2, f"{type(error).__name__}: {error}\n".encode())
            finally:
                os._exit(1)
        self._sessions[pid] = group
        return {"pid": pid}, [os.pidfd_open(pid)]

    def _adopt(
        self, request: dict[str, JSON], descriptors: Sequence[int]
    ) -> tuple[dict[str, JSON], list[int]]:
        pid = _whole(request["pid"])
        if pid in self._sessions:
            raise PermissionError("that process is a session already")
        # Fails for whatever is no child of ours: a session cannot pass off a stranger as its fork.
        os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        self._sessions[pid] = group = self._jail.groups.take(_limits(request))
        return {"pid": pid, "groups": group.places if group else []}, [os.pidfd_open(pid)]

    def _end(self, request: dict[str, JSON], descriptors: Sequence[int]) -> tuple[dict[str, JSON], list[int]]:
        pid = _whole(request["pid"])
        if pid not in self._sessions:
            raise ProcessLookupError("no such session")
        with contextlib.suppress(ProcessLookupError):  # a fork that is not yet apart from its parent
            os.killpg(pid, signal.SIGKILL)  # all that stayed in its group, before one of them can fork
        os.kill(pid, signal.SIGKILL)
        _, status, usage = os.wait4(pid, 0)
        group = self._sessions.pop(pid)
        reply: dict[str, JSON] = {"status": status, "cpu_s": usage.ru_utime + usage.ru_stime}
        reply["peak"] = usage.ru_maxrss * 1024
        self._sweep()
        if group is not None:
            while found := group.members():
                processes.kill(found)
                self._sweep()
            reply["out_of_memory"] = group.was_out_of_memory()
            self._jail.groups.give_back(group)
        return reply, []

    def _end_all(self) -> None:
        for pid in self._sessions:
            os.kill(pid, signal.SIGKILL)
        for pid in self._sessions:
            os.waitpid(pid, 0)
        left = [group for group in self._sessions.values() if group is not None]
        self._sessions.clear()
        self._sweep()
        for group in left:
            group.remove()
        self._jail.groups.close()

    def _clear(
        self, request: dict[str, JSON], descriptors: Sequence[int]
    ) -> tuple[dict[str, JSON], list[int]]:
        """Kill what a session has started, and not the session: its run was stopped."""
        pid = _whole(request["pid"])
        while found := [p for p in processes.below({pid}, os.getpid()) if p not in self._sessions]:
            processes.kill(found)
            self._sweep()
        return {}, []

    def _leave(
        self, request: dict[str, JSON], descriptors: Sequence[int]
    ) -> tuple[dict[str, JSON], list[int]]:
        self._leaving = True
        return {}, []

    def _sweep(self) -> None:
        """Kill and reap strays with all below them, until none is left."""
        while strays := {pid for pid in self._children() if not self._is_kept(pid)}:
            processes.kill([*strays, *processes.below(strays, os.getpid())])
            for pid in strays:
                with contextlib.suppress(ChildProcessError):
                    os.waitpid(pid, 0)

    def _children(self) -> set[int]:
        return processes.children(os.getpid()) - self._sessions.keys()

    def _is_kept(self, pid: int) -> bool:
        try:
            return os.waitpid(pid, os.WNOHANG)[0] == pid or os.getsid(pid) in self._sessions
        except OSError:
            return True  # ended and reaped meanwhile


def _start(jail: Jail, request: dict[str, JSON], limits: Limits, descriptors: Sequence[int]) -> NoReturn:
    """In the child: take off what is the zygote's, put on the jail, and serve."""
    os.setsid()
    control, out, error = descriptors
    control_socket = worker.take_places(worker.channel_of(control), out, error)
    home = worker.Home(str(request["home"]), jail.trees)
    worker.settle(home)
    user = request["user"]
    rlimits.restrict(limits, base_bytes=jail.base_bytes, crowd=jail.crowd if user is None else None)
    credentials.restrict(None if user is None else _whole(user))
    credentials.die_with_parent(signal.SIGKILL)
    _reseed()
    gc.enable()
    home = worker.enter(home)
    if user is None and jail.seccomp:
        seccomp.restrict_to_itself()
    if user is None and jail.network:
        credentials.allow_a_look()
    worker.rehearse()
    if request.get("early"):
        warming.touch()
    control_socket.sendall(wire.pack({"ready": True}))
    worker.serve(control_socket, home)


def _reseed() -> None:
    """Sessions are strangers to each other: they must not draw the same numbers."""
    random.seed()
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


def _limits(request: dict[str, JSON]) -> Limits:
    """What the host's own Limits were made of."""
    values = request["limits"]
    assert isinstance(values, dict)
    return Limits(**values)


def _whole(value: JSON) -> int:
    if not isinstance(value, int):
        raise TypeError(f"wanted a whole number, got {value!r}")
    return value
