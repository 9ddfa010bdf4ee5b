"""What a wire adds to the interpreter: the same verbs here, over a socket, TCP, pipes, and in a container.

    python speed/interpreter_wire.py [--container podman:IMAGE]

The server is a process of its own. All of it shares the machine's processors with this one.
"""

import argparse
import asyncio
import contextlib
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable

from reckon.interpreter import AsyncInterpreter, Command, Container, RemoteInterpreter

SERVER = (sys.executable, "-m", "reckon.interpreter.connection", "--preload", "")
SHOTS = 640
PAUSE_S = 0.02


async def p50_ms(verb: Callable[[], Awaitable[object]], times: int, *, pause_s: float = 0.0) -> float:
    """The median of `times`, after five that do not count; a pause lets the spares be made again."""
    spent = []
    for n in range(times + 5):
        begun = time.perf_counter()
        await verb()
        if n >= 5:
            spent.append(time.perf_counter() - begun)
        await asyncio.sleep(pause_s)
    return 1000 * statistics.median(spent)


async def measure(name: str, interpreter: AsyncInterpreter | RemoteInterpreter) -> None:
    async with interpreter:
        async with interpreter.session() as session:
            warm = await p50_ms(lambda: session.run("1 + 1"), 1_000)
            data = os.urandom(1 << 20)
            put = await p50_ms(lambda: session.put("f", data), 30)
            get = await p50_ms(lambda: session.get("f"), 30)
        shot = await p50_ms(lambda: interpreter.run("1 + 1"), 100, pause_s=PAUSE_S)
        begun = time.perf_counter()
        runs = [run async for _, run in interpreter.as_completed(["1 + 1"] * SHOTS)]
        rate = SHOTS / (time.perf_counter() - begun)
        assert all(run.ok for run in runs)
    print(
        f"{name:12} warm run {warm:5.2f} ms   new session + run + end {shot:5.2f} ms   "
        f"put 1 MiB {put:5.1f} ms   get {get:5.1f} ms   {rate:4.0f} one-shots/s"
    )


@contextlib.asynccontextmanager
async def listening(address: str, token: str) -> AsyncIterator[str]:
    """A server at `address`; gives the one to connect to."""
    server = await asyncio.create_subprocess_exec(
        *SERVER, "--listen", address, env={**os.environ, "RECKON_TOKEN": token}, stderr=subprocess.PIPE
    )
    assert server.stderr is not None
    try:
        yield (await server.stderr.readline()).decode().split()[-1]
    finally:
        server.terminate()
        await server.wait()


async def main(container: str) -> None:
    token = secrets.token_hex(16)
    await measure("here", AsyncInterpreter(preload=()))
    with tempfile.TemporaryDirectory() as folder:
        for name, address in (("unix socket", f"unix:{folder}/s"), ("TCP", "tcp:127.0.0.1:0")):
            async with listening(address, token) as where:
                await measure(name, RemoteInterpreter(where, token=token))
    await measure("pipes", RemoteInterpreter(Command((*SERVER, "--stdio"))))
    if container:
        command, _, image = container.partition(":")
        await measure("container", RemoteInterpreter(Container(image, command=command, preload=())))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--container", default="", metavar="ENGINE:IMAGE", help="measure this one too")
    asyncio.run(main(parser.parse_args().container))
