"""How much the interpreter carries: one figure for each name.

    python speed/interpreter_load.py [--minutes 5] [--runs 100000] [--idle 2500] [FIGURE ...]

FIGURE: shots (isolated one-shots a second, 64 clients, against `subprocess`), siblings (1,000 forks of one
session), idle (sessions alive at once, all answering), growth (runs in sequence, 64 at once: memory,
processes and descriptors before and after), load (128 at once for some minutes: false failures).
"""

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from reckon.errors import InfrastructureError
from reckon.interpreter import AsyncInterpreter, AsyncSession

STACK = ("numpy", "sympy", "pandas")
SCIENCE = "import numpy, pandas, sympy\nx = sympy.Symbol('x')\nsympy.factor(x**2 - 1)"
# What has one right answer, by kind: (code, status, value).
MIXED = (
    ("sum(range(1000))", "ok", "499500"),
    ("x = [n * n for n in range(100)]\nx[-1]", "ok", "9801"),
    ("1 / 0", "error", None),
    ("open('f', 'w').write('abc')", "ok", "3"),
    ("import json\njson.dumps({'a': 1})", "ok", "'{\"a\": 1}'"),
    ("import math\nmath.factorial(20)", "ok", "2432902008176640000"),
)


def below(pid: int) -> list[int]:
    """Every process that descends from `pid`."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found, size = {pid}, 0
    while len(found) > size:
        size = len(found)
        found |= {child for child, parent in parents.items() if parent in found}
    return sorted(found - {pid})


def pss_bytes(pids: list[int]) -> int:
    total = 0
    for pid in pids:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            total += int(line.split()[1]) << 10 if line.startswith("Pss:") else 0
    return total


def anonymous_bytes(pid: int) -> int:
    """What a process holds by itself: resident pages that are no file's."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) << 10 for line in lines if line.startswith("RssAnon"))


async def clients(count: int, work: Callable[[int], Awaitable[None]], until: Callable[[int], bool]) -> int:
    """Have `count` clients do one piece of work after the other; how many were done."""
    done = 0

    async def client() -> None:
        nonlocal done
        while until(done):
            done += 1
            await work(done)

    await asyncio.gather(*(client() for _ in range(count)))
    return done


async def shots(arguments: argparse.Namespace) -> None:
    """Isolated one-shots a second."""
    for name, preload, code in (("bare", (), "1 + 1"), ("science", STACK, SCIENCE)):
        async with AsyncInterpreter(preload=preload, concurrency=64) as interpreter:
            await interpreter.warm()

            async def shot(n: int, interpreter: AsyncInterpreter = interpreter, code: str = code) -> None:
                assert (await interpreter.run(code)).ok

            await clients(64, shot, lambda done: done < 64)
            begun = time.perf_counter()
            done = await clients(64, shot, lambda done, begun=begun: time.perf_counter() < begun + 5)
            ours = done / (time.perf_counter() - begun)

        async def plain(n: int, code: str = code) -> None:
            process = await asyncio.create_subprocess_exec(sys.executable, "-c", code)
            assert await process.wait() == 0

        begun = time.perf_counter()
        done = await clients(64, plain, lambda done, begun=begun: time.perf_counter() < begun + 5)
        theirs = done / (time.perf_counter() - begun)
        print(f"{name}: {ours:.0f} one-shots/s; subprocess {theirs:.1f}/s; {ours / theirs:.1f} times as many")


async def siblings(arguments: argparse.Namespace) -> None:
    """1,000 forks of one session, alive at once; each answers with its own."""
    async with AsyncInterpreter(preload=()) as interpreter, interpreter.session() as parent:
        await parent.run("x = 1000")
        begun = time.perf_counter()
        forks = [await parent.fork() for _ in range(1000)]
        each_ms = (time.perf_counter() - begun) * 1e3 / len(forks)
        values = await asyncio.gather(*(fork.run(f"x += {n}; x") for n, fork in enumerate(forks)))
        right = sum(execution.value == str(1000 + n) for n, execution in enumerate(values))
        print(f"siblings: {right} of {len(forks)} right, {each_ms:.2f} ms a fork")
        await asyncio.gather(*(fork.close() for fork in forks))


