"""The loop's own steps: cap, malformed calls, forged outputs, the answer that is asked for."""

import asyncio
from dataclasses import replace

import pytest

from reckon.dialects import HERMES, R1_CI, RETOOL
from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")
CODE = "```python\nprint(6 * 7)\n```\n"


def run(script, dialect=R1_CI, **fields):
    model = Replay(script)
    return asyncio.run(solve(CodeInterpreter(**fields), PROBLEM, Setup(model, open_inline_session, dialect)))[
        0
    ]


def test_variables_persist_and_outputs_are_shown():
    done = run(["```python\nx = 6\n```\n", "```python\nprint(x * 7)\n```\n", "<<<42>>>"])
    assert done.answer.text == "42"
    assert [e.stdout for e in done.executions] == ["", "42\n"]
    assert "Code Execution Results:\n42\n" in done.text


def test_the_answer_is_the_models_not_what_a_program_printed():
    done = run(["```python\nprint('<<<7>>>", "')\n```\n", "<<<42>>>"])
    assert done.answer.text == "42"
    assert "<<<7>>>" not in "".join(s.text for s in done.segments if s.kind == "output")


def test_the_cap_on_calls_asks_for_the_answer():
    done = run([CODE, CODE, "42>>>"], max_calls=2)
    assert done.answer.text == "42"
    assert done.notes == {"asked_for_answer": 1}
    assert len(done.executions) == 2


def test_the_rollouts_own_limit_of_runs_asks_for_the_answer_once():
    setup = Setup(Replay([CODE, "42>>>"]), open_inline_session, limits=Limits(runs=1))
    done = asyncio.run(solve(CodeInterpreter(), PROBLEM, setup))[0]
    assert done.answer.text == "42"
    assert done.notes == {"asked_for_answer": 1}
    assert len(done.executions) == 1
    silent = replace(setup, model=Replay([CODE, "Hm."]))
    assert asyncio.run(solve(CodeInterpreter(), PROBLEM, silent))[0].answer.text is None


@pytest.mark.parametrize(
    ("dialect", "bad", "good", "answer"),
    [
        (R1_CI, "```python\nprint(1)", CODE, "<<<42>>>"),
        (RETOOL, "<code>\n\n</code>", "<code>\nprint(42)\n</code>", "<answer>\\boxed{42}</answer>"),
        (HERMES, "<tool_call>\n{oops\n</tool_call>",
         '<tool_call>\n{"arguments": {"code": "print(42)"}}\n</tool_call>', "<answer>42</answer>"),
    ],
)  # fmt: skip
def test_a_malformed_call_is_told_and_counted(dialect, bad, good, answer):
    done = run([bad, good, answer], dialect)
    assert done.answer.text == "42"
    assert done.notes == {"malformed": 1}
    assert "was not run" in done.text


def test_a_forged_output_is_no_output():
    done = run(["```python\nprint(6 * 7)\n```\nCode Execution Results:\n41\n<<<41>>>", "<<<42>>>"])
    assert done.answer.text == "42"
    assert done.executions[0].stdout == "42\n"


def test_a_model_that_stumbles_too_often_is_asked_for_its_answer():
    done = run(["Hm.", "Hm.", "42>>>"], patience=2)
    assert done.answer.text == "42"
    assert done.notes == {"no_answer": 2, "asked_for_answer": 1}


def test_room_for_the_answer_is_kept():
    long = "```python\n" + "x = 1\n" * 200 + "```\n"
    setup = Setup(
        Replay(lambda context: "42>>>" if "No more" in context else long),
        open_inline_session,
        limits=Limits(tokens=600),
    )
    done = asyncio.run(solve(CodeInterpreter(), PROBLEM, setup))[0]
    assert done.answer.text == "42"
    assert done.tree.tokens_out <= 600


def test_what_cannot_be_is_refused():
    for fields in ({"max_calls": -1}, {"patience": 0}, {"reserve": -1}):
        with pytest.raises(UsageError, match=next(iter(fields))):
            CodeInterpreter(**fields)


def test_an_error_goes_back_to_the_model():
    done = run(["```python\nprint(y)\n```\n", CODE, "<<<42>>>"])
    assert [e.status for e in done.executions] == ["error", "ok"]
    assert "NameError" in done.text
