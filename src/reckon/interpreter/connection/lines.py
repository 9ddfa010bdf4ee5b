"""Whole messages from a stream of bytes, bounded, and back: the seam between the protocol and a transport."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Mapping

from reckon.interpreter.connection.messages import LINE_BYTES, Malformed, decode, encode
from reckon.values import JSON

_PIECE = 1 << 18
_WAITING_BYTES = 1 << 20
_STALL_S = 60.0


class Lines:
    """Of one connection. Another transport (a web socket) is another class with these five verbs.

    end: called once when it is closed, and says what the other side left to be known, "" if nothing.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        end: Callable[[], Awaitable[str]] | None = None,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._end = end
        self._buffer = bytearray()
        self._looked = 0
        self._sending = asyncio.Lock()

    def and_then(self, more: Callable[[str], Awaitable[str]]) -> "Lines":
        """The same, with something more to do at its end, given the last words."""
        before = self._end

        async def end() -> str:
            return await more(await before() if before is not None else "")

        self._end = end
        return self

    async def receive(self, most_bytes: int = LINE_BYTES) -> dict[str, JSON] | None:
        """The next message; None at the end. Raises Malformed, also for a line that is too long."""
        while (end := self._buffer.find(b"\n", self._looked)) < 0:
            self._looked = len(self._buffer)
            if self._looked > most_bytes:
                break
            try:
                piece = await self._reader.read(_PIECE)
            except OSError:
                piece = b""
            if not piece:
                return None
            self._buffer += piece
        if end < 0 or end > most_bytes:
            raise Malformed(f"wanted a line of at most {most_bytes} bytes")
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        self._looked = 0
        return decode(line)

    def tell(self, message: Mapping[str, JSON]) -> None:
        """Send without waiting for it to be taken; who lets a whole line's worth lie is dropped."""
        if self._writer.transport.get_write_buffer_size() > LINE_BYTES:
            self.cut()
        if not self._writer.is_closing():
            self._writer.write(encode(message))

    async def ready(self) -> None:
        """Wait while what was sent before is not taken."""
        async with self._sending:
            pass

    async def send(self, message: Mapping[str, JSON]) -> None:
        """Send, and wait while the other side is slow to take. One that takes nothing for long is dropped."""
        line = encode(message)
        async with self._sending:
            if self._writer.is_closing():
                return
            self._writer.write(line)
            if self._writer.transport.get_write_buffer_size() > _WAITING_BYTES:
                await self._drain()

    async def discard(self, seconds: float) -> None:
        """Take what still comes, unread: a connection closed on it would lose what was said last."""
        end = time.monotonic() + seconds
        with contextlib.suppress(OSError):  # a TimeoutError is one
            while (left_s := end - time.monotonic()) > 0:
                if not await asyncio.wait_for(self._reader.read(_PIECE), left_s):
                    return

    def cut(self) -> None:
        """End the connection at once."""
        self._writer.transport.abort()

    async def close(self) -> str:
        """Send what waits, and end the connection; the last words of the other side."""
        self._writer.close()
        try:
            with contextlib.suppress(OSError):
                await asyncio.wait_for(self._writer.wait_closed(), _STALL_S)
        except TimeoutError:
            self.cut()
        end, self._end = self._end, None
        return await end() if end is not None else ""

    async def _drain(self) -> None:
        while (waiting := self._writer.transport.get_write_buffer_size()) > 0:
            try:
                await asyncio.wait_for(self._writer.drain(), _STALL_S)
                return
            except TimeoutError:
                if self._writer.transport.get_write_buffer_size() >= waiting:
                    self.cut()
                    return
            except OSError:
                return
