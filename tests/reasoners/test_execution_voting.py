"""Programs that fail shown tests are dropped, the rest vote by what they do."""

import asyncio

from reckon.models.replay import Replay
from reckon.reasoners.selection.execution_voting import ExecutionVoting
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

VALUE = Problem("p/0/0", "p", "What is 6 * 7?", "42")
FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n")
SQUARE, TIMES, PLUS, WRONG = (f"def double(n):\n    return {e}" for e in ("n ** 2", "n * 2", "n + n", "n"))


def run(problem, programs, calls="", limits=None, **fields):
    left = iter(programs)

    def say(context):
        if "tell right programs from wrong ones" in context:
            return calls
        return f"```python\n{next(left)}\n```\n"

    reasoner = ExecutionVoting(n=len(programs), **fields)
    return asyncio.run(
        solve(reasoner, problem, Setup(Replay(say), open_inline_session, limits=limits or Limits()))
    )[0]


def test_equal_printed_results_vote():
    done = run(VALUE, ["print(41)", "print(6 * 7)", "print(42)", "1 / 0"])
    assert done.answer.text == "42"


def test_programs_are_told_apart_by_inputs_beyond_the_shown_tests():
    programs = [SQUARE, WRONG, WRONG, WRONG, TIMES, PLUS]
    assert run(FUNCTION, programs, "double(7)\nnot a call!").answer.text == TIMES
    assert run(FUNCTION, programs, "").answer.text == SQUARE  # alike on the shown test: the first


def test_whole_programs_have_no_calls_and_vote_by_what_they_print():
    whole = Problem("w/0/0", "w", "Write a whole Python program that prints 42.")
    done = run(whole, ["print(41)", "print(42)", "print(6 * 7)"], "solution(7)")
    assert done.answer.text == "print(42)"
    assert done.tree.samples == 3


def test_without_a_program_that_runs_there_is_no_answer():
    assert run(VALUE, ["1 / 0", "x"]).answer.text is None


def test_a_budget_that_ends_in_the_middle_leaves_the_programs_tried_by_then():
    done = run(
        VALUE, ["print(42)", "print(42)", "print(41)", "print(41)", "print(41)"], limits=Limits(runs=3)
    )
    assert done.answer.text == "42"
