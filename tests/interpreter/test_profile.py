"""What a profile counts, and that it counts the same again."""

from collections.abc import Callable, Iterator

import pytest

from reckon.errors import UsageError
from reckon.interpreter import Interpreter, Limits, Session, Trace
from reckon.traces import Profile

QUICK = Limits(timeout_s=10, grace_s=0.5, memory_bytes=256 << 20, output_bytes=1 << 16)
LOOP = "total = 0\nfor i in range({}):\n    total += i * i\ntotal"


@pytest.fixture(scope="module")
def interpreter(anywhere: Callable[[Limits], Interpreter]) -> Iterator[Interpreter]:
    with anywhere(QUICK) as opened:
        yield opened


@pytest.fixture
def session(interpreter: Interpreter) -> Iterator[Session]:
    with interpreter.session() as opened:
        yield opened


def profiled(session: Session, code: str) -> Profile:
    profile = session.run(code, profile=True).profile
    assert profile is not None
    return profile


def test_instructions_grow_with_the_work_and_repeat_exactly(session: Session) -> None:
    first, second, third = (profiled(session, LOOP.format(n)) for n in (1000, 1000, 2000))
    assert first.instructions == second.instructions
    per_turn = (third.instructions - first.instructions) / 1000
    assert 4 <= per_turn <= 12
    assert per_turn == round(per_turn)


def test_the_peak_is_what_was_allocated_at_once(session: Session) -> None:
    small, large = (
        profiled(session, "x = 1"),
        profiled(session, "x = bytes(1 << 20)\nx = None\ny = bytes(1 << 19)"),
    )
    assert small.peak_bytes < 1 << 18
    assert 1 << 20 < large.peak_bytes < (1 << 20) + (1 << 18)


def test_the_program_itself_runs_once_and_as_it_would(session: Session) -> None:
    session.run("n = 1\nopen('log', 'w').close()")
    execution = session.run("n += 1\nprint(n)\nopen('log', 'a').write('x')\nn", profile=True)
    assert (execution.status, execution.stdout, execution.value) == ("ok", "2\n", "2")
    assert session.run("n, open('log').read()").value == "(2, 'x')"
    assert execution.profile is not None
    assert (execution.profile.wall_s, execution.profile.cpu_s) == (execution.wall_s, execution.cpu_s)


def test_random_numbers_are_the_same_in_both(session: Session) -> None:
    code = "import random\nfor _ in range(random.randrange(10_000)):\n    pass"
    session.run("import random\nrandom.seed(3)")
    first = profiled(session, code)
    session.run("random.seed(3)")
    assert profiled(session, code).instructions == first.instructions


def test_imports_are_not_counted(session: Session) -> None:
    fresh = profiled(session, "import colorsys, calendar\n1")
    assert fresh.instructions < 100
    assert profiled(session, "import colorsys, calendar\n1").instructions == fresh.instructions


def test_a_failing_program_is_profiled_a_stopped_one_is_not(session: Session) -> None:
    failed = session.run("1 / 0", profile=True)
    assert (failed.status, failed.profile and failed.profile.status) == ("error", "error")
    stopped = session.run("while True: pass", profile=True, timeout_s=0.3).profile
    assert stopped is not None
    assert (stopped.status, stopped.instructions) == ("timeout", 0)


def test_hostile_counts_are_not_believed_to_be_more_than_numbers(session: Session) -> None:
    profile = profiled(session, "import sys, tracemalloc\nsys.settrace(None)\ntracemalloc.stop()\nx = 1")
    assert profile.instructions >= 0
    assert session.run("1").value == "1"


def test_bad_arguments(session: Session) -> None:
    with pytest.raises(UsageError, match="profile"):
        session.run("1", profile=True, trace=Trace())
    session.run(
        "import threading, time\nthreading.Thread(target=time.sleep, args=(30,), daemon=True).start()"
    )
    with pytest.raises(UsageError, match="thread"):
        session.run("1", profile=True)
