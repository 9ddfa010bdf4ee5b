"""One session's process, seen from outside: its channel, its two streams, its life and its end.

The host keeps the clock, the output and the verdict. Everything that comes from the process is read without
blocking, bounded, and taken as data; a frame that is not what was asked for ends the process.
"""

import asyncio
import codecs
import contextlib
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from reckon.errors import InfrastructureError, SessionLost
from reckon.interpreter import procfs, wire
from reckon.interpreter.limits import Limits
from reckon.values import JSON

Excess: TypeAlias = Literal["memory", "processes", "disk"]
Stop: TypeAlias = Literal["timeout", "output", "malformed", "cancelled"] | Excess
OnOutput: TypeAlias = Callable[[Literal["stdout", "stderr"], str], None]
OnCall: TypeAlias = Callable[[Mapping[str, JSON], bool], Awaitable[dict[str, JSON]]]
_CHUNK = 1 << 16
_BEGIN_CHECKS, _BEGIN_S = 200, 0.001
_PIPE_CHUNKS = 64  # more than a pipe holds; a child that never stops printing cannot keep us here


@dataclass(frozen=True, slots=True)
class Ends:
    """The host's and the session's ends of a control channel and two output pipes."""

    control: socket.socket
    out: int
    error: int
    theirs: tuple[int, int, int]

    @staticmethod
    def make() -> "Ends":
        """Raises InfrastructureError where descriptors are short; none is left open then."""
        try:
            return Ends._make()
        except OSError as error:
            raise InfrastructureError(f"the host has no descriptors for a session: {error}") from error

    @staticmethod
    def _make() -> "Ends":
        with contextlib.ExitStack() as undo:
            control, their_control = socket.socketpair()
            undo.callback(control.close)
            undo.callback(their_control.close)
            out, their_out = os.pipe()
            undo.callback(os.close, out)
            undo.callback(os.close, their_out)
            error, their_error = os.pipe()
            undo.pop_all()
        control.setblocking(False)
        os.set_blocking(out, False)
        os.set_blocking(error, False)
        return Ends(control, out, error, (their_control.detach(), their_out, their_error))

    def close_theirs(self) -> None:
        for descriptor in self.theirs:
            os.close(descriptor)

    def close_ours(self) -> None:
        self.control.close()
        os.close(self.out)
        os.close(self.error)


_DECODER = codecs.getincrementaldecoder("utf-8")


@dataclass(slots=True)
class _Output:
    """What came over one stream in the present run."""

    pieces: list[bytes] = field(default_factory=list)

    name: Literal["stdout", "stderr"] = "stdout"
    decoder: codecs.IncrementalDecoder = field(default_factory=lambda: _DECODER("replace"))

    def text(self) -> str:
        return b"".join(self.pieces).decode("utf-8", "replace")


