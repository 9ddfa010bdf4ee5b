"""What CodeAct, CodeAdapt and CSV add to the loop."""

import asyncio

import pytest

from reckon import records
from reckon.errors import BudgetSpent, UsageError
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.loops.codeact import CodeAct
from reckon.reasoners.loops.codeadapt import CodeAdapt
from reckon.reasoners.loops.cort import TRUST, USE_PYTHON, Cort
from reckon.reasoners.loops.csv import Csv, heaviest
from reckon.reasoners.loops.dotamath import DotaMath
from reckon.rollout import Limits, Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Grade, Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")
CODE = "```python\nprint(6 * 7)\n```\n"
WRONG = "```python\nprint(6 * 6)\n```\n"
CHECK = "```python\nprint(42 == 6 * 7)\n```\n"
TOOLS = '''
def price(fruit: str) -> float:
    """In euros, per kilogram."""
    return {"fig": 42.0}[fruit]

def _hidden(): pass
'''


def run(reasoner, script, problem=PROBLEM, **setup):
    return asyncio.run(solve(reasoner, problem, Setup(Replay(script), open_inline_session, **setup)))


# ---- CodeAct


def test_tools_stand_in_the_session_and_in_the_prompt():
    tree = run(CodeAct(tools=TOOLS), ["```python\nprint(price('fig'))\n```\n", "<<<42>>>"])
    prompt = tree[0].segments[1].text
    assert tree[0].answer.text == "42"
    assert 'def price(fruit: str) -> float:\n    """In euros, per kilogram."""' in prompt
    assert "_hidden" not in prompt
    assert "return" not in prompt
    assert tree[0].executions[1].stdout == "42.0\n"


def test_tools_of_the_setup_are_told_and_called():
    def weigh(fruit: str) -> float:
        """In kilograms."""
        return 42.0

    done = run(CodeAct(), ["```python\nprint(weigh('fig'))\n```\n", "<<<42>>>"], tools=(weigh,))[0]
    assert "def weigh(fruit: str) -> float" in done.segments[0].text
    assert done.executions[0].stdout == "42.0\n"


def test_an_action_after_an_error_may_mend_it():
    script = ["```python\nx = 6\nx * y\n```\n", "```python\nprint(x * 7)\n```\n", "<<<42>>>"]
    done = run(CodeAct(), script)[0]
    assert done.answer.text == "42"
    assert [e.ok for e in done.executions] == [False, True]


@pytest.mark.parametrize("tools", ["def f(", "x = 3", "\0"])
def test_tools_that_are_none_are_refused(tools):
    with pytest.raises(UsageError, match=r"CodeAct\.tools"):
        CodeAct(tools=tools)


def test_tools_that_do_not_run_are_refused():
    with pytest.raises(UsageError, match="do not run"):
        run(CodeAct(tools="import no_such_thing\ndef f(): pass"), ["<<<42>>>"])


# ---- CodeAdapt


def written(tmp_path, *specs):
    path = tmp_path / "trajectories.jsonl"
    with path.open("w") as file:
        for task, question, answer, score in specs:
            done = run(CodeAct(), [answer], Problem(f"{task}/{question}", task, question, "1"))[0]
            graded = records.load(records.dump(done))
            graded = type(graded)(
                **{
                    **{name: getattr(graded, name) for name in graded.__dataclass_fields__},
                    "grade": Grade(score),
                }
            )
            file.write(records.dump(graded) + "\n")
    return str(path)


