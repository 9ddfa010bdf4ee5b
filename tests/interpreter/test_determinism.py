"""Seeded sessions do the same again; what was run before need not run again; a record can be replayed."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from reckon.dialects import DIALECTS
from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter, ExecutionCache, Interpreter, Limits
from reckon.values import Execution, Problem, Segment, Trajectory

DRAW = (
    "import random\nimport numpy as np\n"
    "(random.random(), np.random.random(), np.random.default_rng().random())"
)
HASH = "hash('reckon'), list({'a', 'b', 'c', 'd', 'e'})"


@pytest.fixture(scope="module")
def interpreter() -> Iterator[Interpreter]:
    with Interpreter(Limits(timeout_s=60, grace_s=0.2), preload=("numpy",), seed=7) as opened:
        yield opened


def values(interpreter: Interpreter, *codes: str, seed: int | None = None) -> list[str | None]:
    with interpreter.session(seed=seed) as session:
        return [session.run(code).value for code in codes]


def test_the_same_seed_draws_the_same_numbers_however_numpy_came(interpreter: Interpreter) -> None:
    late = values(interpreter, "import random", DRAW, seed=3)[1]
    interpreter.warm()
    first, second = values(interpreter, DRAW, DRAW, seed=3)
    assert first == late == values(interpreter, DRAW, seed=3)[0]
    assert first not in (second, values(interpreter, DRAW, seed=4)[0])
    assert values(interpreter, DRAW) == values(interpreter, DRAW, seed=7)


def test_a_fork_and_a_reset_stay_seeded(interpreter: Interpreter) -> None:
    with interpreter.session(seed=3) as session:
        with session.fork() as early:
            first = session.run(DRAW).value
            assert early.run(DRAW).value == first
        session.reset()
        assert session.run(DRAW).value == first


def test_without_a_seed_sessions_differ() -> None:
    with Interpreter(preload=()) as interpreter:
        drawn = [execution.value for execution in interpreter.map(["import random; random.random()"] * 4)]
    assert len(set(drawn)) == 4


def test_the_hash_of_strings_is_the_interpreters() -> None:
    seen = []
    for seed in (7, 7, 8):
        with Interpreter(preload=(), seed=seed) as interpreter:
            seen.append(interpreter.run(HASH).value)
    assert seen[0] == seen[1] != seen[2]


def test_a_frozen_clock_stands_still(interpreter: Interpreter) -> None:
    with interpreter.session(clock=86_400.5) as session:
        session.run("import datetime as d, pickle, time\nfrom datetime import datetime, date")
        for code, value in (
            ("time.time(), time.time_ns(), time.gmtime().tm_mday", "(86400.5, 86400500000000, 2)"),
            ("time.strftime('%Y'), time.ctime()[-4:], time.asctime()[-4:]", "('1970', '1970', '1970')"),
            ("datetime.now(d.timezone.utc).isoformat()", "'1970-01-02T00:00:00.500000+00:00'"),
            ("date.today().year, datetime.today().year, datetime.utcnow().day", "(1970, 1970, 2)"),
            ("isinstance(datetime.now(), datetime), isinstance(datetime(2020, 1, 1), date)", "(True, True)"),
            ("pickle.loads(pickle.dumps(datetime(2020, 1, 1))) == datetime(2020, 1, 1)", "True"),
            ("datetime(2020, 1, 2) - datetime(2020, 1, 1) == d.timedelta(1)", "True"),
            ("time.perf_counter() > 0", "True"),
        ):
            assert session.run(code).value == value, code
    assert int(float(interpreter.run("import time; time.time()").value or 0)) > 1_600_000_000


@pytest.mark.parametrize(("seed", "clock"), [("x", None), (True, None), (None, -1.0), (None, float("nan"))])
def test_bad_settings_are_refused(interpreter: Interpreter, seed: int, clock: float) -> None:
    with pytest.raises(UsageError, match="wanted"):
        interpreter.session(seed=seed, clock=clock)


def test_a_known_run_is_not_made_again(interpreter: Interpreter) -> None:
    cache = ExecutionCache()
    codes = ["x = 1", "x += 1; print(x)", DRAW]
    with interpreter.session(cache=cache) as session:
        first = [session.run(code) for code in codes]
    with interpreter.session(cache=cache) as session:
        heard: list[str] = []
        second = [session.run(code, on_output=lambda _, text: heard.append(text)) for code in codes]
        assert (cache.hits, cache.misses, len(cache)) == (3, 3, 3)
        assert second == first
        assert heard == ["2\n"]
        assert session.run("x").value == "2"  # makes up for what it did not run
        assert session.run(DRAW).value != first[2].value


def test_a_session_of_known_runs_has_no_process() -> None:
    async def main() -> None:
        cache = ExecutionCache()
        async with AsyncInterpreter(preload=(), seed=1) as interpreter:
            for _ in range(2):
                async with interpreter.session(cache=cache) as session:
                    await session.run("open('f', 'w').write('a')")
                    pid = session._session.pid
                    assert (await session.fork()).closed is False
                    assert await session.get("f") == b"a"
        assert pid == 0

    asyncio.run(main())


def test_history_input_files_seed_and_clock_are_in_the_key(interpreter: Interpreter) -> None:
    cache = ExecutionCache()
    code = "import os, time; (globals().get('x'), os.listdir(), time.time() > 9e8)"
    seen = []
    cases = [("1", "a", 0.0), ("2", "a", 0.0), ("2", "b", 0.0), ("2", "b", 1e9)]
    for x, file, clock in [*cases, cases[0]]:
        with interpreter.session(cache=cache, clock=clock) as session:
            session.run(f"x = {x}")
            session.put(file, b"")
            seen.append(session.run(code).value)
    assert seen[:4] == [f"({x}, ['{file}'], {clock > 9e8})" for x, file, clock in cases]
    assert seen[4] == seen[0]
    with interpreter.session(cache=cache) as one, interpreter.session(cache=cache) as other:
        assert (one.run("input()", stdin="p").value, other.run("input()", stdin="q").value) == ("'p'", "'q'")


def test_what_was_cut_short_is_not_kept(interpreter: Interpreter) -> None:
    cache = ExecutionCache()
    for _ in range(2):
        with interpreter.session(cache=cache) as session:
            assert session.run("x = 1").ok
            assert session.run("while True: pass", timeout_s=0.05).status == "timeout"
            assert session.run("x").value == "1"
    assert (len(cache), cache.hits) == (1, 1)


def test_a_cache_keeps_to_its_size(interpreter: Interpreter) -> None:
    cache = ExecutionCache(most_bytes=25_000)
    for n in range(10):
        with interpreter.session(cache=cache) as session:
            session.run(f"print('{n}' * 9_000)")
    assert len(cache) == 2
    with pytest.raises(UsageError, match="most_bytes"):
        ExecutionCache(most_bytes=0)


def test_a_cache_wants_a_seed() -> None:
    with Interpreter(preload=()) as interpreter, pytest.raises(UsageError, match="seed"):
        interpreter.session(cache=ExecutionCache())


def trajectory_of(*runs: tuple[str | None, Execution], dialect: str) -> Trajectory:
    segments = [Segment("prompt", "Q"), Segment("text", "Let me see. ")]
    for code, execution in runs:
        if code is not None:
            segments.append(Segment("code", DIALECTS[dialect].write_code(code), sample=0))
        segments.append(Segment("output", DIALECTS[dialect].show(execution.output), execution=execution))
    return Trajectory("t", Problem("p", "task", "Q"), tuple(segments))


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_replay_says_what_differs(interpreter: Interpreter, dialect: str) -> None:
    codes = ["import random\nx = random.random()\nprint(x)", "x > 2", "1/0"]
    with interpreter.session(seed=5) as session:
        runs = [(code, session.run(code)) for code in codes]
    same = interpreter.replay(trajectory_of(*runs, dialect=dialect), seed=5)
    assert same.same, same
    assert [run.code for run in same.runs] == codes
    other = interpreter.replay(trajectory_of(*runs, dialect=dialect), seed=6)
    assert [run.same for run in other.runs] == [False, True, True]
    assert [difference.field for difference in other.runs[0].differences] == ["stdout"]


def test_a_replay_names_what_it_cannot_run_and_forgives_time(interpreter: Interpreter) -> None:
    with interpreter.session() as session:
        slow = session.run("while True: pass", timeout_s=0.1)
        known = session.run("2")
    runs = [("while True: pass", slow), (None, known), ("2", replace(known, wall_s=9))]
    replay = interpreter.replay(trajectory_of(*runs, dialect=next(iter(DIALECTS))))
    assert [run.same for run in replay.runs] == [True, False, True]
    assert (replay.runs[1].code, replay.same) == (None, False)
