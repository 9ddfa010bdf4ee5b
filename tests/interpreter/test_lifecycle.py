"""Nothing outlives its `with`; a fault of ours is never the program's."""

import asyncio
import contextlib
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from reckon.errors import SessionLost, UsageError
from reckon.interpreter import (
    AsyncInterpreter,
    AsyncSession,
    Interpreter,
    cgroups,
    homes,
    isolation_report,
    nurseries,
)

DAEMON = """
import os
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.close(1); os.close(2)
        import time
        time.sleep(1000)
    os._exit(0)
os.wait()
"""


def descriptors() -> int:
    return len(os.listdir("/proc/self/fd"))


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A temporary directory of our own, open to every user: others run interpreters at the same time."""
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o711)
        monkeypatch.setattr(tempfile, "tempdir", folder)
        yield Path(folder)


def directories(place: Path) -> set[str]:
    return {path.name for path in place.iterdir()}


def processes_under(pid: int) -> set[int]:
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
    return found - {pid}


def test_leaving_the_interpreter_leaves_nothing(place: Path) -> None:
    with Interpreter(preload=()):
        pass  # the event loop's own caches, if any, are made here
    before = descriptors(), directories(place), processes_under(os.getpid())
    with Interpreter(preload=()) as interpreter:
        session = interpreter.session()
        session.run(DAEMON)
        session.run("import os, subprocess; os.makedirs('a/b'); os.chmod('a', 0)")
        session.run("subprocess.Popen(['sleep', '1000'])")
        session.run("os.chmod('a', 0o700)")
        session.fork().run("import os; open('f', 'w').write('x'); os.chmod('a', 0)")
        interpreter.session().run("import os; os._exit(1)")
        interpreter.session()
        assert directories(place)
    assert (descriptors(), directories(place), processes_under(os.getpid())) == before


def test_a_daemon_ends_with_its_session() -> None:
    with Interpreter(preload=(), spares=0) as interpreter:
        interpreter.run("1")
        before = processes_under(os.getpid())
        with interpreter.session() as session:
            session.run(DAEMON)
            assert len(processes_under(os.getpid())) > len(before)
        assert processes_under(os.getpid()) == before


def test_a_killed_zygote_is_our_fault_and_is_replaced() -> None:
    async def main() -> None:
        async with AsyncInterpreter(preload=()) as interpreter, interpreter.session() as session:
            parent = int((await session.run("import os; os.getppid()")).value or 0)
            running = asyncio.ensure_future(session.run("print(1)\nwhile True: pass"))
            idle = await interpreter.open()
            os.kill(parent, signal.SIGKILL)
            with pytest.raises(SessionLost):
                await running
            with pytest.raises(SessionLost):
                await idle.run("1")
            assert (await interpreter.run("1 + 1")).value == "2"
            again = await session.run("2 + 2")
            assert again.value == "4"
            assert "lost" in again.note

    asyncio.run(main())


def test_cancelling_a_run_ends_it_at_once_and_the_session_can_go_on() -> None:
    async def main() -> None:
        async with AsyncInterpreter(preload=()) as interpreter, interpreter.session() as session:
            await session.run("x = 1")
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(session.run("while True: pass"), 0.05)
            after = await session.run("'x' in globals()")
            assert (after.value, "cancelled" in after.note) == ("False", True)

    asyncio.run(main())


def test_runs_wait_their_turn_and_their_clock_starts_then() -> None:
    async def main() -> None:
        async with AsyncInterpreter(preload=(), concurrency=1) as interpreter:
            first, second = interpreter.session(), interpreter.session()
            code = "import time; time.sleep(0.15)"
            done = await asyncio.gather(*(s.run(code, timeout_s=0.25) for s in (first, second)))
            assert [execution.status for execution in done] == ["ok", "ok"]
            assert max(execution.queue_s for execution in done) > 0.1

    asyncio.run(main())


def test_a_host_that_dies_takes_everything_along() -> None:
    script = (
        "from reckon.interpreter import Interpreter\n"
        "i = Interpreter(preload=()).__enter__(); s = i.session()\n"
        "print(s.run('import os; os.getpid(), os.getppid()').value, i._inner.base, sep='|', flush=True)\n"
        "s.run('while True: pass')"
    )
    host = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True)
    assert host.stdout is not None
    pids, _, base = host.stdout.readline().strip().partition("|")
    watched = [os.pidfd_open(int(pid)) for pid in pids.strip("()").split(",")]
    host.kill()
    host.wait()
    host.stdout.close()
    for pidfd in watched:
        assert select.select([pidfd], [], [], 10)[0], "a process outlived its host"
        os.close(pidfd)
    # An ordinary user's zygote sees the directory above read-only: the empty base is left to the next sweep.
    assert not os.path.exists(base) or (os.geteuid() and not os.listdir(base))


KILLED_WITH_ITS_ZYGOTE = """
import os, signal
from reckon.interpreter import Interpreter
interpreter = Interpreter(preload=()).__enter__()
session = interpreter.session()
session.run("import os; os.makedirs('a/b'); os.chmod('a', 0)")
zygote = int(session.run("os.getppid()").value)
print(interpreter._inner.base, zygote, flush=True)
os.kill(zygote, signal.SIGKILL)
os.kill(os.getpid(), signal.SIGKILL)
"""


def control_groups(base: str) -> list[str]:
    found = {*cgroups._unified().values(), *cgroups._separate().values()}
    return [name for one in found for name in os.listdir(one) if name.startswith(f"{Path(base).name}-")]


def test_what_a_killed_host_and_zygote_leave_is_swept_at_the_next_start(place: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(place)}
    command = [sys.executable, "-c", KILLED_WITH_ITS_ZYGOTE]
    host = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True)
    base, zygote = host.stdout.split()
    with contextlib.suppress(ProcessLookupError):
        assert select.select([os.pidfd_open(int(zygote))], [], [], 10)[0]
    assert (host.returncode, os.path.isdir(base)) == (-signal.SIGKILL, True)
    (place / "reckon-peers").mkdir()  # another program's
    (place / "reckon-base-elsewhere").symlink_to(place / "reckon-peers")
    with Interpreter(preload=(), spares=0) as living:
        session = living.session()
        session.run("x = 1")
        assert not os.path.exists(base)
        assert control_groups(base) == []
        with Interpreter(preload=(), spares=0):
            assert session.run("x, open('f', 'w').write('kept')").value == "(1, 4)"
    assert directories(place) == {"reckon-peers", "reckon-base-elsewhere"}


def test_another_users_directory_is_not_swept(place: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a directory away")
    theirs = place / "reckon-base-theirs"
    theirs.mkdir()
    os.chown(theirs, 54321, 54321)
    homes.sweep()
    assert theirs.is_dir()


def test_hosts_that_start_and_sweep_at_once_keep_their_own(place: Path) -> None:
    stop = threading.Event()

    def sweep() -> None:
        while not stop.is_set():
            homes.sweep()

    sweepers = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in sweepers:
        thread.start()
    try:
        made = [homes.make_base() for _ in range(100)]
    finally:
        stop.set()
        for thread in sweepers:
            thread.join()
    assert directories(place) == {Path(base).name for base, _ in made}
    for _, held in made:
        os.close(held)
    homes.sweep()
    assert directories(place) == set()


def test_an_interrupt_of_the_terminal_does_not_reach_the_sessions() -> None:
    with Interpreter(preload=()) as interpreter, interpreter.session() as session:
        assert session.run("import os; os.getpgid(0)").value != str(os.getpgid(0))


def test_use_outside_its_context_is_refused() -> None:
    interpreter = Interpreter(preload=())
    with pytest.raises(UsageError, match="not open"):
        interpreter.session()
    with interpreter:
        session = interpreter.session()
        with pytest.raises(UsageError, match="open already"):
            interpreter.__enter__()
    with pytest.raises(UsageError):
        session.run("1")


def test_the_report_names_every_tier_with_what_it_stops() -> None:
    report = isolation_report()
    assert len({tier.feature for tier in report}) == len(report) > 5
    assert all(tier.stops and (tier.in_force or tier.remedy) for tier in report)


def test_a_worn_zygote_is_succeeded_and_ends_with_its_last_session(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nurseries, "WORN_AFTER", 3)

    async def zygote(session: AsyncSession) -> int:
        return int((await session.run("import os; os.getppid()")).value or 0)

    async def main() -> None:
        async with AsyncInterpreter(preload=(), spares=1) as interpreter:
            kept = interpreter.session()
            first = await zygote(kept)
            watched = os.pidfd_open(first)
            for _ in range(200):
                async with interpreter.session() as session:
                    if await zygote(session) != first:
                        break
                await asyncio.sleep(0.01)
            else:
                raise AssertionError("no other zygote took over")
            assert await zygote(kept) == first
            await kept.close()
            await interpreter.run("1")
            assert await asyncio.to_thread(select.select, [watched], [], [], 10) != ([], [], [])
            os.close(watched)

    asyncio.run(main())


def test_spares_are_strangers_and_end_with_the_interpreter() -> None:
    async def main() -> set[int]:
        roots = processes_under(os.getpid())  # fixtures that live on, and go on making processes

        def own() -> set[int]:
            theirs = roots.union(*(processes_under(root) for root in roots))
            return processes_under(os.getpid()) - theirs

        async with AsyncInterpreter(preload=(), spares=3) as interpreter:
            await interpreter.warm()
            ready = own()
            sessions = [interpreter.session() for _ in range(5)]
            code = "import os, random; (os.getpid(), os.getuid(), os.getcwd(), random.random())"
            told = [eval((await session.run(code)).value or "") for session in sessions]
            assert all(
                len(set(column)) == 5 for column in zip(*told, strict=True) if column[0] != os.getuid()
            )
            assert len({told[n][0] for n in range(5)} & ready) >= 3
            await interpreter.warm()
            spares = own() - ready - {one[0] for one in told}
            assert len(spares) == 3
            for pid in spares:
                # One that is handed over before it is seen to be dead is a session that crashes.
                watched = os.pidfd_open(pid)
                os.kill(pid, signal.SIGKILL)
                assert await asyncio.to_thread(select.select, [watched], [], [], 10) != ([], [], [])
                os.close(watched)
            await asyncio.sleep(0)  # the loop sees it in its next round at the latest
            assert (await interpreter.run("1 + 1")).value == "2"
        return own()

    assert asyncio.run(main()) == set()
