"""The best score answers; summed, equal answers pool their scores."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.selection.best_of_n import BestOfN
from reckon.reasoners.text import Text
from reckon.rollout import Limits, Setup, solve
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def run(replies, score, **fields):
    left = iter(replies)

    def say(context):
        return score(context) if "Score: n" in context else next(left)

    reasoner = BestOfN(inner=Text(), n=len(replies), **fields)
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(say))))[0].answer


def test_the_highest_score_wins_or_the_highest_sum():
    replies = ["<<<41>>>", "<<<41.>>>", "<<<42>>>"]

    def score(context):
        return "Score: 9" if "<<<42>>>" in context else "Score: 5"

    assert run(replies, score).text == "42"
    assert run(replies, score, summed=True).text == "41"


def test_a_scorer_takes_the_models_place():
    async def scorer(problem, text):
        return float("42" in text)

    assert run(["<<<41>>>", "<<<42>>>"], None, scorer=scorer).text == "42"


def test_without_answers_nothing_is_scored():
    assert run(["Hm.", "Hm."], None).reason == "no sample had an answer"


def test_a_budget_that_ends_in_the_middle_answers_with_what_there_is():
    replies = iter(["<<<42>>>", "words " * 100, "<<<41>>>"])
    setup = Setup(Replay(lambda _: next(replies)), limits=Limits(tokens=60))
    tree = asyncio.run(solve(BestOfN(inner=Text(), n=3), PROBLEM, setup))
    assert tree[0].answer.text == "42"
    assert tree[0].notes == {"budget_spent": 1}
