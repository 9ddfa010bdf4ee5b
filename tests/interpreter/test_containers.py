"""Containers: what the engine is asked for, what its absence says, and, where an image is named, a real one.

    RECKON_TEST_CONTAINER=podman:localhost/python:3.11 pytest tests/interpreter/test_containers.py

Without an engine a stand-in takes its place: it records what it was asked for, and runs the command here.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.interpreter import Container, Interpreter, Limits

Engine: TypeAlias = Callable[[str], Path]
REAL = os.environ.get("RECKON_TEST_CONTAINER", "")
STAND_IN = """#!{python}
import json, os, sys
with open({record!r}, "a") as file:
    file.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] != "run":
    sys.exit(0)
source, inside, _ = sys.argv[sys.argv.index("--volume") + 1].split(":")
words = sys.argv[sys.argv.index("an/image:1") + 1:]
words = [os.path.dirname(source) if word == os.path.dirname(inside) else word for word in words]
os.execv(sys.executable, [sys.executable, *words])
"""


@pytest.fixture
def engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Engine:
    """Puts a program in the place of `docker`; gives where the stand-in's record will be."""

    def install(text: str) -> Path:
        record, program = tmp_path / "record", tmp_path / "bin" / "docker"
        program.parent.mkdir()
        program.write_text(text.format(python=sys.executable, record=str(record)))
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        return record

    return install


def test_a_container_is_asked_for_and_removed(engine: Engine) -> None:
    record = engine(STAND_IN)
    container = Container(
        "an/image:1",
        memory_bytes=1 << 30,
        cpus=1.5,
        processes=100,
        options=("--runtime", "runsc"),
        limits=Limits(timeout_s=3),
        preload=(),
        seed=5,
    )
    with Interpreter.connect(container) as remote:
        assert "container" in remote.isolation
        with remote.session() as session:
            first = session.run("import random; random.random()").value
            assert session.run("while True: pass").note.startswith("Timed out after 3 s")
        assert remote.run("import random; random.random()").value == first  # the seed went along
    run, remove = (json.loads(line) for line in record.read_text().splitlines())
    asked = run[: run.index("an/image:1")]
    pairs = dict(zip(asked, [*asked[1:], ""], strict=True))
    wanted = {
        "--network": "none",
        "--cap-drop": "ALL",
        "--security-opt": "no-new-privileges",
        "--pids-limit": "100",
        "--memory": str(1 << 30),
        "--cpus": "1.5",
        "--user": "65534:65534",
        "--runtime": "runsc",
    }
    assert wanted.items() <= pairs.items()
    assert {"--rm", "--interactive", "--read-only"} <= set(asked)
    assert pairs["--volume"].endswith(":/opt/reckon/reckon:ro")
    assert Path(pairs["--volume"].split(":")[0], "interpreter", "session.py").exists()
    assert remove == ["rm", "--force", pairs["--name"]]


def test_a_container_that_ends_is_a_lost_session_and_another_is_started(engine: Engine) -> None:
    record = engine(STAND_IN)
    with Interpreter.connect(Container("an/image:1", preload=())) as remote:
        session = remote.session()
        server = int(session.run("import os; os.getppid()").value or 0)
        parent = int(Path(f"/proc/{server}/stat").read_text().rpartition(")")[2].split()[1])
        os.kill(parent, 9)
        with pytest.raises(SessionLost, match=r"container:an/image:1 \(docker\).*exit status -9"):
            session.run("1")
        assert remote.run("1 + 1").value == "2"
    assert [json.loads(line)[0] for line in record.read_text().splitlines()] == ["run", "rm"] * 2


@pytest.mark.parametrize(
    ("said", "status", "told"),
    [
        (
            "docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.",
            125,
            "Docker is installed, but its engine is not running: docker: Cannot connect",
        ),
        (
            "permission denied while trying to connect to the Docker daemon socket",
            125,
            "does not let this user in",
        ),
        ('exec: "python3": executable file not found in $PATH', 127, "the image has no such Python"),
        ("Error response from daemon: No such image: x", 125, "the image is not here"),
        ("something\nof several\nlines", 1, r"something of several lines \(exit status 1\)"),
    ],
)
def test_what_an_engine_refuses_is_one_line(engine: Engine, said: str, status: int, told: str) -> None:
    engine(f"#!{{python}}\nimport sys\nprint({said!r}, file=sys.stderr)\nsys.exit({status})\n")
    with pytest.raises(InfrastructureError, match=told) as caught, Interpreter.connect("container:x"):
        pass
    assert "\n" not in str(caught.value)


def test_an_old_python_in_the_image_says_so() -> None:
    words = Container("an/image:1").arguments("name")
    start = words[words.index("-c") + 1]
    old = "import sys; sys.version_info = (3, 8, 1)\n"
    done = subprocess.run([sys.executable, "-c", old + start], capture_output=True, text=True, check=False)
    assert done.stderr == "the image's Python is 3.8, and 3.11 or later is wanted\n"


def test_an_engine_that_is_not_installed_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"no command 'docker' is installed here.*podman"):
        Interpreter.connect("container:python:3.11-slim").__enter__()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("image", ""),
        ("image", "--privileged"),
        ("command", "-x"),
        ("user", None),
        ("memory_bytes", 0),
        ("processes", True),
        ("cpus", 0),
        ("cpus", float("nan")),
        ("options", "--privileged"),
    ],
)
def test_what_cannot_be_asked_for_is_refused(field: str, value: Any) -> None:
    with pytest.raises(UsageError, match=rf"Container\.{field}"):
        Container(**{"image": "an/image:1", field: value})


@pytest.mark.skipif(not REAL, reason="RECKON_TEST_CONTAINER names no ENGINE:IMAGE")
def test_a_real_container_holds_what_it_says() -> None:
    command, _, image = REAL.partition(":")
    container = Container(image, command=command, preload=(), limits=Limits(memory_bytes=256 << 20))
    names = [command, "ps", "--all", "--quiet", "--filter", "name=reckon-"]
    with Interpreter.connect(container, require="standard") as remote, remote.session() as session:
        assert "container" in remote.isolation
        session.put("f", b"1")
        assert session.run("open('f').read()").value == "'1'"
        assert session.run("import os; os.getuid()").value == "65534"
        assert session.run("bytearray(1 << 30)").status == "memory"
        assert session.run("import socket; socket.socket()").status in ("denied", "error")
        with session.fork() as fork:
            assert fork.run("open('f').read()").value == "'1'"
        assert session.run("while True: pass", timeout_s=0.2).status == "timeout"
        assert subprocess.run(names, capture_output=True, check=True).stdout.strip()
    assert not subprocess.run(names, capture_output=True, check=True).stdout.strip()
