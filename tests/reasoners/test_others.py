"""Each method's characteristic step."""

import asyncio
import itertools

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.protocols import Sampling
from reckon.reasoners.codesteer import CodeSteer
from reckon.reasoners.pal import Pal
from reckon.reasoners.self_consistency import SelfConsistency
from reckon.reasoners.text import Text
from reckon.reasoners.tree_of_code import TreeOfCode
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem
from reckon.votes import majority

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def program(code):
    return f"```python\n{code}\n```\n"


def run(reasoner, script, **setup):
    model = Replay(script)
    return asyncio.run(solve(reasoner, PROBLEM, Setup(model, open_inline_session, **setup)))


def test_pal_answers_with_what_the_program_says():
    assert run(Pal(), [program("print(6 * 7)")])[0].answer.text == "42"
    assert run(Pal(), [program("def solution():\n    return 42")])[0].answer.text == "42"
    assert run(Pal(), [program("def solution():\n    return 'Friday'")])[0].answer.text == "Friday"
    assert run(Pal(), [program("def solution():\n    print(42)")])[0].answer.text == "42"
    assert run(Pal(), [program("6 * 7")])[0].answer.text == "42"
    failed = run(Pal(), [program("1 / 0")])[0].answer
    assert failed.text is None
    assert "error" in failed.reason


def test_text_never_runs_code():
    done = run(Text(), ["```python\nprint(1)\n```\nso <<<42>>>"])[0]
    assert done.answer.text == "42"
    assert done.executions == ()
    only_code = run(Text(), [program("print(42)")])[0]
    assert only_code.answer.text is None
    assert only_code.executions == ()


def test_self_consistency_takes_the_majority_of_forks():
    replies = itertools.cycle(["<<<41>>>", "<<<42>>>", "<<<42.>>>"])
    tree = run(SelfConsistency(inner=Text(), n=3), lambda _: next(replies))
    assert tree[0].answer.text == "42"
    assert [t.relation for t in tree] == ["root", "fork", "fork", "fork"]
    with pytest.raises(UsageError):
        SelfConsistency(n=0)


def test_forks_draw_their_own_seeds():
    seeds = []

    class Seeing(Replay):
        async def sample(self, context, sampling: Sampling, on_text=None):
            seeds.append(sampling.seed)
            return await super().sample(context, sampling, on_text)

    setup = Setup(Seeing(lambda _: "<<<1>>>"), open_inline_session)
    asyncio.run(solve(SelfConsistency(inner=Text(), n=4), PROBLEM, setup, seed=3))
    assert len(set(seeds)) == 4


def test_tree_of_code_grows_failed_programs_in_forks_of_their_sessions():
    def say(context):
        told = "Error" in context and "Say what went wrong" in context
        return program("print(kept * 7)") if told else program("kept = 6\nprint(missing)")

    tree = run(TreeOfCode(breadth=1, children=2, depth=2), say)
    assert tree[0].answer.text == "42"
    assert (tree[0].tree.runs, tree[0].tree.errors, tree[0].cost.runs) == (3, 1, 0)
    grown = [t for t in tree if t.parent == tree[1].id]
    assert len(grown) == 2
    assert all(t.executions[-1].ok for t in grown)


def test_tree_of_code_lets_the_results_of_its_leaves_vote():
    printed = iter(("41", "42", "42"))
    tree = run(TreeOfCode(breadth=3), lambda _: program(f"print({next(printed)})"))
    assert tree[0].answer.text == "42"


def test_tree_of_code_leaves_programs_that_ran_alone():
    tree = run(TreeOfCode(breadth=3), lambda _: program("print(42)"))
    assert len(tree) == 4


def test_tree_of_code_opens_no_branch_that_nothing_is_written_in():
    tree = run(TreeOfCode(breadth=1, children=2, depth=2), lambda _: program("print(missing)"))
    assert [t.cost.samples for t in tree] == [0, 1, 1, 1]
    spent = run(TreeOfCode(breadth=2), lambda _: program("print(42)"), limits=Limits(runs=1))
    assert spent[0].answer.text == "42"
    assert len(spent) == 3
    with pytest.raises(UsageError, match=r"TreeOfCode\.depth"):
        TreeOfCode(depth=0)


def test_codesteer_asks_the_guide_before_every_turn():
    model = Replay(["<<<41>>>", program("print(42)"), "<<<42>>>"])
    guide = Replay(["<<<Text>>>", "<<<Code>>>", "<<<Return Answer>>>"], name="guide")

    async def find(name):
        assert name == "the-guide"
        return guide

    setup = Setup(model, open_inline_session, models=find)
    tree = asyncio.run(solve(CodeSteer(guide="the-guide", self_answer_checker=False), PROBLEM, setup))
    assert tree[0].answer.text == "42"
    assert [t.model for t in tree] == ["replay", "guide"]
    assert "by reasoning in text" in tree[0].text
    assert "with code" in tree[0].text


def test_votes_count_like_answers_as_one():
    assert majority(["1,000", "7", "1000.", None, ""]) == "1,000"
    assert majority([None, " "]) is None
    assert majority(["b", "a"]) == "b"
