"""The interpreter under faults: no result may be lost, none invented, and nothing may be left.

    python speed/interpreter_soak.py [--seconds 60] [FAULT ...]

FAULT: zygotes (killed while they are in use), sessions (killed from outside), disk (a small tmpfs as TMPDIR,
filled; needs root), descriptors (few left in the host), interrupts (cancelled runs). While the fault lasts,
32 clients run programs with one right answer each. A result is right, or a fault of ours that is said to be
one; after the fault everything is right again, and nothing is left at the end.
"""

import argparse
import asyncio
import contextlib
import errno
import os
import random
import resource
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

from interpreter_load import below

from reckon.errors import InfrastructureError
from reckon.interpreter import AsyncInterpreter
from reckon.values import Execution

CLIENTS = 32


async def one(interpreter: AsyncInterpreter, n: int, told: Counter[str]) -> None:
    """A session with two runs; what became of it."""
    try:
        async with interpreter.session() as session:
            first = await session.run(f"with open('f', 'w') as f: f.write('{n}')", timeout_s=60)
            second = await session.run("int(open('f').read()) * 2", timeout_s=60)
    except InfrastructureError as fault:
        told[f"said to be ours: {type(fault).__name__}"] += 1
        return
    told["right" if second.value == str(2 * n) else outside(first, second)] += 1


def outside(first: Execution, second: Execution) -> str:
    """What the program itself was told of the fault; anything else that is not right is a wrong result."""
    if "crashed" in (first.status, second.status):
        return "told as crashed"
    if first.error is not None and "No space left" in first.error.message:
        return "told as a full disk"
    return f"WRONG ({first}, {second})"


async def under(
    seconds: float, fault: Callable[[AsyncInterpreter], Awaitable[None]], every_s: float
) -> tuple[Counter[str], Counter[str]]:
    """Results while `fault` strikes again and again, and after it."""
    during, after = Counter[str](), Counter[str]()
    async with AsyncInterpreter(preload=("numpy",), concurrency=CLIENTS) as interpreter:
        await interpreter.warm()
        end = time.monotonic() + seconds

        async def client(number: int) -> None:
            n = number
            while time.monotonic() < end:
                n += CLIENTS
                await one(interpreter, n, during)

        async def strike() -> None:
            while time.monotonic() < end:
                await asyncio.sleep(every_s)
                await fault(interpreter)

        await asyncio.gather(strike(), *(client(number) for number in range(CLIENTS)))
        for n in range(50):
            await one(interpreter, n, after)
    return during, after


def zygotes_of() -> list[int]:
    return [pid for pid in below(os.getpid()) if parent(pid) == os.getpid()]


def parent(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/stat") as file:
            return int(file.read().rpartition(")")[2].split()[1])
    except OSError:
        return 0


async def kill_a_zygote(interpreter: AsyncInterpreter) -> None:
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(random.choice(zygotes_of()), signal.SIGKILL)


async def kill_a_session(interpreter: AsyncInterpreter) -> None:
    zygotes = set(zygotes_of())
    inside = [pid for pid in below(os.getpid()) if parent(pid) in zygotes]
    with contextlib.suppress(ProcessLookupError, IndexError):
        os.kill(random.choice(inside), signal.SIGKILL)


async def take_descriptors(interpreter: AsyncInterpreter) -> None:
    """Leave the host fewer than its clients want, for a while."""
    held = []
    try:
        with contextlib.suppress(OSError):
            while True:
                held.append(os.open("/dev/null", os.O_RDONLY))
        await asyncio.sleep(0.2)
    finally:
        for descriptor in held:
            os.close(descriptor)


async def fill_the_disk(interpreter: AsyncInterpreter) -> None:
    path = f"{tempfile.gettempdir()}/filler"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with contextlib.suppress(OSError):
        while os.write(descriptor, bytes(1 << 16)):
            pass
    await asyncio.sleep(0.2)
    os.close(descriptor)
    os.unlink(path)


async def cancel_a_run(interpreter: AsyncInterpreter) -> None:
    """As an interrupted host does: the run is let go of in the middle."""
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(interpreter.run("while True: pass"), random.random() * 0.05)


@contextlib.contextmanager
def own_directory() -> Iterator[str]:
    """A directory of this test's own as the place of all sessions."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory(prefix="reckon-soak-") as place:
        os.chmod(place, 0o755)
        try:
            tempfile.tempdir = place
            yield place
        finally:
            tempfile.tempdir = before


@contextlib.contextmanager
def small_disk() -> Iterator[None]:
    """A tmpfs of 8 MiB there."""
    with own_directory() as place:
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", place], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", place], check=True)


@contextlib.contextmanager
def few_descriptors() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (400, before[1]))
    try:
        with own_directory():
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


FAULTS = {
    "zygotes": (kill_a_zygote, 1.0, own_directory),
    "sessions": (kill_a_session, 0.05, own_directory),
    "interrupts": (cancel_a_run, 0.0, own_directory),
    "descriptors": (take_descriptors, 0.3, few_descriptors),
    "disk": (fill_the_disk, 0.3, small_disk),
}


@contextlib.asynccontextmanager
async def leaving_nothing(name: str) -> AsyncIterator[None]:
    await asyncio.to_thread(int)  # the loop's own thread, made here
    before = below(os.getpid()), len(os.listdir("/proc/self/fd")), sorted(os.listdir(tempfile.gettempdir()))
    yield
    await asyncio.sleep(0.5)
    after = below(os.getpid()), len(os.listdir("/proc/self/fd")), sorted(os.listdir(tempfile.gettempdir()))
    print(f"  left: {'nothing' if after == before else f'LEFT {before} {after}'}")


async def soak(name: str, seconds: float) -> None:
    fault, every_s, around = FAULTS[name]
    with around():
        print(f"{name}:")
        async with leaving_nothing(name):
            during, after = await under(seconds, fault, every_s)
        print(f"  during: {dict(during)}\n  after: {dict(after)}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("faults", nargs="*", choices=[*FAULTS, []])
    given = parser.parse_args()
    for each in given.faults or FAULTS:
        try:
            asyncio.run(soak(each, given.seconds))
        except subprocess.CalledProcessError as error:
            print(f"  skipped: {errno.errorcode.get(error.returncode, error.returncode)}")
