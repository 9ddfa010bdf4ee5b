"""Chains of programs, kept by a critic who sees what execution said."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.search.outcome_refining import OutcomeRefining
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")


def run(firsts, refined, critic, **fields):
    left, critiques = iter(firsts), []

    def say(context):
        if "Judge the reasoning behind it" in context:
            critiques.append(context)
            return critic(context)
        body = refined(context) if "What a reviewer says of it" in context else next(left)
        return f"```python\ndef double(n):\n    return {body}\n```\n" if body else "no program"

    setup = Setup(Replay(say), open_inline_session)
    return asyncio.run(solve(OutcomeRefining(**fields), FUNCTION, setup)), critiques


def test_the_best_chain_by_critique_and_outcome_is_refined():
    def refined(context):
        return "n * 2" if "n ** 2" in context and "use a product" in context else "0"

    tree, critiques = run(["n", "n ** 2"], refined, lambda _: "use a product. Score: 5", beams=1)
    assert tree[0].answer.text == "def double(n):\n    return n * 2"
    assert "failed: assert (double(5)) == (10)" in critiques[1]
    assert "It ran for 0." in critiques[0]
    assert len(critiques) == 4  # two chains, then two children of the better one


def test_the_critics_score_alone_decides_at_outcome_0():
    def critic(context):
        return "Score: 9" if "return n\n" in context else "Score: 1"

    tree, _ = run(["n ** 2", "n"], lambda c: "0" if "n ** 2" in c else "n + n", critic, beams=1, outcome=0)
    assert tree[0].answer.text.endswith("n + n")


def test_the_outcome_decides_what_answers():
    tree, _ = run(["n ** 2", "n"], lambda _: "", lambda c: "Score: 9" if "return n\n" in c else "Score: 1",
                  beams=1)  # fmt: skip
    assert tree[0].answer.text.endswith("n ** 2")


def test_a_weight_is_a_share():
    with pytest.raises(UsageError, match=r"OutcomeRefining\.outcome must be from 0 to 1, got -2"):
        OutcomeRefining(outcome=-2)


def test_chains_without_programs_end():
    tree, critiques = run(["", "", "", ""], lambda _: "", lambda _: "")
    assert (tree[0].answer.text, critiques) == (None, [])
