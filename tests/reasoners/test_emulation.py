"""CoGEX, Think-and-Execute and CodePlan: the program that the model runs itself."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.programs.codeplan import CodePlan
from reckon.reasoners.programs.cogex import Cogex, best_programs
from reckon.reasoners.programs.think_and_execute import ThinkAndExecute
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "Is a plum a fruit?", "yes")
PSEUDO = "def f(word):\n    return {'answer': is_fruit(word)}\nf('plum')"


def run(reasoner, script, problem=PROBLEM, **setup):
    return asyncio.run(solve(reasoner, problem, Setup(Replay(script), open_inline_session, **setup)))


# ---- CoGEX


def test_cogex_writes_a_program_and_emulates_it_apart():
    tree = run(Cogex(), [f"```python\n{PSEUDO}\n```\n", "{'answer': 'yes'} <<<yes>>>"])
    assert tree[0].answer.text == "yes"
    assert [t.relation for t in tree] == ["root", "side"]
    assert PSEUDO in tree[1].text
    assert all(t.executions == () for t in tree)


def test_found_programs_are_emulated_and_vote():
    def say(context):
        return "<<<no>>>" if "program_1" in context else "<<<yes>>>"

    tree = run(Cogex(programs=("program_1()", "program_2()", "program_3()")), say)
    assert tree[0].answer.text == "yes"
    assert len(tree) == 4
    assert tree[0].cost.samples == 0


def test_cogex_without_a_program_or_an_answer_has_none():
    assert "no program" in run(Cogex(), ["Hm."])[0].answer.reason
    assert "no emulation" in run(Cogex(programs=("f()",)), ["Hm."])[0].answer.reason
    with pytest.raises(UsageError, match="tuple"):
        Cogex(programs="f()")


def test_program_search_keeps_what_scores_best():
    scored = []

    async def score(reasoner):
        scored.append(reasoner.programs)
        return {"a()": 0.2, "b()": 0.9, "c()": 0.9}[reasoner.programs[0]]

    assert asyncio.run(best_programs(["a()", "b()", "c()", "b()"], score)) == ("b()",)
    assert scored == [("a()",), ("b()",), ("c()",)]
    assert asyncio.run(best_programs(["a()", "c()"], score, keep=5)) == ("c()", "a()")
    with pytest.raises(UsageError):
        asyncio.run(best_programs([], score))


# ---- Think-and-Execute


def say(context):
    if "This pseudocode solves" in context:
        return "checking\n<<<yes>>>" if "PSEUDO" in context else "no pseudocode"
    return "PSEUDO" if "Write that logic" in context else "An analysis."


def test_one_pseudocode_serves_every_problem_of_a_task():
    reasoner = ThinkAndExecute(instances=("Is a brick a fruit?",))
    first, second = run(reasoner, say), run(reasoner, say)
    other = run(reasoner, say, Problem("q/0/0", "q", "Is it?", "yes"))
    assert [t[0].answer.text for t in (first, second, other)] == ["yes"] * 3
    assert [len(t) for t in (first, second, other)] == [2, 1, 2]
    assert [t[0].notes for t in (first, second)] == [{"thought": 1}, {}]
    assert "Is a brick a fruit?" in first[1].text
    assert first[1].text.index("An analysis.") < first[1].text.index("PSEUDO")
    assert reasoner == ThinkAndExecute(instances=("Is a brick a fruit?",))
    assert "PSEUDO" not in repr(reasoner)


def test_given_pseudocode_is_not_thought_out():
    tree = run(ThinkAndExecute(pseudocode="PSEUDO"), say)
    assert tree[0].answer.text == "yes"
    assert len(tree) == 1


def test_the_instructor_may_be_another_model():
    async def find(name):
        assert name == "teacher"
        return Replay(say, name="teacher")

    tree = run(ThinkAndExecute(instructor="teacher"), say, models=find)
    assert [t.model for t in tree] == ["replay", "teacher"]


def test_a_simulation_without_answer_is_none():
    assert run(ThinkAndExecute(pseudocode="none"), say)[0].answer.text is None


# ---- CodePlan


def test_codeplan_plans_before_it_answers_and_runs_nothing():
    done = run(CodePlan(), ["```python\nanswer = look_up('plum')\n```\nso <<<no>>>", "Looked up. <<<yes>>>"])[
        0
    ]
    assert done.answer.text == "yes"
    assert (
        done.text.index("look_up") < done.text.index("Now follow your plan") < done.text.index("Looked up.")
    )
    assert done.executions == ()


def test_a_plan_has_its_limit():
    done = run(CodePlan(plan_tokens=3), ["a very long plan without end", "<<<yes>>>"])[0]
    assert done.answer.text == "yes"
    assert "without end" not in done.text
    with pytest.raises(UsageError, match="plan_tokens"):
        CodePlan(plan_tokens=0)
