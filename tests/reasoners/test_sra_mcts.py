"""Plans grow step by step under the model's own scores; the best becomes a program."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.search.sra_mcts import SraMcts
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def say(context):
    if "next steps of the plan" in context:
        return "The plan is complete" if "2. print" in context else "1. multiply\n2. add" if (
            "(none yet)" in context) else "1. print\n2. stop"  # fmt: skip
    if "Say what is wrong or missing" in context:
        good = "1. multiply" in context and "stop" not in context
        return "Fine. Score: 9" if good else "No. Score: 1"
    return (
        "```python\nprint(42)\n```\n" if "1. multiply\n2. print" in context else "```python\nprint(13)\n```\n"
    )


def run(say, **fields):
    asked = []

    def logged(context):
        asked.append(context)
        return say(context)

    tree = asyncio.run(solve(SraMcts(**fields), PROBLEM, Setup(Replay(logged), open_inline_session)))
    return tree[0], asked


def test_the_plan_with_the_best_scores_is_programmed():
    done, asked = run(say)
    assert done.answer.text == "42"
    assert [("next steps" in c, "wrong or missing" in c) for c in asked[:4]] == [
        (True, False), (False, True), (False, True), (True, False)]  # fmt: skip
    assert "1. multiply" in asked[3]
    assert "What was said of it: Fine. Score: 9" in asked[3]


def test_the_plan_that_is_gone_on_with_is_chosen_by_ucb():
    def liked(context):
        if "Say what is wrong or missing" in context:
            return "Score: 9" if "1. add" in context else "Score: 1"
        return say(context)

    _, asked = run(liked, iterations=2)
    grown = [context for context in asked if "next steps of the plan" in context]
    assert "Plan so far:\n1. add" in grown[1]
    # Q = 0.1 and 0.9 after a visit each; after another of the second's, c sqrt(ln N / n) has to outweigh 0.8.
    _, asked = run(liked, iterations=3, c=9.0, depth=4)
    grown = [context for context in asked if "next steps of the plan" in context]
    assert "Plan so far:\n1. multiply" in grown[2]


def test_depth_closes_every_plan():
    _, asked = run(say, depth=1, iterations=5)
    assert sum("next steps" in context for context in asked) == 1


def test_the_next_best_plan_follows_a_program_that_fails():
    def fails(context):
        return "no program" if "complete" in context and "Follow this plan" in context else say(context)

    assert run(fails, plans=1)[0].answer.text is None
    assert run(fails, plans=8)[0].answer.text == "42"
