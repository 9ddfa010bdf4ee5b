"""Programs that try to get out, one function each; what stops them stands in docs/security.md."""

import asyncio
import contextlib
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from reckon.errors import InfrastructureError
from reckon.interpreter import Interpreter, Isolation, Limits, Session, wire
from reckon.interpreter.process import Ends, Process

SMALL = Limits(memory_bytes=256 << 20, processes=32, file_bytes=1 << 20)


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(SMALL, preload=()) as opened:
        yield opened


@pytest.fixture(scope="module")
def tiers(interpreter: Interpreter) -> Isolation:
    return interpreter.isolation


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def need(tiers: Isolation, feature: str) -> None:
    if feature not in tiers:
        pytest.skip(f"this machine has no {feature}")


@pytest.mark.parametrize(
    "expression",
    [
        "open('/etc/passwd').read()",
        "open('/etc/shadow').read()",
        "os.listdir('/')",
        "os.listdir(HOME)",
        "os.listdir('/tmp')",
        "open('/proc/self/environ').read()",
        "open('/proc/1/cmdline').read()",
        "open('/dev/shm/x', 'w')",
        "open('/tmp/x', 'w')",
        "open(os.path.join(sys.prefix, 'x'), 'w')",
        "os.truncate(os.__file__, 0)",
        "os.link('/etc/passwd', 'mine')",
        "os.mkfifo('/tmp/f')",
        "subprocess.run(['cat', '/etc/passwd'], check=True)",
    ],
)
def test_files_outside(session: Session, tiers: Isolation, expression: str) -> None:
    need(tiers, "landlock files")
    session.run(f"import os, sys, subprocess\nHOME = {os.path.expanduser('~')!r}")
    assert session.run(expression).status in ("denied", "error")
    assert session.run(
        f"with __import__('contextlib').suppress(OSError): os.symlink('/', 'r')\n{expression}"
    ).error


def test_the_directory_above_the_own(session: Session, tiers: Isolation) -> None:
    need(tiers, "own user")
    assert session.run("import os; os.listdir('..')").status == "denied"
    assert session.run("open('../x', 'w')").status == "denied"


def test_a_link_out_leads_nowhere(session: Session, tiers: Isolation) -> None:
    need(tiers, "landlock files")
    session.run("import os; os.symlink('/etc', 'etc')")
    assert session.run("open('etc/passwd').read()").status == "denied"


def test_no_environment_of_the_host(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECKON_SECRET", "s3cret")
    with Interpreter(preload=()) as fresh:
        assert "s3cret" not in (fresh.run("import os; dict(os.environ)").value or "")


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('127.0.0.1', PORT), 1)",
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM)",
        "socket.socket(socket.AF_UNIX)",
        "socket.socket(socket.AF_NETLINK, socket.SOCK_RAW)",
        "socket.socket(socket.AF_VSOCK)",
        "import urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{PORT}', timeout=1)",
    ],
)
def test_the_network(session: Session, tiers: Isolation, code: str) -> None:
    need(tiers, "seccomp")
    with socket.create_server(("127.0.0.1", 0)) as server:
        session.run(f"import socket; PORT = {server.getsockname()[1]}")
        assert session.run(code).status == "denied"


def test_asyncio_still_works(session: Session) -> None:
    assert session.run("import asyncio\nasync def f(): return 3\nasyncio.run(f())").value == "3"


@pytest.mark.parametrize("target", ["HOST", "os.getppid()", "-1"])
def test_signals_to_others(session: Session, tiers: Isolation, target: str) -> None:
    need(tiers, "landlock scope")
    session.run(f"import os; HOST = {os.getpid()}")
    assert session.run(f"os.kill({target}, 9)").status == "denied"


@pytest.mark.parametrize(
    ("name", "x86_64", "aarch64", "arguments"),
    [
        ("ptrace", 101, 117, "16, PARENT, 0, 0"),
        ("process_vm_readv", 310, 270, "PARENT, 0, 0, 0, 0, 0"),
        ("unshare", 272, 97, "0x10000000"),
        ("mount", 165, 40, "0, 0, 0, 0, 0"),
        ("bpf", 321, 280, "0, 0, 0"),
        ("io_uring_setup", 425, 425, "1, 0"),
        ("userfaultfd", 323, 282, "0"),
        ("keyctl", 250, 219, "0, 0"),
        ("perf_event_open", 298, 241, "0, 0, 0, 0, 0"),
        ("clone into a namespace", 56, 220, "0x10000011, 0, 0, 0, 0"),
        ("personality", 135, 92, "0xffffffff"),
    ],
)
def test_kernel_calls(
    session: Session, tiers: Isolation, name: str, x86_64: int, aarch64: int, arguments: str
) -> None:
    need(tiers, "seccomp")
    number = aarch64 if os.uname().machine == "aarch64" else x86_64
    session.run("import ctypes, os\nPARENT = os.getppid()\nlibc = ctypes.CDLL(None, use_errno=True)")
    assert session.run(f"libc.syscall({number}, {arguments}), ctypes.get_errno()").value == "(-1, 1)"


