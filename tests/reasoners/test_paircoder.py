"""Navigator and Driver: unlike plans, directed repairs, another plan when the history repeats itself."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.material.plans import unlike
from reckon.reasoners.refinement.paircoder import Paircoder
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")


def program(body):
    return f"```python\ndef double(n):\n    return {body}\n```\n"


def run(drive, choice="Choice: 2", **fields):
    asked = []

    def say(context):
        asked.append(context)
        if "easily missed" in context:
            return "Mind zero."
        if "different plans" in context:
            return "1. square the number\n2. add the number twice\n3. square the numbers"
        if "Which plan is most likely right" in context:
            return choice
        if "Tell the Driver" in context:
            return "Use n twice."
        return drive(context)

    tree = asyncio.run(solve(Paircoder(**fields), FUNCTION, Setup(Replay(say), open_inline_session)))
    return tree, asked


def test_the_chosen_plan_is_driven_and_its_repair_directed():
    tree, asked = run(lambda c: program("n + n") if "Use n twice." in c else program("n + 1"), k=2)
    assert tree[0].answer.text == "def double(n):\n    return n + n"
    choosing = next(c for c in asked if "Which plan is most likely right" in c)
    assert "square the numbers" not in choosing  # too like the first
    driven = next(t for t in tree if "The Navigator says" in t.text)
    assert "Follow this plan: add the number twice" in driven.text
    assert "What we know: Mind zero." in driven.text


def test_a_history_that_repeats_itself_changes_the_plan():
    tree, asked = run(lambda c: program("n * 2") if "plan: square" in c else program("n"), k=2)
    assert tree[0].answer.text == "def double(n):\n    return n * 2"
    assert sum("Tell the Driver" in c for c in asked) == 1


def test_plans_run_out_and_the_best_program_stands():
    tree, asked = run(lambda c: program("n ** 2"), choice="Hm.")
    assert tree[0].answer.text == "def double(n):\n    return n ** 2"
    assert sum("You are the Driver" in c for c in asked) == 4  # twice the first plan, then once each


def test_unlike_plans_by_hand():
    assert unlike(["a b c", "a b d", "x y z"], 2) == ["a b c", "x y z"]
    assert unlike([], 3) == []
    assert unlike(["a", "a b"], 5) == ["a", "a b"]
