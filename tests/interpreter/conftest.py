"""The same promises for a session of this process and for one behind a wire; servers; an ordinary user."""

import asyncio
import contextlib
import json
import os
import resource
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import pytest

import reckon
from reckon.interpreter import AsyncInterpreter, Command, Interpreter, Limits, Unix
from reckon.interpreter.connection.listening import listening

Opener: TypeAlias = Callable[[Limits], Interpreter]
Work: TypeAlias = Callable[[AsyncInterpreter, Unix], Coroutine[Any, Any, None]]
AsUser: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]
Start: TypeAlias = Callable[[Path], "contextlib.AbstractContextManager[subprocess.Popen[str]]"]
QUICK = Limits(timeout_s=10, grace_s=0.2, memory_bytes=256 << 20, file_bytes=1 << 20)


def here(limits: Limits) -> Interpreter:
    return Interpreter(limits, preload=())


def over_a_wire(limits: Limits) -> Interpreter:
    server = (sys.executable, "-m", "reckon.interpreter.connection", "--stdio", "--preload", "")
    return Interpreter.connect(Command((*server, "--limits", json.dumps(asdict(limits)))))


@pytest.fixture(scope="module", params=[here, over_a_wire], ids=["here", "over a wire"])
def anywhere(request: pytest.FixtureRequest) -> Opener:
    """Opens an interpreter without preloaded modules, in each of the places where one can be."""
    opener: Opener = request.param
    return opener


@pytest.fixture
def with_server(tmp_path: Path) -> Callable[[Work], None]:
    """Does work in an event loop in which an interpreter is served at a socket, for a minute at most."""

    async def main(work: Work) -> None:
        link = Unix(str(tmp_path / "s"))
        async with AsyncInterpreter(QUICK, preload=(), seed=7) as interpreter, listening(interpreter, link):
            await asyncio.wait_for(work(interpreter, link), 60)

    return lambda work: asyncio.run(main(work))


@pytest.fixture(scope="session")
def start_server() -> Start:
    """Starts a server in a process of its own, at the socket of that path."""

    @contextlib.contextmanager
    def start(path: Path) -> "Iterator[subprocess.Popen[str]]":
        command = [sys.executable, "-m", "reckon.interpreter.connection", "--preload", ""]
        command += ["--limits", json.dumps(asdict(QUICK))]
        with subprocess.Popen(
            [*command, "--listen", f"unix:{path}"], stderr=subprocess.PIPE, text=True
        ) as child:
            try:
                assert child.stderr is not None
                assert "listens" in child.stderr.readline()
                yield child
            finally:
                child.terminate()
                child.wait(30)

    return start


class Server:
    """Greets whoever connects, as HTTP does, and counts."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family, backlog=128)
        self.port = self._listener.getsockname()[1]
        self.visits = 0
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            visitor, _ = self._listener.accept()
            with visitor, contextlib.suppress(ConnectionError):
                if visitor.recv(65536) == b"end":
                    return
                self.visits += 1
                visitor.sendall(b"HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello")

    def close(self) -> None:
        with socket.create_connection(self._listener.getsockname()[:2]) as last:
            last.sendall(b"end")
        self._thread.join()
        self._listener.close()


@contextlib.contextmanager
def _serving(address: str = "127.0.0.1") -> Iterator[Server]:
    server = Server(address)
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def serving() -> "Callable[..., contextlib.AbstractContextManager[Server]]":
    """Starts a server at an address of this machine."""
    return _serving


@pytest.fixture(scope="module")
def open_one() -> Iterator[Server]:
    with _serving() as server:
        yield server


@pytest.fixture(scope="module")
def closed_one() -> Iterator[Server]:
    """Nobody may connect to it."""
    with _serving() as server:
        yield server
        assert server.visits == 0


@pytest.fixture(scope="session")
def as_user() -> AsUser:
    """Runs a program of Python with this package as an ordinary user, behind a wall of 8,000 processes."""
    if os.geteuid() != 0:
        pytest.skip("the tests run as an ordinary user already")
    user, source = 54321, str(Path(reckon.__file__).parent.parent)
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": source, "PYTHONDONTWRITEBYTECODE": "1"}
    how: dict[str, Any] = {"user": user, "group": user, "extra_groups": [], "env": environment, "cwd": "/"}

    def wall() -> None:
        resource.setrlimit(resource.RLIMIT_NPROC, (8000, 8000))

    def run(
        python: str, code: str, stdin: str = "", timeout: float = 120
    ) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [python, "-c", code],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            preexec_fn=wall,
            **how,
        )

    check = "import sys, reckon.interpreter; assert sys.version_info >= (3, 11)"
    for python in (sys.executable, "/usr/bin/python3"):
        with contextlib.suppress(OSError):
            if run(python, check).returncode == 0:
                return partial(run, python)
    pytest.skip("no Python of 3.11 or later that an ordinary user may run together with this package")
