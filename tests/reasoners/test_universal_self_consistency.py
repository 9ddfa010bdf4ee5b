"""The model names the response that agrees with most; the vote stands in for an unread choice."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.protocols import Sampling
from reckon.reasoners.selection.universal_self_consistency import UniversalSelfConsistency
from reckon.reasoners.text import Text
from reckon.rollout import Setup, solve
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def run(replies, choice, n):
    asked, left = [], iter(replies)

    def say(context):
        if "Which response says" in context:
            asked.append(context)
            return choice
        return next(left)

    reasoner = UniversalSelfConsistency(inner=Text(), n=n)
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(say))))[0], asked


def test_the_named_response_answers_against_the_count_of_equal_answers():
    done, asked = run(["six sevens <<<41>>>", "<<<42>>>", "<<<41>>>"], "They agree. Choice: 2", 3)
    assert done.answer.text == "42"
    assert "Response 3:" in asked[0]
    assert "six sevens" in asked[0]


@pytest.mark.parametrize("choice", ["I cannot tell.", "Choice: 4", "Choice: 0"])
def test_a_choice_that_cannot_be_read_falls_back_on_the_vote(choice):
    done, _ = run(["<<<41>>>", "<<<42>>>", "<<<41>>>"], choice, 3)
    assert done.answer.text == "41"
    assert done.notes == {"no_choice": 1}


def test_the_choice_is_decoded_greedily():
    class Seeing(Replay):
        async def sample(self, context, sampling, on_text=None):
            heat.append(sampling.temperature)
            return await super().sample(context, sampling, on_text)

    heat = []
    model = Seeing(lambda context: "Choice: 1" if "Which response says" in context else "<<<42>>>")
    reasoner = UniversalSelfConsistency(inner=Text(temperature=0.9), n=2)
    asyncio.run(solve(reasoner, PROBLEM, Setup(model, sampling=Sampling(temperature=0.5))))
    assert heat == [0.9, 0.9, 0.0]


def test_one_response_is_not_compared():
    done, asked = run(["<<<42>>>", "Hm."], "Choice: 1", 2)
    assert (done.answer.text, asked) == ("42", [])


def test_no_responses_are_refused():
    with pytest.raises(UsageError, match="n must be at least 1"):
        UniversalSelfConsistency(n=0)
