"""The same promises for a session of this process and for one behind a wire."""

import asyncio
import contextlib
import json
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reckon.interpreter import AsyncInterpreter, Command, Interpreter, Limits, Unix
from reckon.interpreter.connection.listening import listening

Opener: TypeAlias = Callable[[Limits], Interpreter]
Work: TypeAlias = Callable[[AsyncInterpreter, Unix], Coroutine[Any, Any, None]]
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
