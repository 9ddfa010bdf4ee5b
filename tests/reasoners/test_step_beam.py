"""Steps in forks of live sessions, kept by value."""

import asyncio
import itertools

from reckon.models.replay import Replay
from reckon.reasoners.search.step_beam import StepBeam
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def run(say, value, **fields):
    async def scorer(problem, text):
        return value(text)

    reasoner = StepBeam(scorer=scorer, **fields)
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(say), open_inline_session)))


def program(code):
    return f"```python\n{code}\n```\n"


def test_the_value_function_keeps_a_path_and_its_session():
    first = itertools.cycle([program("x = 5"), program("x = 6"), program("x = 4")])

    def say(context):
        if "Results:\n" not in context:
            return next(first)
        return (
            f"<<<{context.split('Results:')[-1].split()[0]}>>>"
            if "x * 7" in context
            else program("print(x * 7)")
        )

    tree = run(say, lambda text: 0.9 if "x = 6" in text else 0.1, beams=1, children=3)
    assert tree[0].answer.text == "42"
    assert all("x = 6" in t.text for t in tree if "x * 7" in t.text)
    assert len(tree) == 1 + 3 * 3  # three steps of one path, three children each


def test_a_finished_path_competes_with_those_that_go_on():
    replies = itertools.cycle(["<<<41>>>", "Think on."])

    def say(context):
        return "<<<42>>>" if "Think on." in context else next(replies)

    values = {"<<<41>>>": 0.4, "Think on.": 0.5}
    tree = run(say, lambda text: 0.9 if "<<<42>>>" in text else values[text[:9]], beams=2, children=1)
    assert tree[0].answer.text == "42"
    low = run(say, lambda text: 0.1 if "<<<42>>>" in text else values[text[:9]], beams=2, children=1)
    assert low[0].answer.text == "41"


def test_paths_that_never_end_are_asked_for_the_answer():
    def say(context):
        return "42>>>" if "No steps are left" in context else "Hm."

    tree = run(say, lambda text: 0.5, steps=2, beams=2)
    assert tree[0].answer.text == "42"
    assert sum(t.notes.get("asked_for_answer", 0) for t in tree) == 1
