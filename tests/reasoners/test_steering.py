"""The steering study's methods: what is asked, what runs, which answer stands."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.steering.code_interpreter_plus import CodeInterpreterPlus
from reckon.reasoners.steering.code_text_sum import CodeTextSum
from reckon.reasoners.steering.self_estimate import SelfEstimate
from reckon.reasoners.steering.steering import METHODS, Steering
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")
CODE = "```python\nprint(6 * 7)\n```\n"


def run(reasoner, script):
    return asyncio.run(solve(reasoner, PROBLEM, Setup(Replay(script), open_inline_session)))


@pytest.mark.parametrize("method", METHODS)
def test_a_program_in_one_reply_answers_by_its_output(method):
    done = run(Steering(method), [CODE])[0]
    assert done.answer.text == "42"
    assert len(done.executions) == 1


@pytest.mark.parametrize("method", ["only_question", "autogen_conca", "autogen_system"])
def test_methods_that_leave_the_choice_take_an_answer_in_text(method):
    done = run(Steering(method), ["It is <<<42>>>. TERMINATE"])[0]
    assert done.answer.text == "42"
    assert done.executions == ()


def test_autogen_stands_before_the_question_or_in_the_system_message():
    conca = run(Steering("autogen_conca"), ["<<<42>>>"])[0].segments[0].text
    system = run(Steering("autogen_system"), ["<<<42>>>"])[0]
    assert "TERMINATE" in conca
    assert "<|system|>" not in conca
    assert "<|system|>" in system.text.split("TERMINATE")[0]
    assert "TERMINATE" not in run(Steering("only_question"), ["<<<42>>>"])[0].text


def test_all_code_asks_for_nothing_but_code_and_cot_for_thought_first():
    prompts = {method: run(Steering(method), [CODE])[0].segments[0].text for method in METHODS}
    assert [m for m in METHODS if "step by step" in prompts[m]] == ["all_code_cot"]
    assert [m for m in METHODS if "nothing else" in prompts[m]] == ["all_code"]
    assert [m for m in METHODS if "rogram" not in prompts[m]] == ["only_question"]


def test_more_turns_let_the_model_mend_its_program():
    done = run(Steering("autogen_conca", turns=3), ["```python\nprint(x)\n```\n", CODE, "TERMINATE"])[0]
    assert done.answer.text == "42"
    assert [e.ok for e in done.executions] == [False, True]
    single = run(Steering("autogen_conca"), ["```python\nprint(x)\n```\n"])[0]
    assert single.answer.text is None
    assert "no result" in single.answer.reason


def test_a_later_program_that_fails_leaves_what_an_earlier_one_printed():
    script = [CODE, "```python\nprint(x)\n```\n", "TERMINATE"]
    assert run(Steering("autogen_system", turns=3), script)[0].answer.text == "42"
    assert run(Steering("autogen_system", turns=2), script)[0].answer.text == "42"


def test_a_printed_mark_is_read():
    marked = ["```python\nprint('so <<<42>>>", "')\n```\n", "TERMINATE"]
    assert run(Steering("autogen_conca", turns=2), marked)[0].answer.text == "42"
    assert run(Steering(), ["```python\nprint('so <<<42>>>", "')\n```\n"])[0].answer.text == "42"


def test_what_cannot_be_is_refused():
    with pytest.raises(UsageError, match="all_code_cot"):
        Steering("all_codes")
    with pytest.raises(UsageError, match="turns"):
        Steering(turns=0)
    with pytest.raises(UsageError, match="turns"):
        SelfEstimate(turns=0)


def test_code_interpreter_plus_demands_code_of_the_loop():
    plus = run(CodeInterpreterPlus(), [CODE, "<<<42>>>"])[0]
    plain = run(CodeInterpreter(), [CODE, "<<<42>>>"])[0]
    assert plus.answer.text == plain.answer.text == "42"
    assert "by running code" in plus.text
    assert "by running code" not in plain.text
    assert plus.problem == PROBLEM


def test_code_text_sum_solves_twice_apart_and_sums():
    def say(context):
        if "Two solutions" in context:
            assert "Code Execution Results" in context or "42\nIts answer: 42" in context
            assert "I guess <<<41>>>" in context
            return "The text guessed. <<<42>>>"
        return "I guess <<<41>>>" if "Do not write code" in context else CODE

    tree = run(CodeTextSum(), say)
    assert tree[0].answer.text == "42"
    assert [t.relation for t in tree] == ["root", "side", "side"]
    assert [t.answer.text for t in tree[1:]] == ["41", "42"]
    assert all("Two solutions" not in t.text for t in tree[1:])


def test_code_text_sum_goes_on_without_one_of_the_two():
    def say(context):
        return "<<<42>>>" if "Its answer: none" in context else "Hm."

    assert run(CodeTextSum(), say)[0].answer.text == "42"


def test_without_an_answer_of_the_sum_that_of_the_code_stands():
    def say(context):
        if "Two solutions" in context:
            return "Hm."
        return "<<<41>>>" if "Do not write code" in context else CODE

    assert run(CodeTextSum(), say)[0].answer.text == "42"


def test_self_estimate_takes_the_way_of_the_higher_score():
    code = run(SelfEstimate(turns=1), ["Coding: 9\nText: 3", CODE, "<<<42>>>"])[0]
    text = run(SelfEstimate(turns=1), ["Coding: 2\nText: 8", "<<<42>>>"])[0]
    assert code.answer.text == text.answer.text == "42"
    assert code.notes == {"chose_code": 1}
    assert text.notes == {"chose_text": 1}
    assert len(code.executions) == 1


@pytest.mark.parametrize("scores", ["Coding: 7\nText: 6.5", "no idea", "Coding: -3"])
def test_close_or_missing_scores_begin_with_text(scores):
    assert run(SelfEstimate(turns=1), [scores, "<<<42>>>"])[0].notes == {"chose_text": 1}


def test_self_estimate_may_switch_after_reflection():
    done = run(SelfEstimate(), ["Coding: 2\nText: 8", "<<<41>>>", CODE, "<<<42>>>"])[0]
    assert done.answer.text == "42"
    assert done.notes == {"chose_text": 1, "switched": 1}
    kept = run(SelfEstimate(turns=4), ["Coding: 2\nText: 8", "<<<42>>>", "<<<42>>>"])[0]
    assert kept.notes == {"chose_text": 1}
