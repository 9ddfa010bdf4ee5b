"""What can be asked of a session besides running: files, reset, interrupt, inspect; and many runs at once."""

import asyncio
import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from reckon.errors import SessionLost, UsageError
from reckon.interpreter import AsyncInterpreter, FileInfo, Interpreter, Limits, Session, Variable
from reckon.values import Execution

SMALL = Limits(timeout_s=10, grace_s=0.3, memory_bytes=512 << 20, file_bytes=1 << 20)
OUTSIDE = ["/etc/passwd", "../x", "a/../../x", "..", "", ".", "/", "a/" * 65 + "x", "a\0b"]


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(SMALL) as opened:
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def test_files_go_in_and_come_out(session: Session) -> None:
    session.put("data/in.csv", b"a,b\n")
    assert session.run("text = open('data/in.csv').read(); open('data/in.csv', 'a').write('1'); text").value
    assert session.get("./data/in.csv") == b"a,b\n1"
    session.run("open('out.bin', 'wb').write(bytes(3))")
    assert session.files() == (FileInfo("data/in.csv", 5), FileInfo("out.bin", 3))
    session.put("out.bin", b"")
    assert session.get("out.bin") == b""


def test_a_fork_takes_the_files_along_and_parts_ways(session: Session) -> None:
    session.put("f", b"old")
    with session.fork() as fork:
        session.put("f", b"new")
        assert (fork.get("f"), session.get("f")) == (b"old", b"new")


@pytest.mark.parametrize("path", OUTSIDE)
def test_paths_that_lead_out_are_refused(session: Session, path: str) -> None:
    with pytest.raises(UsageError, match="path"):
        session.get(path)
    with pytest.raises(UsageError, match="path"):
        session.put(path, b"x")