def test_solved_problems_of_the_task_stand_before_the_question(tmp_path):
    path = written(
        tmp_path,
        ("q", "What is 1 + 1?", "Two. <<<2>>>", 1.0),
        ("p", "What is 2 * 4?", "A wrong one. <<<9>>>", 0.0),
        ("p", "What is 2 * 3?", "I multiply. <<<6>>>", 1.0),
        ("p", "What is 2 * 3?", "I multiply, at length. <<<6>>>", 1.0),
        ("p", PROBLEM.question, "Known. <<<42>>>", 1.0),
    )
    prompt = run(CodeAdapt(examples=path), ["<<<42>>>"])[0].segments[0].text
    assert prompt.index("I multiply. <<<6>>>") < prompt.index("Two. <<<2>>>")
    assert prompt.index("Two.") < prompt.index(PROBLEM.question)
    assert all(text not in prompt for text in ("wrong one", "Known", "at length"))
    assert "Two." not in run(CodeAdapt(examples=path, shots=1), ["<<<42>>>"])[0].segments[0].text


def test_without_examples_it_is_codeact():
    assert run(CodeAdapt(), ["<<<42>>>"])[0].text == run(CodeAct(), ["<<<42>>>"])[0].text


def test_examples_that_cannot_serve_are_refused(tmp_path):
    with pytest.raises(UsageError, match="cannot read"):
        CodeAdapt(examples=str(tmp_path / "none.jsonl"))
    with pytest.raises(UsageError, match="no solved problem"):
        CodeAdapt(examples=written(tmp_path, ("p", "What is 2 * 4?", "<<<9>>>", 0.0)))
    with pytest.raises(UsageError, match="shots"):
        CodeAdapt(shots=0)


# ---- CSV


def test_a_verified_answer_stands():
    done = run(Csv(), [CODE, "<<<42>>>", CHECK, "<<<True>>>"])[0]
    assert done.answer.text == "42"
    assert done.notes == {"verified_true": 1}
    assert "Your answer is 42" in done.text


def test_a_refuted_answer_is_solved_again_in_the_same_context():
    script = [WRONG, "<<<36>>>", CHECK, "<<<False>>>", CODE, "<<<42>>>", CHECK, "<<<True.>>>"]
    done = run(Csv(), script)[0]
    assert done.answer.text == "42"
    assert done.notes == {"verified_false": 1, "verified_true": 1}
    assert "36 is not right" in done.text


def test_a_verdict_without_a_program_is_uncertain():
    done = run(Csv(), [CODE, "<<<42>>>", "<<<False>>>"])[0]
    assert done.answer.text == "42"
    assert done.notes == {"verified_uncertain": 1}


def test_the_last_refuted_answer_stands_when_the_rounds_are_used_up():
    done = run(Csv(rounds=1), [WRONG, "<<<36>>>", CHECK, "<<<False>>>"])[0]
    assert done.answer.text == "36"


def said(context, text):
    """`text`, or the end of the budget once no more programs can be run."""
    if "No more programs" in context:
        raise BudgetSpent("the context fills the model's window")
    return text


def test_a_spent_budget_leaves_the_answer_not_the_verdict():
    script = iter([WRONG, "<<<36>>>", CHECK, "<<<False>>>", CODE])
    done = run(Csv(), lambda context: said(context, next(script)), limits=Limits(runs=2))[0]
    assert done.answer.text == "36"
    assert done.notes["budget_spent"] == 1


def test_verified_answers_outweigh_more_refuted_ones():
    def say(context):
        mine = context.count("Your answer is")
        if "Code Execution Results:\n36" in context:
            return "<<<False>>>" if "Results:\nTrue" in context else (CHECK if mine else "<<<36>>>")
        if "Code Execution Results:\n42" in context:
            return "<<<True>>>" if "Results:\nTrue" in context else (CHECK if mine else "<<<42>>>")
        return CODE if next(turn) == 1 else WRONG

    turn = iter(range(9))
    tree = run(Csv(samples=3, rounds=1, inner=CodeInterpreter(temperature=0.7)), say)
    assert tree[0].answer.text == "42"
    assert sorted(t.answer.text for t in tree[1:]) == ["36", "36", "42"]
    assert [t.relation for t in tree[1:]] == ["fork"] * 3


