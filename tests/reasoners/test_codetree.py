"""Thinker, Solver, Debugger and Critic over one tree of programs."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.search.codetree import Codetree
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")


def program(body):
    return f"```python\ndef double(n):\n    return {body}\n```\n"


def run(critic, **fields):
    written = []

    def say(context):
        if "You are the Thinker" in context:
            return "1. square\n2. echo"
        if "You are the Critic" in context:
            return critic(context)
        body = "n ** 2" if "strategy: square" in context else "n"
        if "You are the Debugger" in context:
            body = "n * 2" if "strategy: echo" in context else "n ** 3"
        written.append(body)
        return program(body)

    setup = Setup(Replay(say), open_inline_session)
    return asyncio.run(solve(Codetree(**fields), FUNCTION, setup)), written


def go_on(context):
    return "Change it. Score: 6\nVerdict: yes"


def test_breadth_first_tries_every_strategy_before_it_debugs():
    tree, written = run(go_on)
    assert tree[0].answer.text == "def double(n):\n    return n * 2"
    assert written == ["n ** 2", "n", "n ** 3", "n * 2"]
    debugged = next(t for t in tree if "You are the Debugger" in t.text)
    assert "A critic says: Change it." in debugged.text
    assert "failed: assert (double(5)) == (10)" in debugged.text


def test_depth_first_debugs_at_once():
    assert run(go_on, order="depth")[1] == ["n ** 2", "n ** 3", "n ** 3", "n", "n * 2"]


def test_the_critic_can_drop_a_program():
    _, written = run(lambda c: "Verdict: no" if "n ** 2" in c else go_on(c))
    assert written == ["n ** 2", "n", "n * 2"]


def test_the_critic_can_refuse_a_program_that_passes():
    tree, written = run(lambda c: "Score: 1" if "n * 2" in c else go_on(c))
    assert written.index("n * 2") < len(written) - 1
    assert tree[0].answer.text.endswith("n * 2")


def test_the_budget_ends_the_search_with_the_best_program():
    tree, written = run(go_on, budget=2)
    assert len(written) == 2
    assert tree[0].answer.text.endswith("n ** 2")


def test_an_unknown_order_is_refused():
    with pytest.raises(UsageError, match='"breadth" or "depth"'):
        Codetree(order="best")
