"""seccomp's user notifications (Linux 5.0; descriptors for the program 5.9, in one step 5.14).

A program's call that the filter hands over stops in the kernel; whoever holds the listener reads which call
it is, looks into the process, and answers in the kernel's place.
"""

import ctypes
import errno
import fcntl
import os
import select
import struct
from dataclasses import dataclass

from reckon.interpreter import procfs
from reckon.interpreter.syscalls import syscall

_RECEIVE, _ANSWER, _IS_VALID, _ADD = 0xC0502100, 0xC0182101, 0x40082102, 0x40182103
_NOTIFICATION = struct.Struct("=QIIiIQ6Q")
_RESPONSE, _ADDED, _ID = struct.Struct("=QqiI"), struct.Struct("=QIIII"), struct.Struct("=Q")
_SEND, _ON_EXEC = 2, os.O_CLOEXEC
_PIDFD_GETFD = 438


@dataclass(frozen=True, slots=True)
class Notification:
    """A call that waits: its number, its arguments as the kernel has them, and the thread that made it."""

    listener: int
    id: int
    thread: int
    call: int
    arguments: tuple[int, ...]

    @property
    def waits(self) -> bool:
        """Whether the thread still waits in that call: until then its number is nobody else's."""
        try:
            fcntl.ioctl(self.listener, _IS_VALID, _ID.pack(self.id))
        except OSError:
            return False
        return True

    @property
    def process(self) -> int:
        """Whose thread it is. Raises SessionLost where that has ended."""
        return int(procfs.status(self.thread)["Tgid"])

    @property
    def user(self) -> int:
        return int(procfs.status(self.thread)["Uid"].split()[0])

    def memory(self, address: int, length: int) -> bytes:
        """What the program has there, now. Raises OSError."""
        memory = os.open(f"/proc/{self.thread}/mem", os.O_RDONLY | os.O_CLOEXEC)
        try:
            found = os.pread(memory, length, address)
        except (OverflowError, OSError):
            found = b""
        finally:
            os.close(memory)
        if len(found) < length:
            raise OSError(errno.EFAULT, os.strerror(errno.EFAULT))
        return found

    def answer(self, error: int = 0) -> None:
        """The call succeeds, or fails with this errno. A program that waits no more is none to answer."""
        self._tell(_ANSWER, _RESPONSE.pack(self.id, 0, -error, 0))

    def answer_with(self, descriptor: int, *, closes_on_exec: bool) -> None:
        """The call succeeds with a descriptor for what is our `descriptor`. Raises OSError."""
        flags = _ON_EXEC if closes_on_exec else 0
        self._tell(_ADD, _ADDED.pack(self.id, _SEND, descriptor, 0, flags))

    def _tell(self, what: int, packed: bytes) -> None:
        try:
            fcntl.ioctl(self.listener, what, packed)
        except OSError as error:
            if error.errno not in (errno.ENOENT, errno.EINPROGRESS):
                raise


def receive(listener: int) -> Notification | None:
    """The next call that waits; None where there is none. Raises EOFError when nobody is left to wait."""
    poll = select.poll()
    poll.register(listener, select.POLLIN)
    events = dict(poll.poll(0)).get(listener, 0)
    if not events & select.POLLIN:  # asked for then, the kernel would have us wait
        if events:
            raise EOFError
        return None
    buffer = bytearray(_NOTIFICATION.size)
    try:
        fcntl.ioctl(listener, _RECEIVE, buffer)
    except OSError as error:
        if error.errno in (errno.ENOENT, errno.EINTR):  # it ended, or was interrupted, meanwhile
            return None
        raise
    number, thread, _, call, _, _, *arguments = _NOTIFICATION.unpack(buffer)
    return Notification(listener, number, thread, call, tuple(arguments))


def signed(argument: int) -> int:
    """An argument of the kernel's type int."""
    return ctypes.c_int(argument & 0xFFFFFFFF).value


def duplicate(process: int, descriptor: int) -> int:
    """A descriptor of ours for what a process has at `descriptor`. Raises OSError."""
    of = os.pidfd_open(process)
    try:
        return syscall(_PIDFD_GETFD, of, descriptor, 0)
    finally:
        os.close(of)
