"""The host's answers to the sockets and connections that the sessions of one zygote ask for.

A blocking connect is done here without blocking: the socket is set so for as long as it takes, and a thread
that is interrupted or killed meanwhile is noticed within a tenth of a second. Whatever looks into a process
or waits for it is done in a thread, so that a program which is slow to be looked at holds up no other.
"""

import asyncio
import contextlib
import errno
import ipaddress
import os
import socket
import struct
import sys

from reckon.errors import SessionLost, UsageError
from reckon.interpreter.network.allowlist import AllowList, plain
from reckon.interpreter.network.names import NAME_SERVER, Names
from reckon.interpreter.network.notifications import Notification, duplicate, receive, signed
from reckon.interpreter.network.refused import Refused
from reckon.interpreter.seccomp import SOCKET

_AT_ONCE = 256  # for all sessions of a zygote: each connection under way takes a descriptor of the host's
_QUESTIONERS = 16  # connections of one session to the name server
_LOOK_S = 0.1
_FAMILIES = (socket.AF_INET, socket.AF_INET6)
_FLAGS = socket.SOCK_NONBLOCK | socket.SOCK_CLOEXEC
_LEAST_BYTES, _MOST_BYTES = 2, 128  # of an address
_FORMS = {socket.AF_INET: struct.Struct("!2xH4s"), socket.AF_INET6: struct.Struct("!2xH4x16s4s")}
_UNDER_WAY = (errno.EINPROGRESS, errno.EALREADY)


class Gate:
    """listener: of the zygote's filter, which is closed with the gate: no call passes from then on.

    fault: why the host could not look into a session, "" where it always could.
    """

    def __init__(self, listener: int, allowed: AllowList, names: Names, refused: Refused) -> None:
        os.set_inheritable(listener, False)
        self._listener = listener
        self._allowed = allowed
        self._names = names
        self._refused = refused
        self._loop = asyncio.get_running_loop()
        self._answering: set[asyncio.Task[None]] = set()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self.fault = ""
        self._loop.add_reader(listener, self._on_notification)

    async def close(self) -> None:
        if self._listener < 0:
            return
        self._loop.remove_reader(self._listener)
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)
        os.close(self._listener)
        self._listener = -1

    def _on_notification(self) -> None:
        try:
            notification = receive(self._listener)
        except EOFError:
            self._loop.remove_reader(self._listener)
            return
        if notification is not None:
            task = asyncio.ensure_future(self._answer(notification))
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)

    async def _answer(self, notification: Notification) -> None:
        work = self._make if notification.call == SOCKET else self._connect
        try:
            async with self._room:
                error = await work(notification)
        except OSError as failure:
            error = failure.errno or errno.EPERM
        except SessionLost:
            return
        if error is not None:
            notification.answer(error)

    async def _make(self, notification: Notification) -> int | None:
        """A socket in the host's network for the program: of TCP, or none. None: answered."""
        family, kind, protocol = map(signed, notification.arguments[:3])
        if kind & ~_FLAGS != socket.SOCK_STREAM or protocol not in (0, socket.IPPROTO_TCP):
            return errno.EPERM  # not noted: the C library tries datagrams for itself
        await asyncio.to_thread(_hand_in, notification, family, kind)
        return None

    async def _connect(self, notification: Notification) -> int | None:
        """The errno of connecting the program's socket to where it wants, if that may be reached."""
        descriptor, address, length = notification.arguments[:3]
        length &= 0xFFFFFFFF
        if not _LEAST_BYTES <= length <= _MOST_BYTES:
            return errno.EINVAL
        try:
            raw, taken = await asyncio.to_thread(_look, notification, address, length, signed(descriptor))
        except PermissionError as error:
            self.fault = str(error)
            return errno.EPERM
        with taken:
            if not notification.waits:  # what was looked at may be somebody else's
                return None
            kind = taken.family, taken.type, taken.proto
            if kind not in [(family, socket.SOCK_STREAM, socket.IPPROTO_TCP) for family in _FAMILIES]:
                return errno.EPERM
            if len(raw) < _FORMS[taken.family].size or int.from_bytes(raw[:2], sys.byteorder) != taken.family:
                return errno.EAFNOSUPPORT
            return await self._pass(notification, taken, raw)

    async def _pass(self, notification: Notification, taken: socket.socket, raw: bytes) -> int | None:
        """The wall: from the checked address alone is the one made that the kernel is given."""
        port, packed, *scope = _FORMS[taken.family].unpack_from(raw)
        address = plain(ipaddress.ip_address(packed))
        if (address, port) == NAME_SERVER:
            return await self._ask_names(notification, taken)
        if not (self._allowed.permits(address, port) or await self._names.permits(address, port)):
            self._note(notification, f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}")
            return errno.EACCES
        number = int.from_bytes(scope[0], sys.byteorder) if scope else 0
        return await self._reach(notification, taken, _place(taken, str(address), port, number))

    async def _ask_names(self, notification: Notification, taken: socket.socket) -> int | None:
        session, asked_by = _session(notification), self._names.asked_by
        if sum(other == session for other in asked_by.values()) >= _QUESTIONERS:
            return errno.EAGAIN
        error = await self._reach(notification, taken, _place(taken, *self._names.server))
        if error in (0, errno.EINPROGRESS):
            asked_by[taken.getsockname()[1]] = session
        return error

    async def _reach(
        self, notification: Notification, taken: socket.socket, place: tuple[str | int, ...]
    ) -> int | None:
        blocks = taken.getblocking()
        taken.setblocking(False)
        try:
            error = taken.connect_ex(place)
            return await self._outcome(notification, taken) if blocks and error in _UNDER_WAY else error
        finally:
            taken.setblocking(blocks)

    async def _outcome(self, notification: Notification, taken: socket.socket) -> int | None:
        """The errno of a connection under way, once it is known; None where nobody waits for it any more."""
        known = asyncio.Event()
        self._loop.add_writer(taken.fileno(), known.set)
        try:
            while not known.is_set():
                if not notification.waits:
                    return None
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK_S):
                        await known.wait()
        finally:
            self._loop.remove_writer(taken.fileno())
        return taken.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)

    def _note(self, notification: Notification, what: str) -> None:
        self._refused.note(_session(notification), what)


