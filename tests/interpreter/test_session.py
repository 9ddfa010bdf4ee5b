"""What a session promises the one who uses it: state, values, errors, output, limits."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter, Interpreter, Limits, Session

QUICK = Limits(timeout_s=10, grace_s=0.3, memory_bytes=256 << 20, output_bytes=1 << 16)


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(QUICK) as opened:
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def test_variables_imports_and_classes_persist(session: Session) -> None:
    session.run("import math, pickle\nclass P:\n    n = 3\ndef f(): return P.n + x\nx = 4")
    assert session.run("f() + int(math.sqrt(16))").value == "11"
    assert session.run("pickle.loads(pickle.dumps(P())).n").value == "3"


@pytest.mark.parametrize(
    ("code", "stdout", "value"),
    [
        ("x = 5", "", None),
        ("for i in range(2):\n    print(i)", "0\n1\n", None),
        ("if __name__ == '__main__':\n    print('main')", "main\n", None),
        ("assert 1 + 1 == 2", "", None),
        ("6 * 7  # the answer", "", "42"),
        ("sum(\n    [1, 2]\n)", "", "3"),
        ("def main():\n    print('m')\nmain()", "m\n", None),
        ("'a' * 2", "", "'aa'"),
        ("", "", None),
        ("print('é', end='')\n'''doc'''", "é", "'doc'"),
    ],
)
def test_the_value_is_the_last_expressions(
    session: Session, code: str, stdout: str, value: str | None
) -> None:
    execution = session.run(code)
    assert (execution.status, execution.stdout, execution.value) == ("ok", stdout, value)


def test_a_traceback_shows_the_users_code_only(session: Session) -> None:
    session.run("import json\ndef load(text):\n    return json.loads(text)")
    execution = session.run("x = 1\nload('{')")
    assert execution.status == "error"
    assert execution.error is not None
    assert (execution.error.type, execution.error.line) == ("JSONDecodeError", 3)
    assert "return json.loads(text)" in execution.error.traceback
    assert execution.error.traceback.count("File ") == 2
    assert "decoder.py" not in execution.error.traceback


def test_a_syntax_error_names_its_line_and_runs_nothing(session: Session) -> None:
    execution = session.run("print(1)\nx = = 2")
    assert execution.error is not None
    assert (execution.error.type, execution.error.line, execution.stdout) == ("SyntaxError", 2, "")
    assert "x = = 2" in execution.error.traceback


@pytest.mark.parametrize("code", ["'\\0'.encode().decode()\nx='a\0b'", "'\udc80'"])
def test_text_that_is_no_python_source_is_the_programs_error(session: Session, code: str) -> None:
    assert session.run(code).status == "error"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("import sys; sys.exit(3)", "SystemExit"),
        ("input()", "EOFError"),
        ("class R:\n    def __repr__(self): raise KeyError('r')\nR()", "KeyError"),
        ("class E(Exception):\n    def __str__(self): raise ValueError\nraise E", "E"),
        ("def f(): return f()\nf()", "RecursionError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_what_ends_a_program_is_data_and_the_session_goes_on(session: Session, code: str, kind: str) -> None:
    session.run("kept = 1")
    execution = session.run(code)
    assert execution.error is not None
    assert (execution.status, execution.error.type) == ("error", kind)
    assert session.run("kept").value == "1"


def test_output_of_every_origin_is_captured(session: Session) -> None:
    execution = session.run(
        "import os, sys, subprocess\n"
        "print('a'); os.write(1, b'b\\n'); subprocess.run(['sh', '-c', 'echo c; echo d >&2'])\n"
        "print('e', file=sys.stderr); os.write(1, b'\\xff')"
    )
    assert execution.stdout.startswith("a\nb\nc\n�")
    assert execution.stderr == "d\ne\n"


def test_closed_and_replaced_streams_are_back_in_the_next_run(session: Session) -> None:
    session.run("import sys, os; sys.stdout.close(); sys.stderr = None; os.close(1)")
    assert session.run("print('here')").stdout == "here\n"


def test_a_long_value_keeps_its_two_ends(session: Session) -> None:
    value = session.run("'a' * 300_000 + 'z'").value
    assert value is not None
    assert len(value) < 70_000
    assert value.startswith("'aaa")
    assert value.endswith("z'")


def test_a_timeout_keeps_partial_output_and_variables(session: Session) -> None:
    session.run("x = 1")
    execution = session.run("x = 2\nprint('partial', end='')\nwhile True: pass", timeout_s=0.1)
    assert (execution.status, execution.stdout) == ("timeout", "partial")
    assert "variables kept" in execution.note
    assert session.run("x").value == "2"


def test_a_program_that_ignores_interrupts_is_killed_and_the_next_run_is_told(session: Session) -> None:
    session.run("x = 1; open('f', 'w').write('kept')")
    execution = session.run(
        "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); print('on')\nwhile True: pass",
        timeout_s=0.1,
    )
    assert (execution.status, execution.stdout) == ("timeout", "on\n")
    assert "killed" in execution.note
    after = session.run("'x' in globals(), open('f').read()")
    assert after.value == "(False, 'kept')"
    assert "lost" in after.note
    assert session.run("1").note == ""


def test_catching_the_interrupt_does_not_help(session: Session) -> None:
    code = "import time\nwhile True:\n    try: time.sleep(9)\n    except BaseException: pass"
    assert "killed" in session.run(code, timeout_s=0.1).note


def test_a_repr_that_never_ends_times_out(session: Session) -> None:
    code = "class R:\n    def __repr__(self):\n        while True: pass\nR()"
    assert session.run(code, timeout_s=0.1).status == "timeout"


def test_a_flood_of_output_is_stopped_and_its_beginning_kept(session: Session) -> None:
    execution = session.run("x = 3\nwhile True: print('flood')")
    assert execution.status == "output"
    assert execution.truncated
    assert len(execution.stdout) <= QUICK.output_bytes
    assert execution.stdout.startswith("flood\nflood\n")
    after = session.run("print('x' in globals())")
    assert after.stdout == "True\n"


def test_output_just_over_the_limit_is_status_output(session: Session) -> None:
    assert session.run(f"print('a' * {QUICK.output_bytes})").status == "output"
    assert session.run(f"print('a' * {QUICK.output_bytes - 1})").status == "ok"


def test_memory_is_limited_and_the_session_survives(session: Session) -> None:
    session.run("x = 1")
    execution = session.run("b = bytearray(10 << 30)")
    assert execution.status == "memory"
    assert session.run("x").value == "1"


@pytest.mark.parametrize(
    ("code", "how"),
    [
        ("import os; os._exit(3)", "exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "SIGSEGV"),
        ("import os; os.abort()", "SIGABRT"),
        ("import os; os.kill(os.getpid(), 9)", "SIGKILL"),
    ],
)
def test_a_crash_is_told_with_what_was_printed(session: Session, code: str, how: str) -> None:
    execution = session.run(f"print('before')\n{code}")
    assert (execution.status, execution.stdout) == ("crashed", "before\n")
    assert how in execution.note
    assert session.run("1").ok


def test_a_program_that_forks_itself_ends_once(session: Session) -> None:
    execution = session.run(
        "import os\npid = os.fork()\nif pid: os.waitpid(pid, 0)\nprint('once' if pid else 'child')"
    )
    assert execution.stdout == "child\nonce\n"
    assert session.run("1").ok


def test_figures_of_a_run(session: Session) -> None:
    execution = session.run("sum(range(3_000_000))")
    assert 0 < execution.cpu_s <= execution.wall_s + 0.05
    assert execution.peak_memory_bytes > 1 << 20


def test_bad_arguments_are_refused_where_they_are_given(interpreter: Interpreter, session: Session) -> None:
    with pytest.raises(UsageError, match="timeout_s"):
        session.run("1", timeout_s=0)
    with pytest.raises(UsageError, match=r"Limits\.memory_bytes"):
        Limits(memory_bytes=1)
    with pytest.raises(UsageError, match="concurrency"):
        AsyncInterpreter(concurrency=0)
    with pytest.raises(UsageError, match="preload"):
        AsyncInterpreter(preload=("os; evil",))
    closed = interpreter.session()
    closed.close()
    with pytest.raises(UsageError, match="closed"):
        closed.run("1")


def test_sixty_four_sessions_at_once() -> None:
    async def main() -> list[str | None]:
        async with AsyncInterpreter(QUICK, preload=()) as interpreter:

            async def one(n: int) -> str | None:
                async with interpreter.session() as session:
                    await session.run(f"x = {n}")
                    return (await session.run("x")).value

            return list(await asyncio.gather(*(one(n) for n in range(64))))

    assert asyncio.run(main()) == [str(n) for n in range(64)]


def test_a_preloaded_module_is_there_at_once_and_random_numbers_differ() -> None:
    code = "import random, numpy as np; (random.random(), np.random.random())"
    with Interpreter(preload=("numpy",)) as interpreter:
        interpreter.warm()
        first, second = interpreter.run(code), interpreter.run(code)
    assert first.ok
    assert first.value != second.value


def test_a_program_that_closes_what_it_reads_does_not_spoil_the_next_run(session: Session) -> None:
    for given in ("1\n", "2\n"):
        assert session.run("open(0).read()", stdin=given).value == repr(given)
        assert session.run("import subprocess; subprocess.run(['cat'], timeout=5).returncode").value == "0"
