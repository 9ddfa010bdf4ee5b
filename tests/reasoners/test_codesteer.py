"""CodeSteer's two checkers: what the guide is shown."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.codesteer import NO_CHECK, CodeSteer
from reckon.reasoners.material.complexity import complexity, kind, report
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def program(code):
    return f"```python\n{code}\n```\n"


def run(script, guide, **fields):
    async def find(_):
        return guide_model

    guide_model = Replay(guide, name="guide")
    setup = Setup(Replay(script), open_inline_session, models=find)
    return asyncio.run(solve(CodeSteer(guide="g", **fields), PROBLEM, setup))


def test_the_guide_sees_what_both_checkers_say():
    check = program("print('Correct' if 42 == 6 * 7 else 'wrong product')")
    tree = run([program("print(42)"), "<<<42>>>", check], ["<<<Code>>>", "<<<Return Answer>>>"])
    guide = next(t for t in tree if t.model == "guide")
    assert tree[0].answer.text == "42"
    assert "plain code of complexity 0. It may not be complex enough" in guide.text
    assert "Self-answer checker: Correct" in guide.text
    assert [t.relation for t in tree] == ["root", "side", "side"]
    assert "An answer was given: 42" in tree[2].text


def test_a_violated_demand_sends_the_model_on():
    script = ["<<<41>>>", program("print('6 * 7 is not 41')"), "<<<42>>>", program("print('Correct')")]
    tree = run(script, ["<<<Text>>>", "Multiply again.", "<<<Terminate>>>"])
    assert tree[0].answer.text == "42"
    assert "6 * 7 is not 41" in tree[1].text
    assert "Multiply again." in tree[0].text


def test_a_check_that_never_works_is_told_as_such():
    failing = [program("1 / 0"), "Hm.", program("x = 1")]
    tree = run(["<<<42>>>", *failing], ["<<<Text>>>", "<<<Return Answer>>>"])
    assert NO_CHECK in tree[1].text
    assert tree[0].answer.text == "42"
    flood = run(["<<<42>>>", program("print('x' * 9000)")], ["<<<Text>>>", "<<<Return Answer>>>"])
    assert NO_CHECK in flood[1].text


def test_after_the_last_turn_nothing_is_checked_and_the_last_answer_stands():
    check = program("print('Correct')")
    tree = run(["<<<41>>>", check, "<<<42>>>"], ["<<<Text>>>", "Look again."], turns=2)
    assert tree[0].answer.text == "42"
    assert [t.cost.samples for t in tree] == [2, 2, 1]
    kept = run(["<<<42>>>", check, "Hm."], ["<<<Text>>>", "Look again."], turns=2)
    assert kept[0].answer.text == "42"
    with pytest.raises(UsageError, match=r"CodeSteer\.turns"):
        CodeSteer(turns=0)


def test_each_checker_can_be_left_out():
    tree = run(
        [program("print(42)"), "<<<42>>>"],
        ["<<<Code>>>", "<<<Return Answer>>>"],
        symbolic_checker=False,
        self_answer_checker=False,
    )
    assert len(tree) == 2
    assert "checker" not in tree[1].text


@pytest.mark.parametrize(
    ("code", "score", "name"),
    [
        ("print(42)", 0, "plain"),
        ("x = 1 + 2 * 3", 0.5, "numeric"),
        ("print(f'{3}')", 0, "symbolic"),
        ("for i in range(3):\n if i:\n  pass\n elif i > 1:\n  pass\n else:\n  pass", 4, "search"),
        ("try:\n    x = 1\nexcept ValueError:\n    x = 2", 2, "plain"),
        ("'for for while if format'", 0, "plain"),
        ("def (", 0, "plain"),
        ("\0", 0, "plain"),
    ],
)  # fmt: skip
def test_the_symbolic_checker_counts_what_computes(code, score, name):
    assert complexity(code) == score
    assert kind(code) == name


def test_enough_computing_raises_no_doubt():
    assert "enough" not in report("print([a * b for a in range(9) for b in range(9) if a + b for c in [1]])")
    assert "enough" in report("")
