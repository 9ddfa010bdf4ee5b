"""SelfPiCo: a fragment runs on values that the model predicts, and predicts again where they do not fit."""

import asyncio

from reckon.interpreter import AsyncInterpreter
from reckon.models.replay import Replay
from reckon.reasoners.programs.selfpico import SelfPico, read_value
from reckon.rollout import Setup, solve
from reckon.values import Problem

FRAGMENT = "total = 0\nfor row in rows:\n    total += row[0] * rate_of('EUR')\nprint(total)"
PROBLEM = Problem("p/0/0", "p", f"What does this print?\n```python\n{FRAGMENT}\n```\n", "42")


def run(reasoner, script, problem=PROBLEM):
    async def go():
        async with AsyncInterpreter(preload=(), spares=0) as interpreter:
            return await solve(reasoner, problem, Setup(Replay(script), interpreter.open))

    return asyncio.run(go())


def test_what_is_undefined_is_asked_for_where_the_run_stands():
    tree = run(SelfPico(), ["Rows of tuples.\nValue: [(20,), (1,)]", "Value: 2", "A rate.\nValue: `2`"])
    assert tree[0].answer.text == "42"
    asked = [t.text for t in tree if t.relation == "side"]
    assert "Nothing defines rows" in asked[0]
    assert "Nothing defines rate_of('EUR')" in asked[1]
    assert "total = 0" in asked[0].split("The variables before it")[1]


def test_values_that_end_in_an_error_are_predicted_again_with_the_error():
    script = ["Value: [1, 2]", "Value: [(21,)]", "Value: 2"]
    tree = run(SelfPico(), script)
    assert tree[0].answer.text == "42"
    assert tree[0].notes == {"TypeError": 1}
    again = [t.text for t in tree if "In the run before these values" in t.text]
    assert "rows = [1, 2]" in again[0]
    assert "TypeError" in again[0]
    assert run(SelfPico(rounds=1), ["Value: [1, 2]"])[0].answer.text is None


def test_a_value_that_was_put_in_stands_for_the_same_call():
    fragment = "print(sum(price('fig') for _ in range(20)) + price('plum'))"
    problem = Problem("p/0/0", "p", f"What does this print?\n```python\n{fragment}\n```\n", "42")
    tree = run(SelfPico(), ["Value: 2", "Value: 2"], problem)
    assert tree[0].answer.text == "42"
    assert sum(t.relation == "side" for t in tree) == 2


def test_without_a_prediction_the_program_keeps_its_error():
    tree = run(SelfPico(), lambda _: "I cannot tell.")
    assert tree[0].answer.text is None
    assert "error" in tree[0].answer.reason
    executions = [e for t in tree for e in t.executions]
    assert [e.error.type for e in executions] == ["NameError"]


def test_only_literals_are_read():
    assert read_value("Value: 1\nthen\n- Value: {'a': [2]}") == ({"a": [2]},)
    assert read_value("Value: None") == (None,)
    assert read_value("Value: open('x')") is None
    assert read_value("Hm.") is None
