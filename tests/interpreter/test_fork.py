"""A fork goes on from where its parent is, and neither sees what the other does next."""

import asyncio
from collections.abc import Callable, Iterator

import pytest

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter, Interpreter, Limits, Session


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(Limits()) as opened:
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def test_variables_part_ways(session: Session) -> None:
    session.run("x = [1]")
    with session.fork() as fork:
        fork.run("x.append(2)")
        session.run("x.append(3)")
        assert fork.run("x").value == "[1, 2]"
        assert session.run("x").value == "[1, 3]"


def test_a_fork_of_a_session_that_never_ran(session: Session) -> None:
    with session.fork() as fork:
        assert fork.run("1 + 1").value == "2"


def test_files_are_copied_and_stay_private(session: Session) -> None:
    session.run("import os\nos.mkdir('d')\nopen('d/a', 'w').write('old')\nos.symlink('d/a', 'link')")
    with session.fork() as fork:
        fork.run("open('d/a', 'w').write('fork'); open('new', 'w').close()")
        assert session.run("open('link').read(), sorted(os.listdir())").value == "('old', ['d', 'link'])"
        session.run("open('d/a', 'w').write('parent')")
        assert fork.run("open('link').read()").value == "'fork'"


def test_open_files_go_on_at_their_offset_each_for_itself(session: Session) -> None:
    session.run("import tempfile\nf = open('log', 'w+')\nf.write('ab'); f.flush()")
    session.run("t = tempfile.TemporaryFile()\nt.write(b'xy'); t.flush()")
    with session.fork() as fork:
        for live, letter in ((fork, "F"), (session, "P")):
            live.run(f"f.write('{letter}'); f.flush(); t.write(b'{letter}'); t.flush()")
        for live, letter in ((fork, "F"), (session, "P")):
            seen = live.run("f.seek(0); t.seek(0); (f.read(), t.read(), open('log').read())").value
            assert seen == f"('ab{letter}', b'xy{letter}', 'ab{letter}')"


def test_the_working_directory_is_the_copy(session: Session) -> None:
    session.run("import os\nos.mkdir('sub'); os.chdir('sub'); open('here', 'w').close()")
    with session.fork() as fork:
        assert fork.run("os.listdir(), os.path.basename(os.getcwd())").value == "(['here'], 'sub')"
        assert fork.run("os.getcwd()").value != session.run("os.getcwd()").value


def test_what_was_imported_and_what_can_be_imported_come_along(session: Session) -> None:
    session.run("open('mine.py', 'w').write('n = 7')")
    with session.fork() as fork:
        assert fork.run("import mine; mine.n").value == "7"
        assert fork.run(
            "import subprocess, tempfile; tempfile.gettempdir() == __import__('os').getcwd()"
        ).value
        assert fork.run("subprocess.run(['echo', 'hi'], capture_output=True).stdout").value == "b'hi\\n'"


def test_forks_outlive_their_parent_and_their_siblings(interpreter: Interpreter) -> None:
    parent = interpreter.session()
    parent.run("x = 1")
    first, second = parent.fork(), parent.fork()
    parent.close()
    assert first.run("import os; os._exit(1)").status == "crashed"
    assert second.run("x").value == "1"
    with second.fork() as third:
        assert third.run("x").value == "1"
    first.close()
    second.close()


def test_forks_of_forks_to_depth_forty(session: Session) -> None:
    session.run("depth = 0; open('f', 'w').write('0')")
    line = [session]
    for depth in range(1, 41):
        line.append(line[-1].fork())
        assert line[-1].run(f"depth += 1; open('f', 'w').write('{depth}'); depth").value == str(depth)
    for depth, live in enumerate(line):
        assert live.run("depth, open('f').read()").value == f"({depth}, '{depth}')"
    for live in line[1:]:
        live.close()


def test_a_hundred_siblings() -> None:
    async def main() -> list[str | None]:
        async with AsyncInterpreter(preload=()) as interpreter, interpreter.session() as parent:
            await parent.run("x = 1000")
            forks = [await parent.fork() for _ in range(100)]
            runs = [fork.run(f"x += {n}; x") for n, fork in enumerate(forks)]
            values = [execution.value for execution in await asyncio.gather(*runs)]
            assert (await parent.run("x")).value == "1000"
            await asyncio.gather(*(fork.close() for fork in forks))
            return values

    assert asyncio.run(main()) == [str(1000 + n) for n in range(100)]


def test_limits_and_signals_hold_in_a_fork(session: Session) -> None:
    session.run("x = 1")
    with session.fork() as fork:
        assert "variables kept" in fork.run("while True: x = 2", timeout_s=0.1).note
        assert fork.run("x").value == "2"
        assert fork.run("import os; os.abort()").note.count("SIGABRT") == 1
        assert fork.run("'x' in globals()").value == "False"
        assert session.run("x").value == "1"


def test_a_fork_of_a_fork_that_was_killed_keeps_its_files(session: Session) -> None:
    session.run("open('f', 'w').write('parent')")
    with session.fork() as fork:
        fork.run("open('f', 'w').write('fork')")
        fork.run("import os; os._exit(0)")
        assert fork.run("open('f').read()").value == "'fork'"


def test_files_that_cannot_be_copied_are_named(session: Session) -> None:
    session.run("import os; os.mkdir('closed'); os.chmod('closed', 0)")
    with pytest.raises(UsageError, match="closed"):
        session.fork()
    assert session.run("1").ok


@pytest.mark.parametrize(
    ("code", "what"),
    [
        (
            "import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
            "thread",
        ),
        ("import mmap\nm = mmap.mmap(-1, 4096); m[0] = 1", "shared memory"),
    ],
)
def test_what_cannot_cross_is_refused(session: Session, code: str, what: str) -> None:
    session.run(code)
    with pytest.raises(UsageError, match=what):
        session.fork()
    assert session.run("1").ok


def test_a_fork_outlives_a_parent_that_is_closed_at_once() -> None:
    """It may still stand in its parent's control group then: a move takes the kernel 10 ms after a pause."""

    async def main() -> list[str | None]:
        told = []
        async with AsyncInterpreter(preload=()) as interpreter:
            for _ in range(5):
                await asyncio.sleep(0.05)
                parent = interpreter.session()
                await parent.run("x = 1")
                child = await parent.fork()
                grandchild = await child.fork()
                await parent.close()
                await child.close()
                told.append((await grandchild.run("x")).value)
                await grandchild.close()
        return told

    assert asyncio.run(main()) == ["1"] * 5
