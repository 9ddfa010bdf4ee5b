"""Chain of Code: who runs which statement."""

import asyncio
import sys

import pytest

from reckon.errors import UsageError
from reckon.interpreter import AsyncInterpreter
from reckon.models.replay import Replay
from reckon.reasoners.programs.chain_of_code import ChainOfCode, read_state
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "How many of plum, car and fig are fruits?", "2")
PROGRAM = """```python
words = ["plum", "car", "fig"]
flags = [is_fruit(word) for word in words]
answer = sum(flags)
```
"""


def say(context):
    if "run by hand" not in context:
        return PROGRAM
    assert "flags = [is_fruit(word) for word in words]" in context
    return "plum and fig are.\n{'flags': [True, False, True]}"


def run(reasoner, script, **setup):
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(script), open_inline_session, **setup)))


def test_the_model_says_what_the_interpreter_cannot_run():
    tree = run(ChainOfCode(), say)
    assert tree[0].answer.text == "2"
    assert tree[0].notes == {"emulated": 1}
    assert [t.relation for t in tree] == ["root", "side"]
    assert "words = ['plum', 'car', 'fig']" in tree[1].text
    assert "NameError" in tree[1].text


@pytest.mark.skipif(sys.platform != "linux", reason="the interpreter runs on Linux")
def test_it_runs_in_a_session_of_the_interpreter():
    async def go():
        async with AsyncInterpreter() as interpreter:
            return await solve(ChainOfCode(), PROBLEM, Setup(Replay(say), interpreter.open))

    assert asyncio.run(go())[0].answer.text == "2"


def test_without_state_the_variables_are_not_shown():
    tree = run(ChainOfCode("no_state"), say)
    assert tree[0].answer.text == "2"
    assert "words = ['plum', 'car', 'fig']" not in tree[1].text


def test_python_only_fails_where_a_function_is_missing():
    tree = run(ChainOfCode("python"), say)
    assert tree[0].answer.text is None
    assert "error" in tree[0].answer.reason
    assert len(tree) == 1


def test_the_model_alone_runs_all_of_it():
    tree = run(ChainOfCode("lm"), [PROGRAM, "flags are True, False, True: <<<2>>>"])
    assert tree[0].answer.text == "2"
    assert tree[0].executions == ()


def test_a_reply_without_state_leaves_the_error():
    tree = run(ChainOfCode(), lambda context: "Hm." if "run by hand" in context else PROGRAM)
    assert tree[0].answer.text is None
    assert not tree[0].void


def test_a_budget_spent_inside_a_question_ends_cleanly():
    tree = run(ChainOfCode(), say, limits=Limits(tokens=len(PROGRAM.split()) + 30))
    assert tree[0].answer.text is None
    assert not tree[0].void


def test_what_was_printed_stands_where_no_run_is_left_to_read_the_answer():
    printing = "```python\nanswer = 2\nprint(answer)\n```\n"
    tree = run(ChainOfCode(), [printing], limits=Limits(runs=1))
    assert tree[0].answer.text == "2"
    silent = run(ChainOfCode(), ["```python\nanswer = 2\n```\n"], limits=Limits(runs=1))
    assert "which is the limit" in silent[0].answer.reason


def test_an_unknown_way_is_refused():
    with pytest.raises(UsageError, match="no_state"):
        ChainOfCode("pythn")


@pytest.mark.parametrize(
    ("reply", "state"),
    [
        ("so {'a': {'b': 1}} it is", {"a": {"b": 1}}),
        ("first {x} then {'a': [1, 'y']}", {"a": [1, "y"]}),
        ("{'not a name': 1}", None),
        ("{1: 2}", None),
        ("{__import__('os')}", None),
        ("{" * 3000 + "}", None),
        ("}{", None),
        ("", None),
    ],
)
def test_states_are_read_as_literals(reply, state):
    assert read_state(reply) == state
