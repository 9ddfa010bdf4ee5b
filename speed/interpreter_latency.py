"""How long the interpreter takes, against its peers in the same run, on a machine that does nothing else.

    python speed/interpreter_latency.py [--peers /tmp/reckon-peers/bin/python] [FIGURE ...]

The peers live in an environment of their own, see interpreter_peers.py; one that is missing is said and
skipped. FIGURE: session, bare, warm, fork, loop, snippets, network; all of them if none is named.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable

from interpreter_peers import LOOP

from reckon.interpreter import AsyncInterpreter

STACK = ("numpy", "sympy", "pandas")
IMPORTS = "import numpy, pandas, sympy\n"
SYMPY = "x = sympy.Symbol('x')\nprint(sympy.factor(x**2 - 1))"
STATE = "import numpy as np\na = np.ones(100_000_000 // 8)"
LONG_LOOP = """
import time
def f():
    total = 0
    for i in range(3_000_000):
        total += i * i % 7
    return total
spent = []
for _ in range(7):
    begun = time.perf_counter(); f(); spent.append(time.perf_counter() - begun)
"""
CONNECT = """
import socket, statistics, time
spent = []
for _ in range(205):
    begun = time.perf_counter()
    socket.create_connection(("127.0.0.1", {port}), 5).close()
    spent.append(time.perf_counter() - begun)
"""
PAUSE_S = 0.02
FORKS = """
import os, statistics, sys, time
code, pause_s = compile({code!r}, "code", "exec"), {pause_s}
sys.stdout = open(os.devnull, "w")
spent = []
for _ in range(60):
    time.sleep(pause_s)
    begun = time.perf_counter()
    pid = os.fork()
    if pid == 0:
        exec(code)
        os._exit(0)
    os.waitpid(pid, 0)
    spent.append(time.perf_counter() - begun)
