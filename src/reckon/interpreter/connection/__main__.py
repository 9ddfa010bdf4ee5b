"""Serve an interpreter to clients elsewhere.

examples:
  python -m reckon.interpreter.connection --listen unix:/run/user/1000/reckon.sock
  RECKON_TOKEN=… python -m reckon.interpreter.connection --listen tcp:7070
  ssh me@host python -m reckon.interpreter.connection --stdio      as the link Command(("ssh", …)) does

Clients connect with Interpreter.connect("unix:PATH") or Interpreter.connect("tcp://HOST:PORT"). Over TCP
nothing is encrypted, the token neither: for other than trusted networks, go through ssh.
"""

import argparse
import asyncio
import contextlib
import json
import os
import re
import signal
import sys
from typing import Any

from reckon.errors import ReckonError, UsageError
from reckon.interpreter.connection.client import TOKEN
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.connection.links import Tcp, Unix, link_of
from reckon.interpreter.connection.listening import listening
from reckon.interpreter.connection.server import serve
from reckon.interpreter.interpreter import AsyncInterpreter
from reckon.interpreter.limits import SCIENCE, Limits
from reckon.records import from_json

_BUFFER_BYTES = 1 << 20


def main(argv: list[str] | None = None) -> int:
    """Serve until told to end; 0 then, 2 where it was asked for wrongly."""
    arguments = _parser().parse_args(argv)
    try:
        asyncio.run(_main(arguments))
    except ReckonError as error:
        print(f"reckon: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


async def _main(arguments: argparse.Namespace) -> None:
    # Claimed first: whatever is printed from here on must not get onto the wire.
    wire = _claim_streams() if arguments.stdio else None
    link = None if arguments.stdio else _address(arguments.listen)
    token = os.environ.pop(TOKEN, "")
    interpreter, over = _interpreter(arguments), asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, over.set)
    async with interpreter:
        if wire is not None:
            await _serve_until(over, interpreter, await _lines(*wire), token)
        elif link is not None:
            async with listening(interpreter, link, token=token) as place:
                print(f"reckon: an interpreter listens at {place.name}", file=sys.stderr, flush=True)
                if isinstance(place, Tcp):
                    print("reckon: TCP is not encrypted: use it on trusted networks alone", file=sys.stderr)
                await over.wait()


async def _serve_until(over: asyncio.Event, interpreter: AsyncInterpreter, lines: Lines, token: str) -> None:
    serving = asyncio.ensure_future(serve(interpreter, lines, token=token))
    waiting = asyncio.ensure_future(over.wait())
    await asyncio.wait([serving, waiting], return_when=asyncio.FIRST_COMPLETED)
    for task in (serving, waiting):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await serving


def _parser() -> argparse.ArgumentParser:
    summary, _, rest = (__doc__ or "").partition("\n")
    parser = argparse.ArgumentParser(
        prog="python -m reckon.interpreter.connection",
        description=summary,
        epilog=rest.strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    way = parser.add_mutually_exclusive_group(required=True)
    way.add_argument("--stdio", action="store_true", help="serve one client on standard input and output")
    way.add_argument(
        "--listen", metavar="ADDRESS", help="unix:PATH, tcp:PORT or tcp:HOST:PORT (wants RECKON_TOKEN)"
    )
    parser.add_argument("--limits", default="{}", metavar="JSON", help='such as {"timeout_s": 5}, see Limits')
    parser.add_argument("--preload", default=",".join(SCIENCE), metavar="NAMES", help="modules to hold ready")
    parser.add_argument("--concurrency", type=int, metavar="N", help="programs that run at once")
    parser.add_argument("--seed", type=int, metavar="N", help="of every session's random numbers")
    parser.add_argument(
        "--network",
        action="append",
        default=[],
        metavar="HOST:PORT",
        help="a place that programs may connect to; may be given several times (default: none)",
    )
    parser.add_argument("--require", default="none", metavar="LEVEL", help="none, standard or strict")
    return parser


def _interpreter(arguments: argparse.Namespace) -> AsyncInterpreter:
    try:
        limits: Any = json.loads(arguments.limits)
        return AsyncInterpreter(
            from_json(Limits, limits),
            preload=tuple(name for name in arguments.preload.split(",") if name),
            concurrency=arguments.concurrency,
            seed=arguments.seed,
            require=arguments.require,
            network=arguments.network,
        )
    except (json.JSONDecodeError, RecursionError) as error:
        raise UsageError(f"--limits: wanted JSON, got {arguments.limits!r:.80} ({error})") from None


def _address(text: str) -> Unix | Tcp:
    """Where to listen; a port alone is one of this machine's own address, which no other can reach."""
    alone = re.fullmatch(r"tcp:(?://)?:?(\d+)", text)
    link = Tcp("127.0.0.1", int(alone[1])) if alone else link_of(text)
    if not isinstance(link, Unix | Tcp):
        raise UsageError(f"--listen: wanted unix:PATH or tcp:HOST:PORT, got {text!r}")
    return link


def _claim_streams() -> tuple[int, int]:
    """Standard input and output, moved away: what prints by mistake prints to standard error from now on."""
    wire = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    os.dup2(2, 1)
    return wire


async def _lines(source: int, sink: int) -> Lines:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=_BUFFER_BYTES)
    written = asyncio.StreamReaderProtocol(asyncio.StreamReader())
    try:
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(source, "rb", 0))
        transport, _ = await loop.connect_write_pipe(lambda: written, os.fdopen(sink, "wb", 0))
    except ValueError:
        raise UsageError("--stdio: wanted pipes or sockets as standard input and output") from None
    return Lines(reader, asyncio.StreamWriter(transport, written, None, loop))


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        sys.exit(main())
