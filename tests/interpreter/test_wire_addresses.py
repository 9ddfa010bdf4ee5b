"""Where an interpreter may be: addresses, places to listen at, and machines that can only be clients."""

import asyncio
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reckon.errors import InfrastructureError, UsageError
from reckon.interpreter import (
    AsyncInterpreter,
    Command,
    Interpreter,
    Limits,
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


# Addresses


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("http://127.0.0.1:80", "cannot be reached over HTTP yet"),
        ("https://example.org", "cannot be reached over HTTP yet"),
        ("ws://example.org", "cannot be reached over HTTP yet"),
        ("ftp://example.org", "no address of an interpreter"),
        ("", "no address of an interpreter"),
        ("unix:", "no address of an interpreter"),
        ("container:", "no address of an interpreter"),
        ("tcp://example.org", "wanted tcp://HOST:PORT"),
        ("tcp://:80", "wanted tcp://HOST:PORT"),
        ("tcp://me@host:80", "wanted tcp://HOST:PORT"),
        ("tcp://host:80/path", "wanted tcp://HOST:PORT"),
        ("tcp://host:99999", "wanted tcp://HOST:PORT"),
        (5, "wanted an address or a link"),
    ],
)
def test_what_is_no_address_is_refused_where_it_is_given(where: Any, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        Interpreter.connect(where)
    with pytest.raises(UsageError, match=told):
        AsyncInterpreter.connect(where)


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ("unix:/nowhere/at/all", "no interpreter listens there"),
        (f"unix:/{'x' * 200}", "no interpreter listens there"),
        ("tcp://127.0.0.1:1", "no interpreter listens there"),
        (Command((sys.executable, "-c", "import sys; sys.exit('it broke')")), "it broke"),
        (Command((*SERVER, "--stdio", "--limits", "{")), "--limits: wanted JSON"),
        (Command((*SERVER, "--stdio", "--limits", '{"timeout_s": 0}')), "timeout_s"),
        (Command((*SERVER, "--stdio", "--limits", '{"minutes": 1}')), "no field 'minutes'"),
        (Command((*SERVER, "--stdio", "--require", "all")), "require"),
    ],
)
def test_where_no_interpreter_is_the_error_says_so(where: Any, told: str) -> None:
    with pytest.raises(InfrastructureError, match=told), Interpreter.connect(where):
        pass


def test_a_command_that_is_not_installed() -> None:
    with (
        pytest.raises(UsageError, match="no-such-command"),
        Interpreter.connect(Command(("no-such-command",))),
    ):
        pass


def test_a_place_to_listen_at_is_never_taken_from_another(tmp_path: Path, start_server: Start) -> None:
    def told(*arguments: str) -> str:
        command = [*SERVER, *arguments]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 2
        return done.stderr

    (tmp_path / "file").write_text("kept")
    assert "no socket" in told("--listen", f"unix:{tmp_path}/file")
    assert (tmp_path / "file").read_text() == "kept"
    assert "No such file" in told("--listen", f"unix:{tmp_path}/absent/s")
    assert "wanted unix:PATH or tcp:HOST:PORT" in told("--listen", "container:x")
    assert "token" in told("--listen", "tcp:127.0.0.1:0")
    with start_server(tmp_path / "s"):
        assert "another server listens there" in told("--listen", f"unix:{tmp_path}/s")
        with Interpreter.connect(f"unix:{tmp_path}/s") as remote:
            assert remote.run("1").ok


def test_standard_streams_that_are_no_pipes_are_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with open(tmp_path / "file") as file:
        command = [*SERVER, "--stdio"]
        done = subprocess.run(command, stdin=file, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, "wanted pipes" in done.stderr) == (2, True)


# Where programs cannot run


OFF_LINUX = """
import asyncio, socket, subprocess, sys, tempfile, signal, os
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("fcntl", "resource", "pwd", "grp", "termios", "ctypes"):
            raise ImportError(f"there is no {name} here")
sys.meta_path.insert(0, Absent())
for module, names in {
    os: "O_DIRECTORY O_NOFOLLOW O_NONBLOCK O_CLOEXEC O_PATH fork geteuid getuid pidfd_open WIFSIGNALED",
    signal: "SIGKILL SIGHUP pidfd_send_signal", socket: "send_fds recv_fds",
}.items():
    for name in names.split():
        delattr(module, name)
del asyncio.open_unix_connection
sys.platform = "win32"
from reckon.interpreter import Call, Container, FileInfo, Interpreter, Limits, Stdio, Variable
try:
    Interpreter()
except Exception as error:
    print(type(error).__name__, error)
try:
    Interpreter.connect("unix:/tmp/x").__enter__()
except Exception as error:
    print(type(error).__name__, error)
with Interpreter.connect(sys.argv[1]) as remote, remote.session() as session:
    session.put("f", b"1")
    assert session.files() == (FileInfo("f", 1),)
    assert session.run("x = 5; x", profile=True).profile.status == "ok"
    assert session.inspect() == {"x": Variable("int", "5")}
    assert remote.check("def f(): return 1", [Call("f", (), 1)]).passed
    print(session.fork().run("x").value)
"""


def test_off_linux_a_client_works_and_the_rest_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> str:
        place = Tcp("127.0.0.1", 0)
        async with (
            AsyncInterpreter(QUICK, preload=()) as interpreter,
            listening(interpreter, place, token=TOKEN) as link,
        ):
            client = await asyncio.create_subprocess_exec(
                *(sys.executable, "-c", OFF_LINUX, link.name),
                env={**os.environ, "RECKON_TOKEN": TOKEN},
                stdout=subprocess.PIPE,
            )
            return (await client.communicate())[0].decode()

    told = asyncio.run(main()).splitlines()
    assert told[0].startswith("UsageError programs are confined by the Linux kernel, and this is win32")
    assert "container:" in told[0]
    assert "tcp://" in told[0]
    assert told[1].startswith("UsageError unix: this system has no such sockets")
    assert told[2] == "5"
    monkeypatch.setattr(sys, "platform", "darwin")
    with pytest.raises(UsageError, match="darwin"):
        AsyncInterpreter()