def test_votes_in_hand_stand_when_the_budget_is_spent():
    def say(context):
        if "Your answer is" in context:
            return "<<<True>>>" if "Results:\nTrue" in context else CHECK
        return "<<<42>>>" if "Results:\n42" in context else said(context, CODE)

    done = run(Csv(samples=3), say, limits=Limits(runs=4))[0]
    assert done.notes["budget_spent"]
    assert done.answer.text == "42"


def test_weights_of_like_answers_add_up():
    assert heaviest([("7", 1.0), ("1,000", 0.5), ("1000.", 0.6), (None, 9.0)]) == "1,000"
    assert heaviest([("b", 0.5), ("a", 0.5)]) == "b"
    assert heaviest([(None, 1.0), (" ", 1.0)]) is None
    for fields in ({"samples": 0}, {"rounds": 0}, {"weights": (1.0, -1.0, 0.0)}):
        with pytest.raises(UsageError):
            Csv(**fields)


# ---- DotaMath


def test_subtasks_are_printed_read_and_answered():
    done = run(DotaMath(), [CODE, "They fit. <<<42>>>"])[0]
    assert done.answer.text == "42"
    assert done.text.index("split the problem") < done.text.index("Check the result of every subtask")


def test_results_that_do_not_fit_and_failures_are_corrected():
    script = [
        "```python\nprint(x)\n```\n",
        "x is missing.\n" + WRONG,
        "36 does not fit.\n" + CODE,
        "<<<42>>>",
    ]
    done = run(DotaMath(), script)[0]
    assert done.answer.text == "42"
    assert [e.stdout for e in done.executions] == ["", "36\n", "42\n"]
    assert done.notes == {"corrected": 1}
    assert "Say why, correct the subtasks" in done.text


def test_after_the_last_run_dotamath_is_asked_for_the_answer():
    done = run(DotaMath(), [WRONG, "36 does not fit. <<<42>>>"], limits=Limits(runs=1))[0]
    assert done.answer.text == "42"
    assert "No more programs" in done.text
    assert "write the whole program again" not in done.text


def test_no_answer_after_the_last_program_is_none():
    done = run(DotaMath(programs=1), [CODE, "Hm."])[0]
    assert done.answer.text is None
    with pytest.raises(UsageError, match="programs"):
        DotaMath(programs=0)


# ---- CoRT


def test_long_thought_is_hinted_to_python_and_outputs_are_trusted():
    def say(context):
        if TRUST in context:
            return "<<<42>>>"
        return CODE if USE_PYTHON in context else "six times seven is six times six and six more " * 9

    done = run(Cort(think_tokens=20), say)[0]
    assert done.answer.text == "42"
    assert done.notes == {"hinted": 1}
    hints = [s for s in done.segments if s.text.strip() in (USE_PYTHON.strip(), TRUST.strip())]
    assert len(hints) == 2
    assert not any(s.sampled for s in hints)


def test_early_code_needs_no_hint():
    done = run(Cort(), [CODE, "<<<42>>>"])[0]
    assert done.answer.text == "42"
    assert USE_PYTHON not in done.text
    assert done.notes == {}


def test_cort_asks_for_the_answer_once_no_program_can_be_run():
    done = run(Cort(), [CODE, "42>>>"], limits=Limits(runs=1))[0]
    assert done.answer.text == "42"
    assert len(done.executions) == 1


def test_where_a_turn_cannot_be_continued_it_is_the_plain_loop():
    model = Replay([CODE, "<<<42>>>"], continues=False)
    done = asyncio.run(solve(Cort(), PROBLEM, Setup(model, open_inline_session)))[0]
    assert done.answer.text == "42"
    assert TRUST not in done.text


def test_turns_that_come_to_nothing_end_in_the_question_for_the_answer():
    done = run(Cort(patience=2), ["Hm.", "```python\nprint(1)", "42>>>"])[0]
    assert done.answer.text == "42"
    assert done.notes == {"slipped": 2}
    with pytest.raises(UsageError, match="Cort"):
        Cort(patience=0)
