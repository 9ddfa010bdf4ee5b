"""CodeSift: what makes a program pass, and what answers where the budget ends before one does."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.selection.codesift import CodeSift
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def run(programs, alike, empty, limits=None, **fields):
    """alike, empty: the replies on a program, by a number that its description names."""
    left = iter(programs)

    def say(context):
        if "Say in words what this program does" in context:
            return f"It prints {context.partition('print(')[2].partition(')')[0]}."
        named = next((n for n in alike if f"prints {n}." in context), "")
        if "do what the task asks" in context:
            return alike[named]
        if "Is the list empty" in context:
            return empty[named]
        return f"```python\nprint({next(left)})\n```\n"

    setup = Setup(Replay(say), open_inline_session, limits=limits or Limits())
    return asyncio.run(solve(CodeSift(**fields), PROBLEM, setup))[0]


def test_a_program_passes_only_where_it_is_alike_and_nothing_differs():
    alike = {"40": "Score: 9", "41": "Score: 3", "42": "Score: 8"}
    empty = {"40": "It lacks much. Verdict: no", "41": "Verdict: yes", "42": "Verdict: yes"}
    done = run(["40", "41", "42", "43"], alike, empty)
    assert done.answer.text == "42"
    assert done.notes == {"sifted_out": 2}


def test_a_budget_that_ends_in_a_judgement_leaves_the_program_most_alike():
    alike, empty = {"42": "Score: 4", "41": "words " * 90}, {"42": "Verdict: yes"}
    done = run(["42", "41"], alike, empty, Limits(tokens=120))
    assert done.answer.text == "42"
    first = run(["42"], {"42": "words " * 90}, {}, Limits(tokens=60))
    assert first.answer.text == "42"


def test_a_score_that_cannot_be_reached_is_refused():
    with pytest.raises(UsageError, match=r"CodeSift\.least must be from 0 to 1, got 7"):
        CodeSift(least=7)
