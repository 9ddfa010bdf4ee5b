"""PAL's exemplars and program of thoughts."""

import asyncio

import pytest

from reckon.dialects import HERMES, R1_CI, RETOOL
from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.reasoners.material.exemplars import EXEMPLARS, shown
from reckon.reasoners.pal import Pal
from reckon.reasoners.programs.program_of_thoughts import ProgramOfThoughts
from reckon.rollout import Limits, Setup, solve
from reckon.testing import InlineSession, open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def program(code):
    return f"```python\n{code}\n```\n"


def run(reasoner, script, dialect=R1_CI, **setup):
    made = Setup(Replay(script), open_inline_session, dialect, **setup)
    return asyncio.run(solve(reasoner, PROBLEM, made))[0]


def test_every_exemplar_runs_to_its_answer():
    async def outputs():
        return [(await InlineSession().run(one.program)).stdout.strip() for one in EXEMPLARS]

    assert asyncio.run(outputs()) == ["97", "5.5", "11", "Friday"]


@pytest.mark.parametrize("dialect", [R1_CI, RETOOL, HERMES], ids=lambda d: d.name)
def test_exemplars_stand_before_the_question_in_the_dialect(dialect):
    done = run(Pal(shots=2), [dialect.write_code("print(42)")], dialect)
    prompt = done.segments[0].text
    assert done.answer.text == "42"
    assert prompt.index(EXEMPLARS[1].question) < prompt.index(PROBLEM.question)
    assert EXEMPLARS[2].question not in prompt
    spans = dialect.spans(shown(2, dialect))
    assert [s.body.strip() for s in spans if s.kind == "code"] == [e.program for e in EXEMPLARS[:2]]


@pytest.mark.parametrize("reasoner", [Pal, ProgramOfThoughts])
def test_more_exemplars_than_there_are_is_refused(reasoner):
    with pytest.raises(UsageError, match="shots"):
        reasoner(shots=len(EXEMPLARS) + 1)
    with pytest.raises(UsageError, match="shots"):
        reasoner(shots=-1)


def test_program_of_thoughts_answers_with_ans():
    done = run(ProgramOfThoughts(), [program("rows = 6\nprint('noise')\nans = rows * 7")])
    assert done.answer.text == "42"
    assert [e.stdout for e in done.executions] == ["noise\n", "42\n"]
    assert run(ProgramOfThoughts(), [program("ans: str = 'forty'")]).answer.text == "forty"
    printed = run(ProgramOfThoughts(), [program("ans = 42\nprint(ans)")], limits=Limits(runs=1))
    assert printed.answer.text == "42"


def test_program_of_thoughts_without_ans_takes_what_is_printed():
    done = run(ProgramOfThoughts(), [program("print(42 if 'ans' == 'ans' else 0)")])
    assert done.answer.text == "42"
    assert len(done.executions) == 1


@pytest.mark.parametrize(
    ("script", "why"),
    [("ans = 1 / 0", "error"), ("answer = 42", "no result"), ("def f():\n    ans = 3", "no result")],
)
def test_a_program_without_result_is_no_answer(script, why):
    answer = run(ProgramOfThoughts(), [program(script)]).answer
    assert answer.text is None
    assert why in answer.reason


def test_the_language_of_comments_is_asked_for():
    def prompt(comments):
        return run(ProgramOfThoughts(comments=comments), [program("ans = 42")]).segments[0].text

    assert "in Thai" in prompt("Thai")
    assert "no comments" in prompt("none")
    assert "omment" not in prompt("")
