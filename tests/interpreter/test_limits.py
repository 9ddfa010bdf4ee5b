"""Limits that are summed over a session: by the kernel where it does that, by the watchdog where not."""

import os
from collections.abc import Iterator

import pytest

from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits, Session, nursery
from reckon.interpreter.isolation import Level, isolation_of, require
from reckon.values import JSON

MIB = 1 << 20
TIGHT = Limits(
    timeout_s=5, grace_s=0.2, total_memory_bytes=200 * MIB, processes=8, disk_bytes=4 * MIB, disk_files=50
)
WITHOUT_GROUPS = nursery._BOOT.replace(
    "zygote.main(", "zygote.cgroups.Groups.make = lambda name: zygote.cgroups.Groups({}, False)\nzygote.main("
)
WITHOUT_FILTER = "zygote.seccomp.available = lambda: False\nzygote.main("
HOG = """
import os, time
blocks = [bytearray(60 << 20)]
for _ in range(4):
    if os.fork() == 0:
        blocks.append(bytearray(60 << 20))
        time.sleep(40)
        os._exit(0)
blocks += [bytearray(1 << 20) for _ in range(60)]
print(os.wait()[1])
"""


@pytest.fixture(scope="module", params=["kernel", "watchdog"])
def interpreter(request: pytest.FixtureRequest) -> Iterator[Interpreter]:
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "watchdog":
            patch.setattr(nursery, "_BOOT", WITHOUT_GROUPS)
        with Interpreter(TIGHT, preload=(), spares=0) as opened:
            if request.param == "kernel" and "memory of a session" not in opened.isolation:
                pytest.skip("no control groups can be made here")
            yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def test_memory_is_summed_over_processes(session: Session) -> None:
    # Who dies first is the kernel's choice: the session, or its largest children.
    execution = session.run(HOG, timeout_s=30)
    assert execution.status == "memory" or (execution.status, execution.stdout) == ("ok", "9\n")


def test_memory_of_one_process_against_the_sum(session: Session) -> None:
    execution = session.run(
        "import time\nb = bytearray(300 << 20)\nfor i in range(0, 300 << 20, 4096): b[i] = 1\ntime.sleep(40)",
        timeout_s=30,
    )
    assert (execution.status, "200 MiB" in execution.note) == ("memory", True)
    assert session.run("1 + 1").value == "2"


def test_processes_are_counted(session: Session) -> None:
    code = (
        "import os, time\nfor _ in range(40):\n    if os.fork() == 0: time.sleep(40); os._exit(0)\n"
        "time.sleep(40)"
    )
    assert session.run(code, timeout_s=30).status in ("error", "denied")


@pytest.mark.parametrize(
    "code",
    [
        "for n in range(100):\n    open(f'f{n}', 'wb').write(bytes(100_000))",
        "import tempfile\nheld = [tempfile.TemporaryFile() for _ in range(20)]\n"
        "for f in held: f.write(bytes(400_000)); f.flush()",
        "for n in range(100):\n    open(f'f{n}', 'wb').close()",
        "import os\nfor _ in range(100):\n    os.mkdir('d'); os.chdir('d')",
    ],
)
def test_the_working_directory_is_bounded(session: Session, code: str) -> None:
    if "TemporaryFile" in code and os.geteuid() != 0:
        pytest.skip("files without a name are seen by root alone")
    execution = session.run("x = 1\n" + code + "\nimport time; time.sleep(40)", timeout_s=30)
    assert (execution.status, "working directory" in execution.note) == ("denied", True)
    assert execution.wall_s < 15
    assert session.run("x").value == "1"


def test_sparse_files_count_what_they_hold(session: Session) -> None:
    assert session.run("open('s', 'wb').truncate(50 << 20)\nimport time; time.sleep(0.4)").ok


def test_limits_that_make_no_sense_are_refused() -> None:
    with pytest.raises(UsageError, match=r"Limits\.total_memory_bytes"):
        Limits(total_memory_bytes=1)
    with pytest.raises(UsageError, match=r"Limits\.disk_bytes"):
        Limits(disk_bytes=0)
    assert Limits(memory_bytes=100 * MIB).all_memory_bytes == 200 * MIB


@pytest.mark.parametrize(
    ("report", "level"),
    [
        ({}, "none"),
        ({"landlock": 3}, "none"),
        ({"landlock": 3, "seccomp": True}, "standard"),
        ({"landlock": 3, "seccomp": True, "users": [1, 2]}, "strict"),
        ({"landlock": 3, "seccomp": True, "namespaces": ["mount"]}, "strict"),
    ],
)
def test_the_level_of_isolation(report: dict[str, JSON], level: Level) -> None:
    assert isolation_of(report).level == level
    require(level, report)
    if level != "strict":
        with pytest.raises(UsageError, match="lacks"):
            require("strict", report)


def test_an_interpreter_that_is_confined_too_little_refuses(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match="require"):
        Interpreter(require="total")  # type: ignore[arg-type]
    monkeypatch.setattr(nursery, "_BOOT", nursery._BOOT.replace("zygote.main(", WITHOUT_FILTER))
    interpreter = Interpreter(require="standard", preload=())
    with pytest.raises(UsageError, match="seccomp"):
        interpreter.__enter__()
