"""How a wire to an interpreter is opened: each link is an address with one verb.

    Unix("/run/reckon.sock")                    Tcp("127.0.0.1", 7070)
    Command(("ssh", "me@host", "python -m reckon.interpreter.connection --stdio"))

A command's standard input and output are the wire. Through ssh that is a way over a network that is encrypted
and knows both its ends; Tcp is neither. For Container see containers.py.
"""

import asyncio
import contextlib
import shutil
import socket
import subprocess
from dataclasses import dataclass
from typing import Protocol, TypeAlias
from urllib.parse import urlsplit

from reckon.errors import InfrastructureError, UsageError
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.isolation import Tier

CONNECT_S = 20.0
GREETING_S = 90.0
_END_S = 10.0
_WORDS_BYTES = 1 << 10
_BUFFER_BYTES = 1 << 20
_KEEPALIVE = {"TCP_KEEPIDLE": 30, "TCP_KEEPINTVL": 10, "TCP_KEEPCNT": 3}


class Link(Protocol):
    """name: for messages.  tiers: what this way of reaching an interpreter adds to its isolation.
    greeting_s: how long the server may take to answer first: it may have to be started, and to warm.
    """

    @property
    def name(self) -> str: ...
    @property
    def tiers(self) -> tuple[Tier, ...]: ...
    @property
    def greeting_s(self) -> float: ...
    async def open(self) -> Lines:
        """A new connection. Raises UsageError or InfrastructureError where there is none to be had."""
        ...


@dataclass(frozen=True, slots=True)
class Unix:
    """A socket of this machine: who may open the file may connect."""

    path: str

    @property
    def name(self) -> str:
        return f"unix:{self.path}"

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return ()

    @property
    def greeting_s(self) -> float:
        return GREETING_S

    async def open(self) -> Lines:
        check_unix()
        try:
            return Lines(*await asyncio.open_unix_connection(self.path, limit=_BUFFER_BYTES))
        except (OSError, ValueError) as error:
            raise _nobody(self.name, error) from error


@dataclass(frozen=True, slots=True)
class Tcp:
    """What goes over it, the token too, can be read and changed on its way: for networks that are trusted."""

    host: str
    port: int

    def __post_init__(self) -> None:
        if not isinstance(self.host, str) or not self.host:
            raise UsageError(f"Tcp.host: wanted a host's name, got {self.host!r}")
        if isinstance(self.port, bool) or not isinstance(self.port, int) or not 0 <= self.port < 1 << 16:
            raise UsageError(f"Tcp.port: wanted a number below {1 << 16}, got {self.port!r}")

    @property
    def name(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"tcp://{host}:{self.port}"

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return ()

    @property
    def greeting_s(self) -> float:
        return GREETING_S

    async def open(self) -> Lines:
        opening = asyncio.open_connection(self.host, self.port, limit=_BUFFER_BYTES)
        try:
            reader, writer = await asyncio.wait_for(opening, CONNECT_S)
        except (OSError, UnicodeError) as error:  # a TimeoutError is an OSError
            raise _nobody(self.name, error) from error
        keep_alive(writer)
        return Lines(reader, writer)


@dataclass(frozen=True, slots=True)
class Command:
    """A program that serves one client on its standard input and output."""

    arguments: tuple[str, ...]

    def __post_init__(self) -> None:
        if isinstance(self.arguments, str) or not self.arguments:
            raise UsageError(f"Command.arguments: wanted the words of a command, got {self.arguments!r}")

    @property
    def name(self) -> str:
        return f"the command {self.arguments[0]!r}"

    @property
    def tiers(self) -> tuple[Tier, ...]:
        return ()

    @property
    def greeting_s(self) -> float:
        return GREETING_S

    async def open(self) -> Lines:
        if shutil.which(self.arguments[0]) is None:
            raise UsageError(f"no command {self.arguments[0]!r} is installed here")
        try:
            process = await asyncio.create_subprocess_exec(
                *self.arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                limit=_BUFFER_BYTES,
                start_new_session=True,  # an interrupt of the terminal is for us, who close it
            )
        except (OSError, ValueError) as error:
            raise InfrastructureError(f"{self.name} could not start: {error}") from error
        assert process.stdin is not None
        assert process.stdout is not None
        words = asyncio.ensure_future(_last_words(process.stderr))

        async def end() -> str:
            await _end(process)
            said = await words
            return f"{said} (exit status {process.returncode})" if process.returncode else said

        return Lines(process.stdout, process.stdin, end)


Where: TypeAlias = str | Link


def link_of(where: Where) -> Link:
    """The link that an address names, or the one that was given. Raises UsageError."""
    if not isinstance(where, str):
        if callable(getattr(where, "open", None)):
            return where
        raise UsageError(f"wanted an address or a link to an interpreter, got {where!r}")
    scheme, _, rest = where.partition(":")
    if scheme == "unix" and rest:
        return Unix(rest[2:] if rest.startswith("//") else rest)
    if scheme == "tcp":
        return _tcp_of(where)
    if scheme == "container" and rest:
        from reckon.interpreter.connection.containers import Container

        return Container(rest)
    if scheme in ("http", "https", "ws", "wss"):
        raise UsageError(f"{where}: interpreters cannot be reached over HTTP yet; {_WAYS}")
    raise UsageError(f"{where!r:.200} is no address of an interpreter; {_WAYS}")


def keep_alive(writer: asyncio.StreamWriter) -> None:
    """Have the kernel notice when the other side is gone without a word."""
    connection = writer.get_extra_info("socket")
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for name, value in _KEEPALIVE.items():
            if hasattr(socket, name):
                connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def check_unix() -> None:
    """Raise UsageError where there are no such sockets."""
    if not hasattr(socket, "AF_UNIX") or not hasattr(asyncio, "open_unix_connection"):
        raise UsageError("unix: this system has no such sockets; use tcp://HOST:PORT")


_WAYS = "wanted unix:PATH, tcp://HOST:PORT, container:IMAGE, or a Command or Container"


def _tcp_of(where: str) -> Tcp:
    try:
        parts = urlsplit(where if "://" in where else where.replace(":", "://", 1))
        host, port = parts.hostname, parts.port
    except ValueError:
        host = port = None
    if not host or port is None or parts.path.strip("/") or parts.query or parts.username is not None:
        raise UsageError(f"{where!r:.200}: wanted tcp://HOST:PORT")
    return Tcp(host, port)


def _nobody(name: str, error: Exception) -> InfrastructureError:
    why = getattr(error, "strerror", None) or str(error) or "no answer"
    listen = name.replace("://", ":", 1)
    return InfrastructureError(
        f"{name}: no interpreter listens there ({why}); "
        f"python -m reckon.interpreter.connection --listen {listen} starts one"
    )


async def _last_words(stream: asyncio.StreamReader | None) -> str:
    """The end of what a command wrote to its standard error."""
    kept = b""
    while stream is not None and (piece := await stream.read(_WORDS_BYTES)):
        kept = (kept + piece)[-_WORDS_BYTES:]
    return " ".join(kept.decode("utf-8", "replace").split())


async def _end(process: asyncio.subprocess.Process) -> None:
    """Its input is closed: it ends by itself, or is made to."""
    for stop in (process.terminate, process.kill):
        try:
            await asyncio.wait_for(process.wait(), _END_S)
            return
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                stop()
    await process.wait()
