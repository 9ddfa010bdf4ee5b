"""Entropy over clusters of programs that behave alike, and abstention above the threshold."""

import asyncio
import math

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.selection.uncertainty import Uncertainty, entropy
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

VALUE = Problem("p/0/0", "p", "What is 6 * 7?", "42")
FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n")


def run(replies, problem=VALUE, calls="", **fields):
    left = iter(replies)

    def say(context):
        return calls if "tell right programs" in context else next(left)

    reasoner = Uncertainty(n=len(replies), **fields)
    return asyncio.run(solve(reasoner, problem, Setup(Replay(say), open_inline_session)))[0]


def program(code):
    return f"```python\n{code}\n```\n"


def test_entropy_by_hand():
    assert entropy([4]) == 0.0
    assert entropy([1, 1]) == pytest.approx(math.log(2))
    assert entropy([2, 1, 1]) == pytest.approx(1.5 * math.log(2))


def test_agreement_answers_and_disagreement_abstains():
    replies = [program("print(42)"), program("print(6 * 7)"), program("print(41)")]
    assert run(replies).answer.text == "42"  # H = 0.64
    abstained = run(replies, threshold=0.5)
    assert abstained.answer.text is None
    assert "entropy 0.64 is above 0.5" in abstained.answer.reason
    assert abstained.notes == {"abstained": 1}


def test_failures_are_clusters_of_their_own():
    replies = [program("print(42)"), program("1 / 0"), program("1 / 0"), "no program"]
    assert "entropy 1.39" in run(replies).answer.reason
    assert run(replies, threshold=9).answer.text == "42"


def test_functions_mean_the_same_when_they_do_the_same():
    forms = [program(f"def double(n):\n    return {e}") for e in ("n * 2", "n + n", "n ** 2")]
    assert run(forms, FUNCTION, "double(9)", threshold=0.0).answer.text is None
    assert "n * 2" in run(forms, FUNCTION, "double(9)").answer.text
    assert run(forms, FUNCTION, "", threshold=0.0).answer.text is not None


def test_a_threshold_below_zero_is_refused():
    with pytest.raises(UsageError, match="threshold"):
        Uncertainty(threshold=-1)