os.write(1, str(statistics.median(spent[5:])).encode())
"""
NO_JAIL = "os.fork, the same, waitpid: no isolation at all"


async def p50(verb: Callable[[], Awaitable[object]], times: int, *, pause_s: float = 0.0) -> float:
    """The median of `times`, after five that do not count; a pause lets the spares be made again."""
    spent = []
    for n in range(times + 5):
        begun = time.perf_counter()
        await verb()
        if n >= 5:
            spent.append(time.perf_counter() - begun)
        if pause_s:
            await asyncio.sleep(pause_s)
    return statistics.median(spent)


def one_shot(interpreter: AsyncInterpreter, code: str) -> Callable[[], Awaitable[None]]:
    async def verb() -> None:
        async with interpreter.session() as session:
            execution = await session.run(code)
        assert execution.ok, execution

    return verb


def plain(code: str, times: int) -> float:
    """A fresh `python -c`, p50."""
    spent = []
    for _ in range(times):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", code], check=True, stdout=subprocess.DEVNULL)
        spent.append(time.perf_counter() - begun)
    return statistics.median(spent)


def forked(before: str, code: str, pause_s: float) -> float:
    """What the kernel alone asks: a plain process that has run `before` forks, runs `code`, reaps; p50."""
    command = [sys.executable, "-c", before + FORKS.format(code=code, pause_s=pause_s)]
    return float(subprocess.run(command, check=True, capture_output=True).stdout.splitlines()[-1])


def peer(python: str, name: str) -> dict[str, float]:
    """Its figures; empty, and said, where it is missing."""
    command = [python, f"{sys.path[0]}/interpreter_peers.py", name]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    except (OSError, subprocess.SubprocessError, ValueError, IndexError) as error:
        print(f"  {name}: skipped ({type(error).__name__})")
        return {}
    if "missing" in told:
        print(f"  {name}: skipped ({told['missing']})")
        return {}
    return told


def say(what: str, ours_s: float, theirs: dict[str, float]) -> None:
    print(f"{what}: {ours_s * 1e3:.2f} ms")
    for name, theirs_s in theirs.items():
        print(f"  {name}: {theirs_s * 1e3:.2f} ms, {theirs_s / ours_s:.2f} times ours")


async def session(python: str) -> None:
    """New isolated session, first run (a sympy call), close and reap."""
    async with AsyncInterpreter(preload=STACK) as interpreter:
        await interpreter.warm()
        verb = one_shot(interpreter, IMPORTS + SYMPY)
        paced = await p50(verb, 100, pause_s=PAUSE_S)
        in_a_row = await p50(verb, 100)
    slow = {"subprocess that imports the same": plain(IMPORTS + SYMPY, 7)}
    before = IMPORTS + SYMPY + "\n"
    theirs = slow | {NO_JAIL: forked(before, IMPORTS + SYMPY, PAUSE_S)}
    say("new session + sympy call + reap, one every 20 ms", paced, theirs)
    theirs = slow | {NO_JAIL: forked(before, IMPORTS + SYMPY, 0.0)}
    say("the same, one after the other", in_a_row, theirs)


async def bare(python: str) -> None:
    async with AsyncInterpreter(preload=()) as interpreter:
        await interpreter.warm()
        paced = await p50(one_shot(interpreter, "1 + 1"), 200, pause_s=PAUSE_S)
        in_a_row = await p50(one_shot(interpreter, "1 + 1"), 200)
    theirs = {"subprocess of python": plain("1 + 1", 20)}
    monty = peer(python, "monty")
    theirs |= {"pydantic-monty checkout + run": monty["open"]} if monty else {}
    say("new bare session + run + reap, one every 20 ms", paced, theirs)
    say("the same, one after the other", in_a_row, theirs)


async def warm(python: str) -> None:
    async with AsyncInterpreter(preload=()) as interpreter, interpreter.session() as live:
        ours = await p50(lambda: live.run("1 + 1"), 1000)
    kernel = peer(python, "ipykernel")
    say("warm run of 1 + 1", ours, {"ipykernel": kernel["trivial"]} if kernel else {})


async def fork(python: str) -> None:
    """Fork of a live session that holds a 100 MB array, a run in it, close and reap."""
    async with AsyncInterpreter(preload=STACK) as interpreter, interpreter.session() as live:
        await interpreter.warm()
        assert (await live.run(STATE)).ok

        figures = {}
        for pause_s in (PAUSE_S, 0.0):
            to_result, whole = [], []
            for _ in range(60):
                begun = time.perf_counter()
                child = await live.fork()
                assert (await child.run("float(a[5])")).value == "1.0"
                to_result.append(time.perf_counter() - begun)
                await child.close()
                whole.append(time.perf_counter() - begun)
                await asyncio.sleep(pause_s)
            figures[pause_s] = statistics.median(to_result[5:]), statistics.median(whole[5:])
        again = await p50(one_shot(interpreter, STATE + "\nfloat(a[5])"), 10, pause_s=PAUSE_S)
    theirs = {"the history again in a new session": again}
    pickled = peer(python, "cloudpickle")
    theirs |= {"cloudpickle of the state": pickled["state"]} if pickled else {}
    for pause_s, how in ((PAUSE_S, "one every 20 ms"), (0.0, "one after the other")):
        say(f"fork of a session holding 100 MB + run, {how}", figures[pause_s][0], theirs)
        least = forked(IMPORTS + SYMPY + "\n" + STATE, "float(a[5])", pause_s)
        say("the same, closed and reaped", figures[pause_s][1], {**theirs, NO_JAIL: least})


async def loop(python: str) -> None:
    """A loop that only CPython is busy with, timed inside by itself: the jail against plain python."""
    ratios = []
    async with AsyncInterpreter(preload=STACK) as interpreter:
        await interpreter.warm()
        for _ in range(5):
            command = [sys.executable, "-c", LONG_LOOP + "print(min(spent))"]
            done = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
            inside = await interpreter.run("import numpy" + LONG_LOOP + "min(spent)", timeout_s=60)
            ratios.append(float(inside.value or "nan") / float(done.stdout))
    print(f"CPython loop in the jail: {100 * (statistics.median(ratios) - 1):+.1f} % of plain python's time")


async def snippets(python: str) -> None:
    """The same two snippets in a live session of each."""
    async with AsyncInterpreter(preload=()) as interpreter, interpreter.session() as live:
        ours = {"trivial": await p50(lambda: live.run("1 + 1"), 500)}
        ours["loop"] = await p50(lambda: live.run(LOOP), 20)
    for name in ("smolagents", "monty"):
        theirs = peer(python, name)
        for what in ours if theirs else ():
            say(f"{what} in a live session", ours[what], {name: theirs[what]})


async def network(python: str) -> None:
    """What it costs that sessions may connect somewhere, and a connection to a server of this machine."""
    server = await asyncio.start_server(lambda reader, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    connect = CONNECT.format(port=port)
    async with (
        server,
        AsyncInterpreter(preload=()) as closed,
        AsyncInterpreter(preload=(), network=(f"127.0.0.1:{port}",)) as opened,
    ):
        without, having = [], []
        for _ in range(5):
            without.append(await p50(one_shot(closed, "1 + 1"), 40, pause_s=PAUSE_S))
            having.append(await p50(one_shot(opened, "1 + 1"), 40, pause_s=PAUSE_S))
        inside = await opened.run(connect + "statistics.median(spent[5:])")
        command = [sys.executable, "-c", connect + "print(statistics.median(spent[5:]))"]
        outside = await asyncio.to_thread(subprocess.run, command, capture_output=True, check=True)
    say("new bare session that may connect", min(having), {"one that may not": min(without)})
    say("a connection", float(inside.value or "nan"), {"plain python": float(outside.stdout)})


FIGURES = {f.__name__: f for f in (session, bare, warm, fork, loop, snippets, network)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--peers", default="/tmp/reckon-peers/bin/python")
    parser.add_argument("figures", nargs="*", choices=[*FIGURES, []])
    arguments = parser.parse_args()
    for figure in arguments.figures or FIGURES:
        asyncio.run(FIGURES[figure](arguments.peers))
