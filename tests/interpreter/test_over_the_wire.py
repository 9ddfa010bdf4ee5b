"""Connections: who may come in, what ends with one, and what is lost.

That the verbs do the same over a wire as without is for the tests that take `anywhere`, see conftest.py.
"""

import asyncio
import contextlib
import json
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reckon.errors import InfrastructureError, ReckonError, SessionLost, UsageError
from reckon.interpreter import (
    AsyncInterpreter,
    Call,
    Command,
    ExecutionCache,
    Interpreter,
    Limits,
    RemoteInterpreter,
    Stdio,
    Tcp,
    Unix,
)
from reckon.interpreter.connection.listening import listening

QUICK = Limits(timeout_s=10, grace_s=0.2, memory_bytes=256 << 20, file_bytes=1 << 20)
SERVER = (sys.executable, "-m", "reckon.interpreter.connection", "--preload", "")
TOKEN = "a token of some length"
FOREVER = "print('begun', flush=True)\nwhile True: pass"

Serve: TypeAlias = Callable[[Callable[[AsyncInterpreter, Unix], Coroutine[Any, Any, None]]], None]
Start: TypeAlias = Callable[[Path], "contextlib.AbstractContextManager[subprocess.Popen[str]]"]


async def until(true: Callable[[], Awaitable[bool] | bool], seconds: float = 10) -> None:
    end = time.monotonic() + seconds
    while True:
        found = true()
        if (await found) if isinstance(found, Awaitable) else found:
            return
        assert time.monotonic() < end, "it did not come to that"
        await asyncio.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


# Connections and their ends


