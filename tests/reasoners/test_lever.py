"""P(program) times the verifier's word, summed over programs with the same result."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.selection.lever import Lever
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "Reckon.", "6")
# The same characters in another order: the replayed model gives all three the same probability.
A, B, C = "print(4-6+8)", "print(4+8-6)", "print(6+4-8)"


def run(programs, scores=None, say_score="Score: 5"):
    shown, left = [], iter(programs)

    async def scorer(problem, text):
        shown.append(text)
        return next(score for program, score in scores.items() if program in text)

    def say(context):
        return say_score if "Score: n" in context else f"```python\n{next(left)}\n```\n"

    reasoner = Lever(n=len(programs), scorer=scorer if scores else None)
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(say), open_inline_session)))[0], shown


def test_programs_with_the_same_result_add_up():
    assert run([A, B, C], {A: 0.4, B: 0.4, C: 0.6})[0].answer.text == "6"
    assert run([A, B, C], {A: 0.2, B: 0.2, C: 0.6})[0].answer.text == "2"


def test_a_program_drawn_twice_counts_once():
    assert run([A, A, C], {A: 0.4, C: 0.6})[0].answer.text == "2"


def test_of_two_that_are_verified_alike_the_likelier_answers():
    long, short = "print(6 + 0 + 0 + 0 + 0 + 0)", "print(2)"
    assert run([long, short], {long: 0.5, short: 0.5})[0].answer.text == "2"
    assert run([long, short], {long: 1.0, short: 0.0})[0].answer.text == "6"


def test_the_verifier_is_shown_what_the_program_did():
    _, shown = run([A, C], {A: 0.5, C: 0.1})
    assert "It printed:\n6" in shown[0]


def test_without_a_scorer_the_model_is_asked_and_an_unread_score_is_even():
    assert run([A, B, C], say_score="Hm.")[0].answer.text == "6"


def test_a_scorer_outside_its_range_is_refused():
    with pytest.raises(UsageError, match="from 0 to 1, got 7"):
        run([A], {A: 7})
