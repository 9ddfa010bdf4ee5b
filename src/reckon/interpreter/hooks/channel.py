"""A program's question to its host, over the session's control channel; the program waits for the answer.

    {"call": kind, "number", …}  →  {"number", …}

One question at a time, whichever thread asks. An interrupt by the host may end the wait, but never cuts a
frame in two; an answer that comes too late is known by its number and passed over.
"""

import _thread
import os
import select
import signal
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from reckon.interpreter import wire
from reckon.values import JSON

QUESTION_BYTES = 1 << 20
REPORT_BYTES = wire.REPLY_BYTES - wire.HEADER_BYTES


class Channel:
    """Open for one run."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._lock = _thread.allocate_lock()
        self._number = 0
        self._pid = os.getpid()
        self._open = True

    @property
    def is_ours(self) -> bool:
        """False in a process that the program forked."""
        return os.getpid() == self._pid

    def call(self, kind: str, data: Mapping[str, JSON], most: int = QUESTION_BYTES) -> dict[str, JSON]:
        """The host's answer. Raises RuntimeError where nobody would hear the question."""
        if not self.is_ours:
            raise RuntimeError("the host can only be asked from the session's own process")
        with self._lock:
            if not self._open:
                raise RuntimeError("the host can only be asked while a run lasts")
            self._number += 1
            frame = wire.pack({"call": kind, "number": self._number, **data})
            if len(frame) > most:
                raise ValueError(f"{len(frame)} bytes are too many to tell the host, of {most} at most")
            with _uninterrupted():
                self._control.sendall(frame)
            return self._wait()

    def close(self) -> None:
        """Wait for a question that is on its way, and let no other follow."""
        if self.is_ours:
            with self._lock:
                self._open = False

    def _wait(self) -> dict[str, JSON]:
        while True:
            select.select([self._control], [], [])
            with _uninterrupted():
                received = wire.receive(self._control)
            if received is None:
                os._exit(0)  # the host is gone
            if received[0].get("number") == self._number:
                return received[0]


@contextmanager
def _uninterrupted() -> Iterator[None]:
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
