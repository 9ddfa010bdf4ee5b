"""Accept clients on a socket, serve each, and end them all at the end.

async with listening(interpreter, Unix("/run/reckon.sock")) as link: ...
async with listening(interpreter, Tcp("127.0.0.1", 0), token="…") as link: print(link.port)
"""

import asyncio
import contextlib
import os
import socket
import stat
from collections.abc import AsyncIterator

from reckon.errors import UsageError
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.connection.links import Tcp, Unix, check_unix, keep_alive
from reckon.interpreter.connection.server import serve
from reckon.interpreter.interpreter import AsyncInterpreter

CLIENTS = 256
LEAST_TOKEN = 16
_BUFFER_BYTES = 1 << 20
_OWNER_ONLY = 0o177


@contextlib.asynccontextmanager
async def listening(
    interpreter: AsyncInterpreter, link: Unix | Tcp, *, token: str = ""
) -> AsyncIterator[Unix | Tcp]:
    """Serve clients at `link` meanwhile; gives the link to connect to, with the port that the system chose.

    token: what clients must know; at a Tcp it is wanted. Raises UsageError for a place that is not to be had.
    """
    if token and len(token) < LEAST_TOKEN:
        raise UsageError(f"token: wanted at least {LEAST_TOKEN} characters, got {len(token)}")
    if isinstance(link, Tcp) and not token:
        raise UsageError("token: wanted for TCP, where anyone may connect: set RECKON_TOKEN")
    clients: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        if len(clients) >= CLIENTS:
            writer.transport.abort()
            return
        clients.add(task)
        try:
            if isinstance(link, Tcp):
                keep_alive(writer)
            await serve(interpreter, Lines(reader, writer), token=token)
        except asyncio.CancelledError:
            return  # the server's end
        finally:
            clients.discard(task)

    if isinstance(link, Unix):
        server = await asyncio.start_unix_server(accept, sock=_bound(link.path), limit=_BUFFER_BYTES)
    else:
        server = await _tcp_server(accept, link)
        link = Tcp(link.host, server.sockets[0].getsockname()[1])
    try:
        yield link
    finally:
        server.close()
        for task in list(clients):
            task.cancel()
        await asyncio.gather(*clients, return_exceptions=True)
        if isinstance(link, Unix):
            with contextlib.suppress(OSError):
                os.unlink(link.path)


async def _tcp_server(accept: "asyncio.streams._ClientConnectedCallback", link: Tcp) -> asyncio.Server:
    try:
        return await asyncio.start_server(accept, link.host, link.port, limit=_BUFFER_BYTES)
    except (OSError, OverflowError, UnicodeError) as error:
        raise UsageError(f"--listen {link.name}: {getattr(error, 'strerror', None) or error}") from None


def _bound(path: str) -> socket.socket:
    """A socket at `path` that its owner alone may connect to, in the place of one that nobody serves."""
    check_unix()
    _make_way(path)
    server = socket.socket(socket.AF_UNIX)
    before = os.umask(_OWNER_ONLY)
    try:
        server.bind(path)
    except (OSError, ValueError) as error:
        server.close()
        raise UsageError(f"--listen unix:{path}: {getattr(error, 'strerror', None) or error}") from None
    finally:
        os.umask(before)
    return server


def _make_way(path: str) -> None:
    """Remove the socket of a server that is gone. Raises UsageError where something else stands."""
    try:
        mode = os.lstat(path).st_mode
    except (OSError, ValueError):
        return
    if not stat.S_ISSOCK(mode):
        raise UsageError(f"--listen unix:{path}: a file is there already, and it is no socket")
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(path)
        except ConnectionRefusedError:
            os.unlink(path)
            return
        except OSError as error:
            raise UsageError(f"--listen unix:{path}: {error.strerror}") from None
    raise UsageError(f"--listen unix:{path}: another server listens there")
