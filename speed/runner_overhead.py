"""What the runner of `reckon eval` adds to each problem, against a bare loop and against inspect_ai's eval.

    python speed/runner_overhead.py --peers /tmp/reckon-peers/bin/python

A fake server on this machine answers every chat request after 50 ms with the same short text. All three ask
it the same number of questions, 256 at once, each in a process of its own; the server has one, too. The bare
loop posts with httpx, over pools of 8 connections, and throws the answers away. Ours records each trajectory,
grades it and writes it down.
"""

import argparse
import asyncio
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CONCURRENT = 256
DELAY_S = 0.05
ANSWER = json.dumps(
    {
        "id": "1",
        "object": "chat.completion",
        "created": 0,
        "model": "fake",
        "choices": [
            {"index": 0, "message": {"role": "assistant", "content": "<<<4>>>"}, "finish_reason": "stop"}
        ],
        "usage": {"prompt_tokens": 20, "completion_tokens": 5, "total_tokens": 25},
    }
)


async def serve() -> None:
    """Answer until killed; the first line printed is the address."""
    body = ANSWER.encode()
    reply = (
        b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body) + body
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                for line in head.split(b"\r\n"):
                    if line.lower().startswith(b"content-length:"):
                        await reader.readexactly(int(line.split(b":")[1]))
                await asyncio.sleep(DELAY_S)
                writer.write(reply)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", flush=True)
    await server.serve_forever()


async def bare(url: str, problems: int) -> None:
    import httpx

    waiting = list(range(problems))
    clients = [httpx.AsyncClient(timeout=60) for _ in range(CONCURRENT // 8)]

    async def work(client: httpx.AsyncClient) -> None:
        while waiting:
            question = f"What is {waiting.pop()} * 3?"
            body = {"model": "fake", "messages": [{"role": "user", "content": question}], "max_tokens": 64}
            (await client.post(f"{url}/chat/completions", json=body)).json()

    async with asyncio.TaskGroup() as group:
        for number in range(CONCURRENT):
            group.create_task(work(clients[number % len(clients)]))
    for client in clients:
        await client.aclose()


async def ours(url: str, problems: int) -> None:
    from reckon.evaluation.run import Run, evaluate
    from reckon.models.openai import OpenAI
    from reckon.rollout import Setup

    with tempfile.TemporaryDirectory() as folder:
        run = Run(("product",), ("text",), ("fake",), folder, n=problems, concurrency=CONCURRENT)
        model = OpenAI("fake", base_url=url, max_concurrency=CONCURRENT)
        done = await evaluate(run, Setup(model))
        assert len(done) == problems
        assert not any(t.void for t in done)
        await model.close()


def alone(command: list[str]) -> dict[str, float]:
    """What a process of its own prints."""
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stderr[-2000:]}")
    found: dict[str, float] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", default="", help="python of an environment with inspect_ai and openai")
    parser.add_argument("--problems", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--side", choices=("serve", "bare", "ours"), help=argparse.SUPPRESS)
    parser.add_argument("--url", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.side == "serve":
        asyncio.run(serve())
    elif arguments.side:
        begun = time.perf_counter()
        asyncio.run((bare if arguments.side == "bare" else ours)(arguments.url, arguments.problems))
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps({"seconds": time.perf_counter() - begun, "memory": memory}))
    else:
        _measure(arguments.problems, arguments.rounds, arguments.peers)


def _measure(problems: int, rounds: int, peers: str) -> None:
    server = subprocess.Popen(
        [sys.executable, __file__, "--side", "serve"], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    url = server.stdout.readline().strip()
    own = [sys.executable, __file__, "--problems", str(problems), "--url", url, "--side"]
    sides = {"bare loop": [*own, "bare"], "reckon": [*own, "ours"]}
    if peers:
        script = Path(__file__).with_name("runner_peers.py")
        sides["inspect_ai"] = [peers, str(script), url, str(problems), str(CONCURRENT)]
    try:
        found = {name: [alone(command) for _ in range(rounds)] for name, command in sides.items()}
    finally:
        server.kill()
    best = {name: min(one["seconds"] for one in runs) for name, runs in found.items()}
    print(f"{problems} problems, {CONCURRENT} at once, best of {rounds}")
    for name, runs in found.items():
        slower = best[name] / best["bare loop"]
        added_ms = (best[name] - best["bare loop"]) / problems * 1e3
        memory = max(one["memory"] for one in runs)
        print(
            f"{name:10} {problems / best[name]:6.0f} problems/s  {slower:5.2f}x the bare loop's time"
            f"  +{added_ms:6.2f} ms a problem  {memory:4.0f} MiB"
        )


if __name__ == "__main__":
    main()
