"""PerfCodeGen, Afterburner and ECCO, the bug-fixing agent, Seeker: what each does after the first program."""

import asyncio
import json
import time

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.material.exceptions import look_up
from reckon.reasoners.material.timing import measure
from reckon.reasoners.refinement.afterburner import Afterburner
from reckon.reasoners.refinement.bug_fixer import BugFixer
from reckon.reasoners.refinement.perfcodegen import PerfCodeGen
from reckon.reasoners.refinement.seeker import Seeker, scan
from reckon.rollout import Rollout, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

TESTED = Problem("t/0/0", "t", "Write total(n).\nassert total(3) == 3\nassert total(20_000) == 199990000")
PLAIN = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def code(program):
    return f"```python\n{program}\n```\n"


SLOW = code("def total(n):\n    out = 0\n    for k in range(n):\n        out += k\n    return out")
FAST = code("def total(n):\n    return n * (n - 1) // 2")
WRONG = code("def total(n):\n    return n * n // 2")
BULKY = code("def total(n):\n    return sum(list(range(n)))")


def run(reasoner, script, problem=TESTED):
    return asyncio.run(solve(reasoner, problem, Setup(Replay(script), open_inline_session)))


def said(tree, words):
    """The contexts with these words in which something was written."""
    return [one.text for one in tree if words in one.text and one.cost.samples]


# ---- what a program takes

REMEMBERS = """import functools
@functools.lru_cache
def total(n):
    calls.append(n)
    return sum(k for k in range(n))
calls = []
"""


def measured(program, tests, **how):
    async def go():
        async with Rollout(TESTED, Setup(Replay([]), open_inline_session)) as rollout:
            return (await measure(rollout, program, tests, **how))[1]

    return asyncio.run(go())


def test_a_program_is_begun_anew_for_each_measurement():
    slow, quick = "assert total(20_000) == 199990000", "assert total(3) == 3"
    taken = measured(REMEMBERS, (slow, quick))
    assert taken.slowest == slow
    assert taken.seconds[0] > 10 * taken.seconds[1]
    # This one holds once for each beginning.
    assert measured(REMEMBERS, ("assert total(3) == 3 and calls == [3]",)).total_s > 0


def test_one_that_takes_long_is_measured_once(monkeypatch):
    monkeypatch.setattr("reckon.reasoners.material.timing.LONG_S", 0.01)
    wait = "def wait():\n    import time\n    time.sleep(0.02)\n    return True"
    begun = time.perf_counter()
    assert measured(wait, ("assert wait()",), repeats=50).total_s >= 0.02
    assert time.perf_counter() - begun < 50 * 0.02


def test_a_wrong_program_is_not_measured():
    assert measured("def total(n):\n    return n", ("assert total(3) == 3", "assert total(5) == 10")) is None


# ---- PerfCodeGen


def test_first_right_then_fast_and_the_slowest_test_is_told():
    tree = run(PerfCodeGen(samples=1, fixes=1, rounds=2), [WRONG, SLOW, SLOW, FAST])
    text = "".join(one.text for one in tree)
    assert "n * (n - 1)" in tree[0].answer.text
    assert text.index("Say what is wrong") < text.index("Make it faster") < text.index("takes longest")
    told = text.split("takes longest")[1]
    assert told.splitlines()[1] == "assert total(20_000) == 199990000"


def test_a_faster_program_that_is_wrong_is_not_taken():
    tree = run(PerfCodeGen(samples=1, rounds=2), [SLOW, WRONG, SLOW])
    assert "out += k" in tree[0].answer.text
    assert said(tree, "That is no longer right.\nfailed: assert total(3)")


def test_a_slower_one_does_not_replace_the_fastest():
    tree = run(PerfCodeGen(samples=1, rounds=1), [FAST, SLOW])
    assert "n * (n - 1)" in tree[0].answer.text


# ---- Afterburner and ECCO


def test_the_best_program_and_what_it_takes_are_given_and_the_better_is_kept():
    tree = run(Afterburner(rounds=2), [SLOW, FAST, SLOW])
    assert "n * (n - 1)" in tree[0].answer.text
    first, second = said(tree, "The best program so far")
    assert "out += k" in first
    assert "n * (n - 1)" in second
    assert "It was measured to take" in first
    assert "its running time" in first