def test_no_way_back_to_root(session: Session, tiers: Isolation) -> None:
    need(tiers, "own user")
    assert session.run("import os; os.setuid(0)").status == "denied"
    assert session.run("os.getuid() != 0 and os.getgid() != 0 and os.getgroups() == []").value == "True"
    assert session.run("os.chown('.', 0, 0)").status == "denied"


def test_a_stranger_session_is_out_of_reach(interpreter: Interpreter, tiers: Isolation) -> None:
    need(tiers, "landlock scope")
    with interpreter.session() as victim, interpreter.session() as attacker:
        pid, path = eval(
            victim.run("import os; open('secret', 'w').write('s'); os.getpid(), os.getcwd()").value or ""
        )
        assert attacker.run(f"import os; os.kill({pid}, 9)").status == "denied"
        assert attacker.run(f"open('{path}/secret').read()").status == "denied"
        assert attacker.run(f"os.listdir('{path}')").status == "denied"
        assert victim.run("1").ok


def test_a_fork_cannot_reach_its_parent_or_siblings(interpreter: Interpreter, tiers: Isolation) -> None:
    need(tiers, "landlock scope")
    with interpreter.session() as parent:
        pid, path = eval(
            parent.run("import os; open('s', 'w').close(); os.getpid(), os.getcwd()").value or ""
        )
        with parent.fork() as fork, parent.fork() as sibling:
            other, there = eval(sibling.run("os.getpid(), os.getcwd()").value or "")
            for victim, directory in ((pid, path), (other, there)):
                assert fork.run(f"os.kill({victim}, 9)").status == "denied"
                assert fork.run(f"open('{directory}/s').read()").status == "denied"


def test_a_fork_bomb_ends_with_its_session(interpreter: Interpreter, tiers: Isolation) -> None:
    need(tiers, "process limit")
    with interpreter.session() as session:
        execution = session.run(
            "import os\nn = 0\nwhile True:\n    try: os.fork()\n    except OSError: pass", timeout_s=0.3
        )
        assert execution.status == "timeout"
        uid = session.run("import os; os.getuid()").value
    assert not [p for p in Path("/proc").glob("[0-9]*/status") if f"Uid:\t{uid}" in _text(p)]


def _text(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def test_a_large_file_is_refused(session: Session) -> None:
    assert session.run("f = open('big', 'wb')\nf.write(bytes(2 << 20)); f.flush()").error
    assert session.run("import os; os.path.getsize('big')").value == str(1 << 20)


@pytest.mark.parametrize(
    "code",
    [
        "import os; os.write(3, b'x' * 100)",
        'import os; os.write(3, b\'\\0\\0\\0\\x0f{"token":"fake"}\')',
        "import os; os.write(3, b'\\xff\\xff\\xff\\xff')",
        "import os; os.write(3, b'\\0\\0\\0\\x02[]')",
        "import os; os.closerange(3, 256)",
    ],
)
def test_forged_frames_end_the_session_and_no_more(session: Session, code: str) -> None:
    assert session.run(code).status == "crashed"
    assert session.run("1 + 1").value == "2"


def test_a_reply_that_was_sent_before_the_kill_arrived_is_none() -> None:
    async def main() -> None:
        ends = Ends.make()
        process = Process(ends, Limits())
        asked = asyncio.create_task(process.ask({"token": "t"}, 5.0))
        await asyncio.sleep(0.01)
        os.write(ends.theirs[0], b"\0\0\0\x02[]")
        await asyncio.sleep(0.01)
        os.write(ends.theirs[0], wire.pack({"token": "t", "status": "ok"}))
        ends.close_theirs()
        assert await asked is None
        assert process.stopped == "malformed"
        process.release()

    asyncio.run(main())


@pytest.mark.parametrize(
    "code",
    [
        "import json; json.dumps = lambda *a, **k: '{}'",
        "import builtins; builtins.compile = builtins.exec = builtins.len = None",
        "import sys; sys.modules.clear()",
        "import sys; sys.setrecursionlimit(10)",
        "import os; os.getpid = lambda: 0",
        "import traceback; traceback.format_exception = None\n1/0",
    ],
)
def test_tampering_hurts_only_the_tamperer(interpreter: Interpreter, code: str) -> None:
    with interpreter.session() as session:
        session.run(code, timeout_s=1)
        session.run("1", timeout_s=1)
    assert interpreter.run("1 + 1").value == "2"


def test_a_link_in_place_of_a_directory_misleads_nobody(interpreter: Interpreter, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (victim / "work").mkdir(parents=True)
    (victim / "work" / "precious").write_text("p")
    victim.chmod(0o777)
    with interpreter.session() as session:
        fork = session.fork()
        home = (fork.run("import os; os.path.dirname(os.getcwd())").value or "").strip("'")
        session.run(f"import os\nos.rename({home!r}, {home + 'x'!r})\nos.symlink({str(victim)!r}, {home!r})")
        session.run(f"os.rename('../work', '../w')\nos.symlink({str(victim / 'work')!r}, '../work')")
        fork.run("import os; os._exit(1)")
        # Where the link could be made, the fork's directory is gone, and that is noticed.
        with contextlib.suppress(InfrastructureError):
            assert fork.run(f"open({str(victim / 'x')!r}, 'w')").status == "denied"
        fork.close()
    assert (victim / "work" / "precious").read_text() == "p"
    assert not (victim / "x").exists()