def test_a_planted_link_misleads_nobody(session: Session, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    tmp_path.chmod(0o777)
    session.run(
        f"import os\nos.symlink({str(tmp_path)!r}, 'way')\nos.symlink({str(tmp_path / 'secret')!r}, 'file')\n"
        "os.mkdir('d'); os.symlink('..', 'd/up'); open('real', 'w').write('r'); os.symlink('real', 'inner')"
    )
    for path in ("way/secret", "file", "d/up/real", "inner"):
        with pytest.raises(UsageError, match="link"):
            session.get(path)
    for path in ("way/new", "d/up/new"):
        with pytest.raises(UsageError, match="link"):
            session.put(path, b"x")
    session.put("file", b"mine")  # replaces the link, not what it leads to
    assert session.get("file") == b"mine"
    assert (tmp_path / "secret").read_text() == "secret"
    assert sorted(os.listdir(tmp_path)) == ["secret"]
    assert [file.path for file in session.files()] == ["file", "real"]


def test_a_link_in_place_of_the_directory_itself(session: Session, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    (tmp_path / "work" / "secret").write_text("secret")
    swapped = session.run(
        "import os\nwork = os.getcwd()\nos.rename(work, work + 'x')\n"
        f"os.symlink({str(tmp_path / 'work')!r}, work)"
    )
    if swapped.ok:  # where sessions have a user of their own, the directory above is not theirs
        with pytest.raises(UsageError):
            session.get("secret")
        with pytest.raises(UsageError):
            session.put("new", b"x")
    assert os.listdir(tmp_path / "work") == ["secret"]


def test_a_race_of_links_never_leads_out(session: Session, tmp_path: Path) -> None:
    (tmp_path / "f").write_text("outside")
    tmp_path.chmod(0o777)
    flip = (
        "import os\nos.mkdir('real'); open('real/f', 'w').write('inside')\n"
        f"os.symlink({str(tmp_path)!r}, 'link')\nwhile True:\n"
        "    os.rename('real', 'd'); os.rename('d', 'real')\n"
        "    os.rename('link', 'd'); os.rename('d', 'link')"
    )
    runner = threading.Thread(target=session.run, args=(flip,))
    runner.start()
    seen = set()
    for _ in range(300):
        for act in (lambda: session.get("d/f"), lambda: session.put("d/g", b"g")):
            try:
                seen.add(act())
            except UsageError:
                seen.add(None)
    while runner.is_alive():
        session.interrupt()
        runner.join(0.05)
    assert seen <= {b"inside", None}
    assert os.listdir(tmp_path) == ["f"]


def test_what_is_no_file_holds_nobody_up(session: Session) -> None:
    session.run("import os; os.mkfifo('pipe'); os.mkdir('d'); open('big', 'wb').truncate(1 << 20)")
    for path in ("pipe", "d", "absent"):
        with pytest.raises(UsageError, match=path):
            session.get(path)
    assert len(session.get("big")) == 1 << 20
    with pytest.raises(UsageError, match="file_bytes"):
        session.put("big", bytes((1 << 20) + 1))


def test_a_file_that_the_program_may_not_own_but_may_use(session: Session) -> None:
    session.put("d/script.py", b"n = 5")
    assert session.run("import sys; sys.path.insert(0, 'd'); import script; script.n").value == "5"
    assert session.run("import shutil; shutil.rmtree('d')").ok


def test_reset_forgets_the_variables_and_keeps_the_files_unless_told(session: Session) -> None:
    session.run("x = 1; open('f', 'w').write('kept')")
    session.reset()
    after = session.run("'x' in globals(), open('f').read()")
    assert (after.value, after.note) == ("(False, 'kept')", "")
    session.reset(keep_files=False)
    assert session.files() == ()
    assert session.run("import os; open('g', 'w').close(); os.listdir()").value == "['g']"


def test_an_interrupt_from_another_thread_keeps_the_variables(session: Session) -> None:
    assert session.interrupt() is False
    begun = threading.Event()
    done: list[Execution] = []

    def work() -> None:
        code = "x = 1\nprint('begun', flush=True)\nwhile True: x += 1"
        done.append(session.run(code, on_output=lambda stream, text: begun.set()))

    thread = threading.Thread(target=work)
    thread.start()
    begun.wait(10)
    assert session.interrupt() is True
    thread.join()
    assert (done[0].status, done[0].error and done[0].error.type) == ("error", "KeyboardInterrupt")
    assert "variables kept" in done[0].note
    assert session.run("x > 0").value == "True"


def test_an_interrupt_is_not_lost_before_the_program_has_begun() -> None:
    async def main() -> None:
        async with AsyncInterpreter(SMALL, preload=()) as interpreter:
            for _ in range(15):
                async with interpreter.session() as session:
                    for _ in range(2):
                        run = asyncio.ensure_future(session.run("while True: pass"))
                        await asyncio.sleep(0)
                        assert await session.interrupt()
                        assert (await run).status == "error"

    asyncio.run(main())


def test_an_interrupt_may_be_caught(session: Session) -> None:
    code = (
        "try:\n    print(1)\n    while True: pass\n"
        "except KeyboardInterrupt:\n    answer = 'cleaned up'\nanswer"
    )
    threads: list[threading.Thread] = []

    def interrupt(stream: str, text: str) -> None:
        threads.append(threading.Thread(target=session.interrupt))
        threads[-1].start()

    execution = session.run(code, on_output=interrupt)
    threads[0].join()
    assert (execution.status, execution.value) == ("ok", "'cleaned up'")


def test_inspect_names_types_and_short_values(session: Session) -> None:
    session.run(
        "import math\nn = 5\ns = 'a' * 10_000\nbig = 7 ** 100_000\n_hidden = 1\n"
        "class Point:\n    def __repr__(self): return 'Point(1, 2)'\np = Point()\ndef f(): pass"
    )
    told = session.inspect()
    assert told["n"] == Variable("int", "5")
    assert told["p"] == Variable("Point", "Point(1, 2)")
    assert told["math"] == Variable("module", "math")
    assert (told["s"].type, len(told["s"].value)) == ("str", 200)
    assert told["big"].value == "a number of 280736 bits"
    assert set(told) == {"math", "n", "s", "big", "Point", "p", "f"}


def test_a_hostile_repr_hurts_neither_the_session_nor_the_others(session: Session) -> None:
    session.run(
        "import os, signal, sys\n"
        "class Endless:\n    def __repr__(self):\n        while True:\n            try: signal.pause()\n"
        "            except BaseException: pass\n"
        "class Fatal:\n    def __repr__(self): os._exit(1)\n"
        "class Killer:\n    def __repr__(self):\n        for fd in range(3, 9): os.write(fd, b'x' * 99)\n"
        "class Huge:\n    def __repr__(self): return 'x' * (1 << 22)\n"
        "class Quiet:\n    def __repr__(self): raise SystemExit\n"
        "a, b, c, d, e, n = Endless(), Fatal(), Killer(), Huge(), Quiet(), 5"
    )
    told = session.inspect()
    assert [told[name].type for name in "abcden"] == ["Endless", "Fatal", "Killer", "Huge", "Quiet", "int"]
    assert (told["a"].value, told["b"].value) == ("", "")
    assert len(told["d"].value) <= 200
    assert told["n"].value == "5"
    assert session.run("n").value == "5"


def test_inspect_in_a_session_that_never_ran(session: Session) -> None:
    assert session.inspect() == {}


def test_map_keeps_the_order_and_the_failures(interpreter: Interpreter) -> None:
    codes = [f"{n} * 2" if n % 3 else "1/0" for n in range(40)]
    found = interpreter.map(codes)
    assert [execution.value for execution in found] == [str(n * 2) if n % 3 else None for n in range(40)]
    assert [execution.ok for execution in found] == [bool(n % 3) for n in range(40)]
    assert interpreter.map([]) == []


def test_results_come_as_they_end_and_programs_are_drawn_as_there_is_room(interpreter: Interpreter) -> None:
    slow = "open('f', 'w')\nwhile True: pass"
    first = next(interpreter.as_completed([slow, "1"], timeout_s=0.5))
    assert first[0] == 1
    drawn = []

    def codes() -> Iterator[str]:
        for n in range(1000):
            drawn.append(n)
            yield str(n)

    results = interpreter.as_completed(codes())
    assert next(results)[1].ok
    assert len(drawn) < 100
    results.close()


def test_a_fault_of_ours_spoils_no_other_result(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> list[Execution]:
        async with AsyncInterpreter(SMALL, preload=()) as interpreter:
            real = interpreter.run

            async def run(code: str, **how: Any) -> Execution:
                if code == "2":
                    raise SessionLost("gone")
                return await real(code, **how)

            monkeypatch.setattr(interpreter, "run", run)
            return await interpreter.map(str(n) for n in range(5))

    found = asyncio.run(main())
    assert [execution.status for execution in found] == ["ok", "ok", "infrastructure", "ok", "ok"]
    assert "gone" in found[2].note
