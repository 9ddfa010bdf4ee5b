"""What the allowed names stand for: looked up by the host, told to programs by a resolver of its own.

In a session the C library knows no name server but 127.0.0.1, and is told to ask it over TCP (RES_OPTIONS);
the gate connects what asks there with `Names.server`. So every program that uses the C library has the names
of the list, Python, curl and node alike, and no question ever leaves the host but for these names. That is
a convenience: the wall is that the gate permits the addresses alone which the host itself has found.
"""

import asyncio
import contextlib
import ipaddress
import socket
import time
from dataclasses import dataclass, field

from reckon.interpreter.network import dns
from reckon.interpreter.network.allowlist import Address, AllowList, is_special, plain
from reckon.interpreter.network.refused import Refused

ENVIRONMENT = {"RES_OPTIONS": "use-vc timeout:15 attempts:1"}
NAME_SERVER = (ipaddress.IPv4Address("127.0.0.1"), 53)
_LOOK_UP_S, _FRESH_S, _AGAIN_S, _KEPT_S = 10.0, 30.0, 10.0, 3600.0
_QUIET_S, _MESSAGE_BYTES, _CLIENTS = 30.0, 1024, 256
_LOCAL = (ipaddress.IPv4Address("127.0.0.1"), ipaddress.IPv6Address("::1"))


@dataclass(slots=True)
class _Found:
    """Of one name. last: its addresses when it was asked for last, at `at`.  seen: when each came last."""

    last: tuple[Address, ...] = ()
    at: float = float("-inf")
    seen: dict[Address, float] = field(default_factory=dict)
    why: str = ""
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)


def look_up(name: str) -> list[str]:
    """The addresses of a name, by the host's own means. Raises OSError."""
    found = socket.getaddrinfo(name, None, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


class Names:
    """server: where the resolver listens, once it is open.

    asked_by: the session behind a connection to it, by the port that it comes from.
    """

    def __init__(self, allowed: AllowList, refused: Refused) -> None:
        self._allowed = allowed
        self._refused = refused
        self._found = {name: _Found() for name, _ in allowed.names}
        self._server: asyncio.Server | None = None
        self._clients: set[asyncio.Task[None]] = set()
        self.server = ("", 0)
        self.asked_by: dict[int, int] = {}

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._answer_client, "127.0.0.1", 0)
        self.server = self._server.sockets[0].getsockname()

    async def close(self) -> None:
        if self._server is None:
            return
        self._server.close()
        for client in self._clients:
            client.cancel()
        await asyncio.gather(*self._clients, return_exceptions=True)
        self._server = None

    async def permits(self, address: Address, port: int) -> bool:
        """Whether this is a public address of a name that is allowed with this port; stale names are renewed.

        A special one is open by the entry alone that names it by number, whatever the name leads to.
        """
        if is_special(address):
            return False
        names = [name for name, allowed in self._allowed.names if allowed == port]
        if self._is_known(address, names):
            return True
        await asyncio.gather(*(self._renewed(name, _AGAIN_S) for name in names))
        return self._is_known(address, names)

    def _is_known(self, address: Address, names: list[str]) -> bool:
        oldest = time.monotonic() - _KEPT_S
        return any(self._found[name].seen.get(address, float("-inf")) >= oldest for name in names)

    async def _renewed(self, name: str, fresh_s: float) -> _Found:
        """What is known of a name, asked for anew unless that was done within `fresh_s`."""
        found = self._found[name]
        async with found.lock:
            if time.monotonic() - found.at < fresh_s:
                return found
            try:
                told = await asyncio.wait_for(asyncio.to_thread(look_up, name), _LOOK_UP_S)
                found.last = self._open_of(name, [plain(ipaddress.ip_address(text)) for text in told])
                found.why = (
                    "" if found.last else f"{name} has no address that a name may open: {' '.join(told)}"
                )
            except (OSError, ValueError, TimeoutError) as error:
                found.why = f"{name} could not be looked up: {error or 'no answer in time'}"
            found.at = now = time.monotonic()
            found.seen.update(dict.fromkeys(found.last, now))
            for address in [address for address, at in found.seen.items() if now - at > _KEPT_S]:
                del found.seen[address]
        return found

    def _open_of(self, name: str, told: list[Address]) -> tuple[Address, ...]:
        """Without those that would have to be named by number."""
        ports = self._allowed.ports_of(name)
        return tuple(
            address
            for address in told
            if not is_special(address) or any(self._allowed.permits(address, port) for port in ports)
        )

    async def _answer_client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one connection's questions until it is quiet; a message follows its length in two bytes."""
        task = asyncio.current_task()
        assert task is not None
        self._clients.add(task)
        port = writer.get_extra_info("peername")[1]
        try:
            while len(self._clients) <= _CLIENTS:
                async with asyncio.timeout(_QUIET_S):
                    length = int.from_bytes(await reader.readexactly(2))
                    if length > _MESSAGE_BYTES:
                        return
                    answer = await self._answer(dns.question_of(await reader.readexactly(length)), port)
                    writer.write(len(answer).to_bytes(2) + answer)
                    await writer.drain()
        except (OSError, EOFError, ValueError, asyncio.CancelledError):
            pass  # what cannot be understood, or asks no more, is hung up on
        finally:
            self._clients.discard(task)
            self.asked_by.pop(port, None)
            writer.close()
            with contextlib.suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, question: dns.Question, port: int) -> bytes:
        name = question.name
        if name == "localhost":
            asked_for = [a for a in _LOCAL if any(a in network for network, _ in self._allowed.networks)]
            return dns.answer_to(question, asked_for or _LOCAL)
        if name not in self._found:
            if question.version:  # not what an address is called, which libraries ask of themselves
                self._refused.note(self.asked_by.get(port, 0), f"the name {name}")
            return dns.answer_to(question, None)
        found = await self._renewed(name, _FRESH_S)
        if found.why:
            self._refused.note(self.asked_by.get(port, 0), f"the name {name} ({found.why})")
        if found.why and not found.last:
            return dns.failure_of(question)
        return dns.answer_to(question, found.last)
