"""The grid: reasoning prompt, instruction, grain of the feedback, turns."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.refinement.reprompting import REASONING, Reprompting
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

FUNCTION = Problem("f/0/0", "f", "Write double(n).\n>>> double(2)\n4\n>>> double(5)\n10")


def program(body):
    return f"```python\ndef double(n):\n    return {body}\n```\n"


def run(script, **fields):
    return asyncio.run(solve(Reprompting(**fields), FUNCTION, Setup(Replay(script), open_inline_session)))[0]


@pytest.mark.parametrize("reasoning", [name for name in REASONING if name != "none"])
def test_reasoning_is_a_turn_before_the_code(reasoning):
    done = run(["I think.", program("n * 2")], reasoning=reasoning)
    assert done.answer.text == "def double(n):\n    return n * 2"
    assert done.text.index(REASONING[reasoning]) < done.text.index("I think.") < done.text.index("Now write")


@pytest.mark.parametrize(
    ("feedback", "shown", "hidden"),
    [
        ("binary", "The program is wrong.", "failed:"),
        ("failed", "failed: assert (double(5)) == (10)", "passed:"),
        ("all", "passed: assert (double(2)) == (4)", "BLOCK"),
        ("trace", "# before: n=5", "nothing left"),
    ],
)
def test_the_grain_of_the_feedback(feedback, shown, hidden):
    done = run([program("n ** 2"), program("n * 2")], reasoning="none", feedback=feedback)
    assert done.answer.text == "def double(n):\n    return n * 2"
    assert shown in done.text
    assert hidden not in done.text


def test_turns_end_and_the_best_program_answers():
    done = run([program("n ** 2"), program("n"), "no program"], reasoning="none")
    assert done.answer.text == "def double(n):\n    return n ** 2"
    assert done.text.count("write the whole program again") == 2


def test_the_instruction_stands_with_the_code():
    assert "small functions" in run([program("n * 2")], reasoning="none", instruction="modules").text


@pytest.mark.parametrize("field", ["reasoning", "instruction", "feedback"])
def test_what_is_not_in_the_grid_is_refused(field):
    with pytest.raises(UsageError, match=f"Reprompting.{field} is one of"):
        Reprompting(**{field: "loud"})
