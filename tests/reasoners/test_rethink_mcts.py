"""Thoughts are searched; a failing one is written anew with what its program's blocks showed."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.search.rethink_mcts import RethinkMcts
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")
WRONG = "```python\ndef double(n):\n    return n ** 2\n```\n"
RIGHT = "```python\ndef double(n):\n    return n * 2\n```\n"


def run(say, limits=None, **fields):
    asked = []

    def logged(context):
        asked.append(context)
        return say(context)

    setup = Setup(Replay(logged), open_inline_session, limits=limits or Limits())
    return asyncio.run(solve(RethinkMcts(**fields), FUNCTION, setup)), asked


def say(context):
    if "next thoughts on how to solve" in context:
        return "1. add it up. Score: 6\n2. square it. Score: 9"
    if "Its steps on the failing test" in context:
        return "BLOCK-0 squares."
    if "Write the last thought anew" in context:
        return "multiply by two"
    if "Score: n" in context:
        return "Score: 9"
    return RIGHT if "1. multiply by two" in context else WRONG


def test_the_steps_come_in_the_papers_order():
    tree, asked = run(say)
    assert tree[0].answer.text == "def double(n):\n    return n * 2"
    order = ["next thoughts", "Follow these thoughts:\n1. square it", "Its steps on the failing test",
             "thought anew", "Follow these thoughts:\n1. multiply by two", "Score: n"]  # fmt: skip
    assert len(asked) == len(order)
    assert all(mark in context for mark, context in zip(order, asked, strict=True))
    assert "passed: assert (double(2)) == (4)" in asked[2]
    assert "# before: n=5" in asked[2]
    assert "BLOCK-0 squares." in asked[3]


def test_without_rethinking_other_thoughts_are_tried_and_the_best_program_answers():
    def never(context):
        return WRONG if "thought anew" in context else say(context)

    tree, asked = run(never, rethinks=0, rollouts=3)
    assert tree[0].answer.text == "def double(n):\n    return n ** 2"  # half of the tests
    coded = [context for context in asked if "Follow these thoughts" in context]
    assert len(coded) == 3
    assert "1. square it\n2. square it" in coded[1]
    assert "1. add it up" in coded[2]


def test_what_failed_is_told_when_a_node_is_expanded():
    def stubborn(context):
        return "try again" if "thought anew" in context else say(context)

    _, asked = run(stubborn, rollouts=4)
    assert any("What failed before: BLOCK-0 squares." in c for c in asked if "next thoughts" in c)


def test_a_spent_budget_answers_with_the_best_program():
    tree, _ = run(say, limits=Limits(runs=2))
    assert tree[0].answer.text == "def double(n):\n    return n ** 2"
    assert tree[0].notes == {"budget_spent": 1}
