"""Blocks of the failing test are judged one by one, and the verdicts go into the next program."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.refinement.runtime_debugging import RuntimeDebugging
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")
VALUE = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def program(body):
    return f"```python\ndef double(n):\n    twice = {body}\n    return twice\n```\n"


def run(script, problem=FUNCTION, **fields):
    asked = []

    def say(context):
        asked.append(context)
        return next(replies)

    replies = iter(script)
    tree = asyncio.run(solve(RuntimeDebugging(**fields), problem, Setup(Replay(say), open_inline_session)))
    return tree[0], asked


def test_the_judge_sees_the_states_around_each_block_of_the_failing_test():
    done, asked = run([program("n ** 2"), "[BLOCK-0] incorrect: squares", program("n * 2")])
    assert "twice = n * 2" in done.answer.text
    assert "# before: n=5" in asked[1]
    assert "twice=25" in asked[1]
    assert "[BLOCK-0] incorrect: squares" in asked[2]
    assert "failed: assert (double(5)) == (10)" in asked[2]


def test_a_program_that_passes_is_not_debugged():
    done, asked = run([program("n * 2")])
    assert ("n * 2" in done.answer.text, len(asked)) == (True, 1)


def test_repairs_end_with_the_best_program():
    done, asked = run([program("n ** 2"), "bad", program("n"), "bad", "no program"], repairs=2)
    assert "n ** 2" in done.answer.text
    assert len(asked) == 5


def test_the_analyst_plans_first():
    _, asked = run(["Multiply it.", program("n * 2")], analyst=True)
    assert "You are the analyst" in asked[0]
    assert "The analyst's plan:\nMultiply it." in asked[1]


def test_the_tester_reads_the_program_until_it_is_content_or_reviews_are_used_up():
    script = [program("n ** 2"), "It squares. Verdict: no", program("n * 2"), "Verdict: yes"]
    done, asked = run(script, reviews=3)
    assert "n * 2" in done.answer.text
    assert len(asked) == 4
    assert "You are the tester" in asked[1]
    assert "failed:" not in asked[1]
    assert "A tester says:\nIt squares." in asked[2]
    done, asked = run(
        [program("n ** 2"), "Verdict: no", program("n + 2"), "wrong", program("n * 2")], reviews=1
    )
    assert "n * 2" in done.answer.text
    assert "# before: n=5" in asked[3]


def test_without_tests_a_program_that_fails_is_followed_at_its_top_level():
    broken = "```python\na = 6\nb = 0\nprint(a // b)\n```\n"
    done, asked = run([broken, "b is 0", "```python\nprint(42)\n```\n"], VALUE)
    assert done.answer.text == "42"
    assert "a=6 b=0" in asked[1]
    assert "ZeroDivisionError" in asked[1]