class Process:
    """pid, pidfd: of the process; the number is only to be shown and to ask the zygote with."""

    def __init__(self, ends: Ends, limits: Limits) -> None:
        self._loop = asyncio.get_running_loop()
        self._ends = ends
        self._limits = limits
        self._buffer = bytearray()
        self._reply: asyncio.Future[dict[str, JSON] | None] | None = None
        self._outputs = {ends.out: _Output(), ends.error: _Output(name="stderr")}
        self._on_text: OnOutput | None = None
        self._asking = self._answered = False
        self._size = 0
        self._paused: set[int] = set()
        self._grace: asyncio.TimerHandle | None = None
        self._timer: asyncio.TimerHandle | None = None
        self.waited_s = 0.0
        self._released = False
        self.stopped: Stop | None = None
        self.interrupted = False
        self.fault: BaseException | None = None
        self.truncated = False
        self.alive = True
        self.pid = 0
        self._pidfd = -1
        self._loop.add_reader(ends.control, self._on_control)
        for stream in self._outputs:
            self._loop.add_reader(stream, self._on_output, stream)

    def attach(self, pid: int, pidfd: int) -> None:
        """Name the process behind the channel, and watch its life."""
        self.pid, self._pidfd = pid, pidfd
        self._loop.add_reader(pidfd, self._on_death)

    @property
    def stdout(self) -> str:
        return self._outputs[self._ends.out].text()

    @property
    def stderr(self) -> str:
        return self._outputs[self._ends.error].text()

    def last_words(self) -> str:
        """What a process that ended before it served wrote to its stderr."""
        self._drain()
        return self.stderr

    async def ask(
        self,
        message: Mapping[str, JSON],
        timeout_s: float,
        descriptors: tuple[int, ...] = (),
        *,
        on_output: OnOutput | None = None,
        on_call: OnCall | None = None,
        patient: bool = False,
    ) -> dict[str, JSON] | None:
        """The reply to a request, or None if the process ended instead; `stopped` says what we did to it.

        on_output: gets the output as it comes.  on_call: answers what the program asks before its reply; the
        time that takes is `waited_s`. What they raise is kept in `fault`, and stops the program.
        patient: whoever is cancelled waits for the reply all the same, and the process lives on.
        """
        self._begin()
        self._on_text, self._asking = on_output, True
        self._timer = self._loop.call_later(timeout_s, self._stop, "timeout")
        try:
            await self._send(wire.pack(message), descriptors)
            reply = await self.answer()
            if on_call is not None:
                reply = await self._hear_out(reply, on_call)
            if not self._released:
                self._drain()
            for output in self._outputs.values():
                self._tell(output, b"", final=True)
            return reply
        except asyncio.CancelledError:
            try:
                if patient and not self._answered:
                    await self.answer()
            finally:
                if not (patient and self._answered):
                    self.kill("cancelled")
                    self.alive = False
            raise
        finally:
            self._on_text, self._asking = None, False
            self._timer.cancel()
            if self._grace is not None:
                self._grace.cancel()
                self._grace = None

    async def _hear_out(self, reply: dict[str, JSON] | None, on_call: OnCall) -> dict[str, JSON] | None:
        """Answer what the program asks until its reply comes; its clock stands still meanwhile."""
        while reply is not None and "call" in reply and self._timer is not None:
            begun, ends = self._loop.time(), self._timer.when()
            self._timer.cancel()
            told: dict[str, JSON] = {"number": reply.get("number")}
            try:
                told |= await on_call(reply, self.stopped is not None)
            except (Exception, SystemExit) as fault:
                self.fault = self.fault or fault
                self._stop("cancelled")
            waited_s = self._loop.time() - begun
            self.waited_s += waited_s
            self._timer = self._loop.call_at(ends + waited_s, self._stop, "timeout")
            await self.tell(told)
            reply = await self.answer()
        return reply

    async def interrupt(self) -> None:
        """KeyboardInterrupt in the program that runs, as soon as it can be heard there."""
        for _ in range(_BEGIN_CHECKS):
            if not self._asking or not self.alive:
                return
            with contextlib.suppress(SessionLost):
                if procfs.catches(self.pid, signal.SIGINT):
                    break
            await asyncio.sleep(_BEGIN_S)
        self.interrupted = True
        self._signal(signal.SIGINT)

    async def answer(self) -> dict[str, JSON] | None:
        """The next frame, or None at the end of the process."""
        if self._reply is None:
            self._reply, self._answered = self._loop.create_future(), False
            if self._buffer:
                self._take_frame()
            if not self.alive:
                self._settle(None)
        try:
            return await self._reply
        finally:
            self._reply = None

    async def tell(self, message: Mapping[str, JSON]) -> None:
        await self._send(wire.pack(message), ())

    def kill(self, why: Stop | None = None) -> None:
        """End the process, without fail and without delay; what it started is the zygote's to sweep."""
        self.stopped = self.stopped or why
        self._signal(signal.SIGKILL)

    def exceed(self, what: Excess) -> None:
        """It was found over a limit of the session's: it may end by itself where it is in nobody's way."""
        if what == "disk":
            self._stop(what)
        else:
            self.kill(what)

    def release(self) -> None:
        """Let go of every descriptor. The process, if it lives, is to be ended by the zygote."""
        if self._released:
            return
        self._released, self.alive = True, False
        self._drain()
        self._loop.remove_reader(self._ends.control)
        for stream in self._outputs:
            self._loop.remove_reader(stream)
        if self._pidfd >= 0:
            self._loop.remove_reader(self._pidfd)
            os.close(self._pidfd)
            self._pidfd = -1
        self._ends.close_ours()
        self._settle(None)

    def _begin(self) -> None:
        self._size, self.stopped, self.truncated = 0, None, False
        self.interrupted, self.fault, self.waited_s = False, None, 0.0
        self._answered = False
        for output in self._outputs.values():
            output.pieces.clear()
            output.decoder.reset()
        for stream in self._paused:
            self._loop.add_reader(stream, self._on_output, stream)
        self._paused.clear()

    async def _send(self, data: bytes, descriptors: tuple[int, ...]) -> None:
        if self._released:  # closed meanwhile, by who waits no more for this
            return
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            try:
                sent = (
                    socket.send_fds(self._ends.control, [data], descriptors)
                    if descriptors
                    else self._ends.control.send(data)
                )
            except BlockingIOError:
                sent = 0
            if sent < len(data):
                await self._loop.sock_sendall(self._ends.control, data[sent:])

    def _stop(self, why: Stop) -> None:
        """Interrupt the program; kill it if it has not ended after the grace period."""
        if self.stopped is None:
            self.stopped = why
            self._signal(signal.SIGINT)
            self._grace = self._loop.call_later(self._limits.grace_s, self._end_grace)

    def _end_grace(self) -> None:
        """Kill it, unless its reply is there already: a busy host may be late to read that."""
        if not self._released:
            self._on_control()
            if not self._answered:
                self.kill()

    def _signal(self, number: int) -> None:
        if self._pidfd >= 0:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._pidfd, number)

    def _on_control(self) -> None:
        try:
            data = self._ends.control.recv(_CHUNK)
        except BlockingIOError:
            return
        except ConnectionResetError:
            data = b""
        if not data:
            # The program closed the channel, or is ending: the pidfd says when it has.
            self._loop.remove_reader(self._ends.control)
            if self._pidfd < 0:
                self._end()
            return
        self._buffer += data
        self._take_frame()

    def _take_frame(self) -> None:
        if self.stopped == "malformed":  # killed for it: what was sent meanwhile is no reply
            self._buffer.clear()
            return
        try:
            frame = wire.unpack(self._buffer)
        except wire.Malformed:
            self._buffer.clear()
            self.kill("malformed")
            return
        if frame is not None and self._reply is not None and not self._reply.done():
            self._buffer.clear()
            self._settle(frame)
        elif len(self._buffer) > wire.REPLY_BYTES + wire.HEADER_BYTES:
            self.kill("malformed")

    def _on_output(self, stream: int) -> None:
        if self._read(stream) == 0:
            self._loop.remove_reader(stream)
        elif self._size > self._limits.output_bytes and self._reply is None:
            # Nobody asked for this: a thread goes on printing between runs. Let it wait at a full pipe.
            self._loop.remove_reader(stream)
            self._paused.add(stream)

    def _read(self, stream: int) -> int | None:
        """Take what is there, keep what fits: how many bytes came, 0 at the end, None where none is ready."""
        try:
            data = os.read(stream, _CHUNK)
        except BlockingIOError:
            return None
        room = self._limits.output_bytes - self._size
        self._size += len(data)
        if room > 0 and data:
            self._outputs[stream].pieces.append(data[:room])
            self._tell(self._outputs[stream], data[:room])
        if self._size > self._limits.output_bytes:
            self.truncated = True
            if self._reply is not None:
                self._stop("output")
        return len(data)

    def _tell(self, output: _Output, data: bytes, final: bool = False) -> None:
        """Pass on what came, whole characters at a time."""
        if self._on_text is None or not (text := output.decoder.decode(data, final)):
            return
        try:
            self._on_text(output.name, text)
        except BaseException as fault:  # in a callback of the loop's, where nobody else would hear of it
            self._on_text, self.fault = None, fault
            self._stop("cancelled")

    def _drain(self) -> None:
        """Take what the program wrote before it ended: it is in the pipes by then."""
        for stream in self._outputs:
            for _ in range(_PIPE_CHUNKS):
                if not self._read(stream):
                    break

    def _on_death(self) -> None:
        self._loop.remove_reader(self._pidfd)
        with contextlib.suppress(BlockingIOError, OSError):
            while data := self._ends.control.recv(_CHUNK):
                self._buffer += data
        self._take_frame()
        self._drain()
        self._end()

    def _end(self) -> None:
        self.alive = False
        self._settle(None)

    def _settle(self, reply: dict[str, JSON] | None) -> None:
        if self._reply is not None and not self._reply.done():
            self._reply.set_result(reply)
            self._answered = reply is not None and "call" not in reply