def check_forkable(pid: int) -> None:
    """Raise UsageError where a process holds connections: parent and fork would go on sharing them."""
    held = 0
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(f"/proc/{pid}/fd"):
            with contextlib.suppress(OSError), _socket(pid, int(name)) as one:
                held += one.family in _FAMILIES
    if held:
        raise UsageError(
            f"the session has {held} network connection(s) open, which cannot cross a fork: close them first"
        )


def _hand_in(notification: Notification, family: int, kind: int) -> None:
    """Make a socket and answer with it; it is the program's user who owns it. Raises OSError.

    All in one thread: were the descriptor closed from another, what came after it could be handed in.
    """
    with socket.socket(family, kind) as made:
        made.setblocking(not kind & socket.SOCK_NONBLOCK)
        with contextlib.suppress(PermissionError):
            os.fchown(made.fileno(), notification.user, -1)
        notification.answer_with(made.fileno(), closes_on_exec=bool(kind & socket.SOCK_CLOEXEC))


def _look(
    notification: Notification, address: int, length: int, descriptor: int
) -> tuple[bytes, socket.socket]:
    """What stands at `address` in the program, read once, and the socket that is to be connected."""
    return notification.memory(address, length), _socket(notification.process, descriptor)


def _socket(process: int, descriptor: int) -> socket.socket:
    """A process's own socket, under a number of ours. Raises OSError where that is none."""
    taken = duplicate(process, descriptor)
    try:
        blocks = os.get_blocking(taken)
        one = socket.socket(fileno=taken)
    except OSError:
        os.close(taken)
        raise
    one.setblocking(blocks)  # the host may have set a default timeout, which has changed the program's socket
    return one


def _place(taken: socket.socket, address: str, port: int, scope: int = 0) -> tuple[str | int, ...]:
    """As a socket of its family takes it."""
    if taken.family == socket.AF_INET:
        return address, port
    return address if ":" in address else f"::ffff:{address}", port, 0, scope


def _session(notification: Notification) -> int:
    """The process id of the session that a thread belongs to; 0 where it has left it, or ended."""
    try:
        return os.getsid(notification.process)
    except (OSError, SessionLost):
        return 0