async def idle(arguments: argparse.Namespace) -> None:
    """Sessions that have run something and wait, bare and scientific."""
    for name, preload, code in (("bare", (), "x = 1"), ("science", STACK, SCIENCE + "\nx = 1")):
        count = arguments.idle if name == "bare" else arguments.idle // 5
        async with AsyncInterpreter(preload=preload) as interpreter:
            await interpreter.warm()
            before = pss_bytes(below(os.getpid()))
            sessions = [interpreter.session() for _ in range(count)]
            for session in sessions:
                assert (await session.run(code)).ok
            each = (pss_bytes(below(os.getpid())) - before) / count
            answers = await asyncio.gather(*(session.run("x + 1") for session in sessions))
            right = sum(execution.value == "2" for execution in answers)
            fit = (8 << 30) / each
            print(
                f"{name}: {right} of {count} idle sessions answer; {each / 1e6:.2f} MB each (PSS)", end="; "
            )
            print(f"{fit:.0f} fit in 8 GiB")


def census(interpreter: AsyncInterpreter) -> dict[str, int]:
    pids = below(os.getpid())
    zygotes = [pid for pid in pids if f"\nPPid:\t{os.getpid()}\n" in Path(f"/proc/{pid}/status").read_text()]
    return {
        "processes": len(pids),
        "descriptors": len(os.listdir("/proc/self/fd")),
        "host_kib": anonymous_bytes(os.getpid()) >> 10,
        "zygotes_kib": sum(anonymous_bytes(pid) for pid in zygotes) >> 10,
        "files": len(os.listdir(interpreter.base)),
    }


async def mixed(interpreter: AsyncInterpreter, n: int, wrong: list[str]) -> None:
    code, status, value = MIXED[n % len(MIXED)]
    try:
        execution = await interpreter.run(code, timeout_s=60)
    except InfrastructureError as fault:
        wrong.append(f"{n}: {fault}")
        return
    if (execution.status, execution.value) != (status, value):
        wrong.append(f"{n}: {execution}")


async def growth(arguments: argparse.Namespace) -> None:
    wrong: list[str] = []
    async with AsyncInterpreter(preload=(), concurrency=64) as interpreter:
        await interpreter.warm()

        async def work(n: int) -> None:
            await mixed(interpreter, n, wrong)

        await clients(64, work, lambda done: done < min(2000, arguments.runs // 10))
        await asyncio.sleep(0.5)
        before, begun = census(interpreter), time.perf_counter()
        done = await clients(64, work, lambda done: done < arguments.runs)
        rate = done / (time.perf_counter() - begun)
        await asyncio.sleep(0.5)
        after = census(interpreter)
    print(f"growth over {done} runs, 64 at once, {rate:.0f}/s: {len(wrong)} false failures", *wrong[:3])
    for what, value in after.items():
        print(f"  {what}: {before[what]} before, {value} after")


async def load(arguments: argparse.Namespace) -> None:
    wrong: list[str] = []
    async with AsyncInterpreter(preload=STACK, concurrency=128) as interpreter:
        await interpreter.warm()
        end = time.monotonic() + 60 * arguments.minutes

        async def work(n: int) -> None:
            if n % 10:
                await mixed(interpreter, n, wrong)
                return
            async with interpreter.session() as session:
                await history(session, n, wrong)

        done = await clients(128, work, lambda done: time.monotonic() < end)
    print(f"load: {done} programs in {arguments.minutes:g} min, 128 at once: {len(wrong)} false failures")
    print(*wrong[:5], sep="\n")


async def history(session: AsyncSession, n: int, wrong: list[str]) -> None:
    """State, a fork and a sympy call."""
    try:
        await session.run(f"import sympy\nx = {n}", timeout_s=60)
        async with await session.fork() as fork:
            told = await fork.run("x += 1\nsympy.Integer(x)", timeout_s=60)
        kept = await session.run("x", timeout_s=60)
    except InfrastructureError as fault:
        wrong.append(f"{n}: {fault}")
        return
    if (told.value, kept.value) != (str(n + 1), str(n)):
        wrong.append(f"{n}: {told} {kept}")


FIGURES = {f.__name__: f for f in (shots, siblings, idle, growth, load)}

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=5)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--idle", type=int, default=2500)
    parser.add_argument("figures", nargs="*", choices=[*FIGURES, []])
    given = parser.parse_args()
    for figure in given.figures or FIGURES:
        asyncio.run(FIGURES[figure](given))
