"""The time to first token that Reckon adds to a turn, against the bare OpenAI client, on a fake server.

    python speed/turn_overhead.py [-n 400] [--wait 0.005]

The server is a process of its own: it waits, then streams a short reply. Both sides stream from it in turns,
one request at a time, over one connection each: `openai.AsyncOpenAI`, and `rollout.prompt` and `write` with
somebody who watches. The prompt is of about --characters. Needs the package openai.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time

from openai import AsyncOpenAI

from reckon.models.openai import OpenAI
from reckon.rollout import Rollout, Setup
from reckon.values import Problem


def event(content: str, finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": {"content": content}, "finish_reason": finish}
    chunk = {"id": "1", "object": "chat.completion.chunk", "created": 0, "model": "fake", "choices": [choice]}
    return b"data: " + json.dumps(chunk).encode() + b"\n\n"


async def serve(wait_s: float) -> None:
    """Answer until killed; the first line printed is the address."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while asked := await reader.readuntil(b"\r\n\r\n"):
                for line in asked.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        await reader.readexactly(int(line.split(b":")[1]))
                await asyncio.sleep(wait_s)
                writer.write(head)
                for data in (*map(event, ("The", " answer")), event(" is 4.", "stop"), b"data: [DONE]\n\n"):
                    writer.write(b"%x\r\n" % len(data) + data + b"\r\n")
                    await writer.drain()
                writer.write(b"0\r\n\r\n")
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def bare(client: AsyncOpenAI, prompt: str) -> float:
    """Seconds to the first text."""
    started, first = time.perf_counter(), 0.0
    messages = [{"role": "user", "content": prompt}]
    stream = await client.chat.completions.create(model="fake", messages=messages, stream=True)
    async for chunk in stream:
        if not first and chunk.choices and chunk.choices[0].delta.content:
            first = time.perf_counter() - started
    return first


async def ours(model: OpenAI, prompt: str) -> float:
    first = 0.0

    def watch(_: str, what: object) -> None:
        nonlocal first
        if not first and isinstance(what, str):
            first = time.perf_counter() - started

    async with Rollout(Problem("p", "p", prompt), Setup(model, watch=watch)) as rollout:
        started = time.perf_counter()
        await rollout.prompt(prompt)
        await rollout.write()
    return first


async def measured(url: str, n: int, characters: int) -> tuple[list[float], list[float]]:
    client, model = AsyncOpenAI(base_url=url, api_key="none"), OpenAI("fake", url, api_key="none")
    prompt = ("What is 2 + 2? " * characters)[:characters]
    for _ in range(20):
        await bare(client, prompt)
        await ours(model, prompt)
    pairs = [(await bare(client, prompt), await ours(model, prompt)) for _ in range(n)]
    await client.close()
    await model.close()
    return [one for one, _ in pairs], [two for _, two in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("-n", type=int, default=400)
    parser.add_argument("--wait", type=float, default=0.005, help="seconds before the first token")
    parser.add_argument("--characters", type=int, default=2000)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        asyncio.run(serve(arguments.wait))
        return
    command = [sys.executable, __file__, "--serve", "--wait", str(arguments.wait)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            one, two = asyncio.run(measured(url, arguments.n, arguments.characters))
        finally:
            server.kill()
    for name, times in (("openai client", one), ("reckon", two)):
        median, late = 1000 * statistics.median(times), 1000 * statistics.quantiles(times, n=20)[18]
        print(f"{name:14} first token: median {median:.2f} ms, p95 {late:.2f} ms")
    added = statistics.median(b - a for a, b in zip(one, two, strict=True))
    print(f"added by reckon: median {1000 * added:+.2f} ms")


if __name__ == "__main__":
    main()
