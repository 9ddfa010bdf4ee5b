"""Plans and executions are searched apart; what a sure phase saves goes to a poor one."""

import asyncio
import itertools

from reckon.models.replay import Replay
from reckon.reasoners.search.dual_phase import DualPhase
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def run(say, value, **fields):
    scored = []

    async def scorer(problem, text):
        scored.append(text)
        return value(text)

    tree = asyncio.run(
        solve(DualPhase(scorer=scorer, **fields), PROBLEM, Setup(Replay(say), open_inline_session))
    )
    return tree[0].answer, scored


def last_is_plan(context):
    return context.rfind("Plan the next step only") > context.rfind("Now carry out this step")


def test_the_best_plan_is_executed_and_its_best_execution_goes_on():
    plans = itertools.cycle(["Guess.", "Multiply.", "Ask."])

    def say(context):
        if last_is_plan(context):
            return next(plans)
        return "<<<42>>>" if "Multiply." in context else "<<<0>>>"

    answer, scored = run(say, lambda text: 0.7 if "Multiply." in text else 0.1)
    assert answer.text == "42"
    assert scored[:3] == ["Guess.", "Multiply.", "Ask."]
    assert all(text == "Multiply.\n<<<42>>>" for text in scored[3:])
    assert len(scored) == 6


def test_a_sure_phase_stops_early_and_a_poor_one_spends_what_was_saved():
    def say(context):
        return "Multiply." if last_is_plan(context) else "<<<42>>>"

    _, sure = run(say, lambda _: 0.9)
    assert len(sure) == 2
    _, poor = run(say, lambda text: 0.9 if text == "Multiply." else 0.2, steps=1)
    assert len(poor) == 1 + 3 + 2
    _, fair = run(say, lambda text: 0.9 if text == "Multiply." else 0.5, steps=1)
    assert len(fair) == 1 + 3


def test_programs_run_in_the_execution_phase_and_variables_stay():
    def say(context):
        if "\n42\n" in context:
            return "<<<42>>>"
        if last_is_plan(context):
            return "Compute."
        return "```python\nx = 6\n```\n" if "x = 6" not in context else "```python\nprint(x * 7)\n```\n"

    assert run(say, lambda _: 0.9)[0].text == "42"


def test_steps_end():
    assert run(lambda _: "Hm.", lambda _: 0.9, steps=2)[0].reason == "no path came to an answer"
