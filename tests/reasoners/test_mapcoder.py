"""Retrieval, planning, coding and debugging."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.refinement.mapcoder import Mapcoder
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")


def program(body):
    return f"```python\ndef double(n):\n    return {body}\n```\n"


def run(code, setup=None, **fields):
    asked = []

    def say(context):
        asked.append(context)
        if "Recall" in context:
            return "1. powers: square\n2. sums: add"
        if "Is the plan right" in context:
            return "Score: 8" if "by adding" in context else "Score: 3"
        if "Make a plan" in context:
            return "by adding" if "sums" in context else "by squaring"
        return code(context)

    async def find(name):
        return Replay(say, name=name)

    setup = Setup(Replay(say), open_inline_session, models=find)
    return asyncio.run(solve(Mapcoder(**fields), FUNCTION, setup)), asked


def test_the_surest_plan_is_coded_first_and_debugged_with_its_plan_at_hand():
    tree, asked = run(lambda c: program("n + n") if "leaves the plan" in c else program("n + 2"))
    assert tree[0].answer.text == "def double(n):\n    return n + n"
    assert ["Recall" in c for c in asked[:1]] == [True]
    coder = (
        tree[-2]
        if "leaves the plan" in tree[-2].text
        else next(t for t in tree if "leaves the plan" in t.text)
    )
    assert "Follow this plan:\nby adding" in coder.text
    assert "failed: assert (double(5)) == (10)" in coder.text
    assert "The plan was:\nby adding" in coder.text
    assert not any("Follow this plan:\nby squaring" in c for c in asked)


def test_the_next_plan_follows_when_repairs_are_used_up():
    tree, asked = run(lambda c: program("n * 2") if "plan:\nby squaring" in c else program("n"), t=1)
    assert tree[0].answer.text == "def double(n):\n    return n * 2"
    assert sum("by adding" in c and "pass these tests" in c for c in asked) == 2


def test_roles_can_have_models_of_their_own():
    tree, _ = run(lambda c: program("n * 2"), planner="planner", coder="coder")
    assert {t.model for t in tree} == {"replay", "planner", "coder"}
    assert tree[0].answer.text == "def double(n):\n    return n * 2"


def test_no_program_is_no_answer():
    assert run(lambda _: "Hm.")[0][0].answer.text is None