def test_two_clients_share_a_server_and_nothing_else(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as one, RemoteInterpreter(link) as other:
            first, second = one.session(), other.session()
            await first.run("x = 1; open('f', 'w').write('first')")
            assert (await second.run("'x' in globals()")).value == "False"
            assert await second.files() == ()
            await second.run("x = 2")
            assert (await first.run("x, open('f').read()")).value == "(1, 'first')"

    with_server(work)


def test_many_sessions_go_on_at_once_over_one_connection(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote:

            async def one(n: int) -> str | None:
                async with remote.session() as session:
                    await session.run(f"x = {n}")
                    return (await session.run("x")).value

            async with remote.session() as slow:
                running = asyncio.ensure_future(slow.run(FOREVER))
                assert await asyncio.gather(*(one(n) for n in range(40))) == [str(n) for n in range(40)]
                assert not running.done()
                assert await slow.interrupt()
                assert "Interrupted" in (await running).note

    with_server(work)


def test_a_client_that_goes_takes_its_sessions_along(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        code = (
            "import sys; from reckon.interpreter import Interpreter, Unix\n"
            "with Interpreter.connect(Unix(sys.argv[1])) as remote:\n"
            "    session = remote.session()\n"
            '    print(session.run(\'import os, subprocess; p = subprocess.Popen(["sleep", "1000"]); \'\n'
            "                      'os.getpid(), p.pid').value, flush=True)\n"
            "    session.fork().run('while True: pass', timeout_s=1000)"
        )
        client = await asyncio.create_subprocess_exec(
            sys.executable, "-c", code, link.path, stdout=subprocess.PIPE
        )
        assert client.stdout is not None
        first = json.loads((await client.stdout.readline()).replace(b"(", b"[").replace(b")", b"]"))
        assert all(map(alive, first))
        client.kill()
        await client.wait()
        await until(lambda: not any(map(alive, first)))
        await until(lambda: not any(interpreter._families.values()))

    with_server(work)


def test_closing_a_session_ends_its_process_before_it_returns(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote:
            session = await remote.open()
            pid = int((await session.run("import os; os.getpid()")).value or 0)
            await session.close()
            assert not alive(pid)
            with pytest.raises(UsageError, match="closed"):
                await session.run("1")

    with_server(work)


def test_a_killed_server_is_our_fault_and_a_new_one_is_found(tmp_path: Path, start_server: Start) -> None:
    with start_server(tmp_path / "s") as child, Interpreter.connect(f"unix:{tmp_path}/s") as remote:
        session, unused = remote.session(), remote.session()
        session.run("x = 1")
        child.kill()
        with pytest.raises(SessionLost, match="connection is lost"):
            session.run("x")
        with pytest.raises(SessionLost, match="connection is lost"):
            session.put("f", b"")
        child.wait()
        with pytest.raises(InfrastructureError, match="no interpreter listens there"):
            unused.run("1")
        with start_server(tmp_path / "s"):  # in the place of the socket that the other left
            assert unused.run("1 + 1").value == "2"
            with pytest.raises(SessionLost):
                session.run("x")
            session.close()


def test_a_connection_cut_in_a_run_ends_the_run_as_lost(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote:
            session, begun = remote.session(), asyncio.Event()
            running = asyncio.ensure_future(session.run(FOREVER, on_output=lambda *told: begun.set()))
            await begun.wait()
            (await remote.calls())._lines.cut()
            with pytest.raises(SessionLost):
                await running
            await until(lambda: not any(interpreter._families.values()))
            assert (await remote.run("2")).value == "2"

    with_server(work)


def test_a_cancelled_run_is_killed_and_the_session_goes_on(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote, remote.session() as session:
            await session.run("x = 1; open('f', 'w').close()")
            begun = asyncio.Event()
            running = asyncio.ensure_future(session.run(FOREVER, on_output=lambda *told: begun.set()))
            await begun.wait()
            running.cancel()
            with pytest.raises(asyncio.CancelledError):
                await running
            after = await session.run("'x' in globals()")
            assert (after.value, "cancelled" in after.note) == ("False", True)
            assert [file.path for file in await session.files()] == ["f"]

    with_server(work)


def test_a_server_told_to_end_leaves_no_process_and_no_socket(tmp_path: Path, start_server: Start) -> None:
    with start_server(tmp_path / "s") as child, Interpreter.connect(f"unix:{tmp_path}/s") as remote:
        assert stat.S_IMODE((tmp_path / "s").stat().st_mode) == 0o600
        pid = int(remote.session().run("import os; os.getpid()").value or 0)
        child.send_signal(signal.SIGTERM)
        assert child.wait(30) == 0
        assert not alive(pid)
        assert not (tmp_path / "s").exists()


def test_a_server_on_pipes_ends_with_them() -> None:
    with Interpreter.connect(Command((*SERVER, "--stdio"))) as remote:
        pids = [
            int(remote.session().run(f"import os; os.get{name}()").value or 0) for name in ("pid", "ppid")
        ]
        # What is printed by accident must not get onto the wire.
        assert remote.run("import sys, os; os.write(1, b'{}\\n'); print('x', file=sys.stderr)").ok
        assert all(map(alive, pids))
    assert not any(map(alive, pids))


# Who may come in


def test_a_token_is_wanted_and_compared(tmp_path: Path) -> None:
    async def main() -> None:
        link = Unix(str(tmp_path / "s"))
        async with (
            AsyncInterpreter(QUICK, preload=()) as interpreter,
            listening(interpreter, link, token=TOKEN),
        ):
            for wrong in ("", "a token of some lengt", TOKEN + "x", "\udc80"):
                with pytest.raises(UsageError, match="token"):
                    async with RemoteInterpreter(link, token=wrong):
                        pass
            async with RemoteInterpreter(link, token=TOKEN) as remote:
                assert (await remote.run("1")).ok

    asyncio.run(main())


def test_over_tcp_a_token_is_not_left_to_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with AsyncInterpreter(QUICK, preload=()) as interpreter:
            for short in ("", "short"):
                with pytest.raises(UsageError, match="token"):
                    async with listening(interpreter, Tcp("127.0.0.1", 0), token=short):
                        pass
            async with listening(interpreter, Tcp("127.0.0.1", 0), token=TOKEN) as link:
                with pytest.raises(UsageError, match="RECKON_TOKEN"):
                    async with RemoteInterpreter(link.name):
                        pass
                monkeypatch.setenv("RECKON_TOKEN", TOKEN)
                async with RemoteInterpreter(link.name) as remote:
                    assert (await remote.run("1 + 1")).value == "2"

    asyncio.run(main())


# The same verbs as at home, beyond what `anywhere` covers


def test_checks_languages_replays_and_caches_go_over_the_wire(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote:
            await remote.warm()
            program = "def f(x): return (x, {1, 2})"
            cases = [Call("f", (1 << 70,), (1 << 70, {1, 2})), Call("f", (b"\0",), None), Stdio("a", "a")]
            there, here = await remote.check(program, cases), await interpreter.check(program, cases)
            assert [result.status for result in there.results] == ["passed", "failed", "failed"]
            assert [result.reason for result in there.results] == [result.reason for result in here.results]
            assert {info.name for info in await remote.languages()} >= {"python", "bash"}
            assert (await remote.run("echo $((6 * 7))", language="bash")).stdout == "42\n"
            cache = ExecutionCache()
            values = []
            for _ in range(2):
                async with remote.session(cache=cache) as session:
                    values.append((await session.run("import random; random.random()")).value)
            assert (values[0], cache.hits, cache.misses) == (values[1], 1, 1)
            with pytest.raises(UsageError, match="plain data"):
                await remote.run(object())  # type: ignore[arg-type]
            with pytest.raises(UsageError, match=r"Run\.code"):
                await remote.run(5)  # type: ignore[arg-type]
            with pytest.raises(UsageError, match="language"):
                await remote.run("1", language=object())  # type: ignore[arg-type]

    with_server(work)


def test_a_function_that_raises_ours_ends_the_run_here(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote, remote.session() as session:

            def lost() -> None:
                raise InfrastructureError("the tool is down")

            session.bind("lost", lost)
            session.bind("twice", lambda x: 2 * x)
            with pytest.raises(InfrastructureError, match="the tool is down"):
                await session.run("lost()")
            done = await session.run("twice('a')")
            assert (done.value, [call.name for call in done.calls]) == ("'aa'", ["twice"])
            fork = await session.fork()
            assert (await fork.run("twice(2)")).value == "4"

    with_server(work)


def test_a_large_file_crosses_whole_and_one_too_large_is_refused_here(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        async with RemoteInterpreter(link) as remote, remote.session() as session:
            data = os.urandom(1 << 20)
            await session.put("f", data)
            assert await session.get("f") == data
            with pytest.raises(UsageError, match="file_bytes"):
                await session.put("f", data + b"x")

    with_server(work)


def test_an_interpreter_that_is_not_open_says_so(with_server: Serve) -> None:
    async def work(interpreter: AsyncInterpreter, link: Unix) -> None:
        remote = RemoteInterpreter(link)
        with pytest.raises(UsageError, match="not open"):
            remote.session()
        async with remote:
            session = remote.session()
            with pytest.raises(UsageError, match="open already"):
                await remote.__aenter__()
        with pytest.raises(ReckonError, match="not open"):
            await session.run("1")

    with_server(work)
