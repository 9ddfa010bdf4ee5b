"""Hosts of every kind: notebooks, daemons, forks, callbacks that exit or come back, cancelled verbs."""

import asyncio
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path

import pytest

from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.interpreter import AsyncInterpreter, AsyncSession, Interpreter, Limits, Question, nursery

LIMITS = Limits(timeout_s=20)


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(LIMITS, preload=(), spares=0, concurrency=1) as interpreter:
        yield interpreter


@pytest.fixture(scope="module")
def either(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(LIMITS) as interpreter:
        yield interpreter


def test_a_thread_with_a_running_loop_opens_and_closes_one() -> None:
    async def notebook() -> str | None:
        with Interpreter(preload=(), spares=0) as interpreter:
            return interpreter.run("6 * 7").value

    before = len(os.listdir("/proc/self/fd"))
    assert asyncio.run(notebook()) == "42"
    assert len(os.listdir("/proc/self/fd")) == before


def test_a_fork_of_the_host_is_told_to_open_its_own(interpreter: Interpreter) -> None:
    with interpreter.session() as session:
        session.run("x = 1")
        pid = os.fork()
        if pid == 0:
            try:
                session.run("x = 2")
            except UsageError:
                session.close()  # neither waits for the other process's thread
                interpreter.close()
                os._exit(0)
            os._exit(1)
        assert os.waitpid(pid, 0)[1] == 0
        assert session.run("x").value == "1"


def test_what_a_host_has_set_does_not_reach_the_programs(interpreter: Interpreter) -> None:
    setup = """
os.umask(0o077)
signal.signal(signal.SIGCHLD, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
os.close(0)
os.close(2)
"""
    code = f"""import os, signal{setup}
from reckon.interpreter import Interpreter
with Interpreter(preload=(), spares=0) as interpreter, interpreter.session() as session:
    print(session.run("import os; os.getuid() > 0").value)
    print(session.run("oct(os.stat('..').st_mode)").value)
    print(session.run("while True: pass", timeout_s=0.1).note)
    print(session.run("os._exit(3)").note)
"""
    host = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, timeout=60)
    own_user, mode, stopped, left = host.stdout.splitlines()
    assert own_user == interpreter.run("import os; os.getuid() > 0").value
    assert mode == "'0o40711'"  # a user of a session's own passes through it
    assert "interrupted, variables kept" in stopped
    assert "exit code 3" in left


def test_a_process_that_does_not_come_up_is_our_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nursery, "_START_S", 0.0)
    with Interpreter(preload=(), spares=0) as interpreter, pytest.raises(InfrastructureError, match="not up"):
        interpreter.run("1")


def leave(*_: object) -> None:
    sys.exit(4)


def test_a_callback_that_exits_ends_its_run_alone(either: Interpreter) -> None:
    def answer(question: Question) -> object:
        sys.exit(5)

    with either.session() as session:
        session.bind("leave", leave)
        for ask, code in ((None, "print(1)"), (answer, "undefined")):
            with pytest.raises(SystemExit):
                session.run(code, on_output=leave, ask=ask)
        told = session.run("leave()")
        assert told.error is not None
        assert (told.error.type, told.error.message) == ("RuntimeError", "SystemExit: 4")
        assert session.run("1").value == "1"


def test_output_may_not_come_back_to_the_interpreter_that_waits_for_it(either: Interpreter) -> None:
    with either.session() as session, pytest.raises(UsageError, match="let it return first"):
        session.run("print(1)", on_output=lambda *_: print(session.run("2")))


def test_a_function_of_the_host_runs_other_programs_though_no_place_is_left(interpreter: Interpreter) -> None:
    with interpreter.session() as session:  # its program holds the one place that there is
        session.bind("other", lambda code: interpreter.run(code).value)
        assert session.run("other('6 * 7')").value == "'42'"


def test_a_function_of_the_host_may_not_use_the_session_that_waits_for_it(either: Interpreter) -> None:
    with either.session() as session:
        session.bind("own", lambda code: session.run(code).value)
        with pytest.raises(UsageError, match="use another session"):
            session.run("own('1')")
        assert session.run("1").value == "1"


def test_a_session_that_is_closed_under_its_program_is_lost(interpreter: Interpreter) -> None:
    with interpreter.session() as session:
        session.run("1")
        threading.Timer(0.05, session.close).start()
        with pytest.raises(SessionLost, match="closed while"):
            session.run("while True: pass")


def test_a_verb_that_is_cancelled_leaves_the_session_as_it_was_and_its_end_no_files() -> None:
    async def cancelled(work: Coroutine[object, object, object], after_s: float) -> None:
        task = asyncio.ensure_future(work)
        await asyncio.sleep(after_s)
        task.cancel()
        (told,) = await asyncio.gather(task, return_exceptions=True)
        if isinstance(told, AsyncSession):  # it came in time
            await told.close()

    async def main() -> None:
        async with AsyncInterpreter(LIMITS, preload=(), spares=0) as interpreter:
            session = await interpreter.open()
            await session.run("x = 1")
            await session.put("f", b"")
            for after_s in (0.0, 0.001, 0.003):
                for verb in (session.fork, session.inspect):
                    await cancelled(verb(), after_s)
                    after = await session.run("x")
                    assert (after.value, after.note) == ("1", "")
            assert session.place is not None
            home = Path(session.place.path)
            await cancelled(session.close(), 0.0)
            async with asyncio.timeout(10):
                while await asyncio.to_thread(home.exists):  # noqa: ASYNC110
                    await asyncio.sleep(0.01)

    asyncio.run(main())


def test_a_closed_interpreter_is_not_opened_again() -> None:
    interpreter = Interpreter(preload=(), spares=0)
    with interpreter:
        pass
    with pytest.raises(UsageError, match="make another"), interpreter:
        pass


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        (lambda s: s.run(None), "code"),
        (lambda s: s.run(b"1"), "code"),
        (lambda s: s.run("1", stdin=b"1"), "stdin"),
        (lambda s: s.run("1", on_output=1), "on_output"),
        (lambda s: s.run("1", on_output=asyncio.sleep), "on_output"),
        (lambda s: s.run("1", trace=True), "trace"),
        (lambda s: s.put("f", "text"), "data: wanted bytes"),
        (lambda s: s.put("\ud800", b""), "path"),
        (lambda s: Interpreter({"timeout_s": 1}), "limits"),  # type: ignore[arg-type]
        (lambda s: Interpreter(preload="numpy"), "preload"),  # type: ignore[arg-type]
        (lambda s: Interpreter(concurrency=1.5), "concurrency"),  # type: ignore[arg-type]
        (lambda s: Limits(memory_bytes=10**30), "memory_bytes"),
        (lambda s: Limits(processes=1 << 40), "processes"),
        (lambda s: Limits(total_memory_bytes=10**30), "total_memory_bytes"),
    ],
)
def test_a_wrong_argument_is_named(
    interpreter: Interpreter, wrong: Callable[[object], object], field: str
) -> None:
    with interpreter.session() as session, pytest.raises(UsageError, match=field):
        wrong(session)