def test_a_slower_one_is_told_and_not_gone_on_from():
    tree = run(Afterburner(rounds=2), [FAST, SLOW, FAST])
    last = said(tree, "The best program so far")[-1]
    assert "n * (n - 1)" in last.split("The last attempt was not kept")[0]
    assert "out += k" not in last


def test_the_objective_decides_what_is_better():
    tree = run(Afterburner(rounds=1, objective="memory"), [BULKY, SLOW])
    assert "out += k" in tree[0].answer.text
    assert said(tree, "its peak memory")


def test_the_integral_weighs_time_and_memory():
    """BULKY takes a third of the time and some hundred times the memory."""
    tree = run(Afterburner(rounds=1, objective="integral"), [BULKY, SLOW])
    assert "out += k" in tree[0].answer.text


def test_what_is_not_kept_is_told_and_a_wrong_one_never_kept():
    tree = run(Afterburner(rounds=2), [SLOW, WRONG, FAST])
    assert "n * (n - 1)" in tree[0].answer.text
    (told,) = said(tree, "was not kept")
    assert "failed: assert total(3) == 3" in told


def test_ecco_refines_by_the_models_own_critique():
    tree = run(Afterburner(rounds=1, feedback="words"), [SLOW, "It loops for nothing.", FAST])
    assert said(tree, "A reviewer says:\nIt loops for nothing.")
    assert not said(tree, "It was measured")
    for wrong in ({"objective": "beauty"}, {"feedback": "music"}):
        with pytest.raises(UsageError, match="Afterburner"):
            Afterburner(**wrong)


# ---- the bug-fixing agent


def test_a_bug_and_its_fix_are_remembered_and_recalled(tmp_path):
    memory = str(tmp_path / "bugs.jsonl")
    first = run(BugFixer(memory=memory), [WRONG, FAST])
    assert "n * (n - 1)" in first[0].answer.text
    assert first[0].notes == {"nothing_recalled": 1}
    (line,) = (tmp_path / "bugs.jsonl").read_text().splitlines()
    kept = json.loads(line)
    assert "n * n // 2" in kept["about"]
    assert "n * (n - 1)" in kept["text"]
    again = run(BugFixer(memory=memory), [WRONG, FAST])
    assert again[0].notes == {"recalled": 1}
    assert "A bug like it that was fixed before:\nfailed: assert total(3) == 3" in again[0].text


def test_a_bug_that_stays_is_not_remembered(tmp_path):
    tree = run(BugFixer(repairs=1, memory=str(tmp_path / "bugs.jsonl")), [WRONG, WRONG])
    assert tree[0].answer.text.strip().endswith("n * n // 2")
    assert not (tmp_path / "bugs.jsonl").exists()


# ---- Seeker

FRAGILE = code("def pick(d, key):\n    return d[key]\nprint(pick({'a': 42}, 'a'))")
HANDLED = code(
    "def pick(d, key):\n    try:\n        return d[key]\n    except KeyError:\n        return 0\n"
    "print(pick({'a': 42}, 'a'))"
)


def test_five_roles_handle_what_is_fragile():
    script = [
        FRAGILE,
        "1. pick: the mapping key may not be found",
        "1. let it be Score: 2\n2. catch KeyError Score: 9",
    ]
    tree = run(Seeker(), [*script, HANDLED], PLAIN)
    assert tree[0].answer.text == "42"
    assert said(tree, "# can raise: indexing")
    assert said(tree, "Exception > LookupError > KeyError: Mapping key not found.")
    (handler,) = said(tree, "Handle these places so")
    assert "catch KeyError" in handler
    assert "let it be" not in handler
    assert [t.executions[0].ok for t in tree if t.executions] == [True, True]


def test_a_handler_that_breaks_the_program_is_not_followed():
    script = [FRAGILE, "1. pick", "1. catch it Score: 9", code("print(1 / 0)")]
    assert run(Seeker(), script, PLAIN)[0].answer.text == "42"


def test_units_and_exceptions():
    assert [unit.splitlines()[-1] for unit in scan("x = 1\ny = f(x)[0] / 2")] == [
        "# can raise: nothing",
        "# can raise: a call, arithmetic, indexing",
    ]
    assert scan("x = ") == ["x = "]
    assert look_up("zzz", 3)[0].startswith("Exception: ")
