"""Each published recipe keeps what its paper keeps, and nothing else."""

import asyncio
import json
import random
from collections import Counter

import pytest

from reckon.data.agentic_r1 import AgenticR1
from reckon.data.codeact import CodeAct
from reckon.data.cort import Cort
from reckon.data.dotamath import DotaMath
from reckon.data.material.retelling import Unusable, programs_of
from reckon.data.noisy_teacher import NoisyTeacher
from reckon.data.openmathreasoning import OpenMathReasoning
from reckon.data.rejection import Rejection
from reckon.data.retool import ReTool, read_solved, rewritten
from reckon.dialects import R1_CI
from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.protocols import Sampling
from reckon.reasoners.loops.cort import TRUST
from reckon.tasks import draw, find
from reckon.values import Message


def written(trajectory):
    return "".join(s.text for s in trajectory.segments if s.sampled)


def test_rejection_keeps_one_of_each_program(make, student, tmp_path):
    recipe = Rejection(tasks=("product",), problems=3, samples=6)
    tried, kept = make(recipe, student, tmp_path / "o.jsonl", styles={"code": 1.0})
    assert len(kept) == 3
    assert Counter(t.verdict for t in tried)["repeated"] == 15
    assert all(t.grade.right for t in kept)


def test_codeact_keeps_what_recovered(make, student, tmp_path):
    styles = {"repair": 0.5, "code": 0.5}
    tried, kept = make(
        CodeAct(tasks=("product",), problems=6, samples=2), student, tmp_path / "o", styles=styles
    )
    assert kept
    assert all(not t.executions[0].ok and t.executions[-1].ok for t in kept)
    assert "no error recovered from" in {t.verdict for t in tried}


def test_cort_makes_the_hints_the_students_own(make, student, tmp_path):
    _, kept = make(
        Cort(tasks=("product",), problems=3, samples=1), student, tmp_path / "o", styles={"code": 1.0}
    )
    assert kept
    for trajectory in kept:
        assert TRUST.strip() in written(trajectory)
        trajectory.check(student.tokens.decode)


def test_cort_refuses_a_program_that_is_run_twice(make, student, tmp_path):
    recipe = Cort(tasks=("product",), problems=1, samples=1)
    problem = next(recipe.attempts()).problem
    program = "```python\nprint({a} * {b})\n```\n".format(**problem.metadata)

    def says(context):
        return program if context.count("```python\nprint") < 2 else f"<<<{problem.answer}>>>"

    tried, kept = make(recipe, student, tmp_path / "o", model=Replay(says))
    assert kept == []
    assert [t.verdict for t in tried] == ["a program run twice"]


def test_agentic_r1_turns_from_the_wrong_way_to_the_right_one(make, student, tmp_path):
    recipe = AgenticR1(tasks=("product",), problems=12, samples=1)
    styles = {"guess": 0.5, "code": 0.5}
    _, kept = make(recipe, student, tmp_path / "o", styles=styles)
    turned = [t for t in kept if "Wait, " in written(t)]
    assert turned
    assert len(turned) < len(kept)
    for trajectory in turned:
        assert trajectory.grade.right
        wrong = written(trajectory).partition("Wait, ")[2].partition(" may be wrong")[0]
        assert wrong != trajectory.answer.text
        assert trajectory.answer.text == trajectory.problem.answer


GOOD_DOTA = (
    "I split it: first the product, then its check.\n```python\nprint('product', {x})\nprint({x})\n```\n"
)


@pytest.mark.parametrize(
    ("program", "verdict"),
    [
        (GOOD_DOTA, "kept"),
        (
            GOOD_DOTA.replace("I split it: first the product, then its check.\n", ""),
            "no decomposition before",
        ),
        ("I split it.\n```python\nprint({x})\n```\n", "no results of subtasks"),
    ],
)
def test_dotamath_wants_its_form(make, student, tmp_path, program, verdict):
    recipe = DotaMath(tasks=("product",), problems=1, samples=1)
    problem = next(recipe.attempts()).problem
    product = "{a} * {b}".format(**problem.metadata)

    def says(context):
        return (
            f"They fit. <<<{problem.answer}>>>"
            if "Check the result" in context
            else program.format(x=product)
        )

    tried, _ = make(recipe, student, tmp_path / "o", model=Replay(says))
    assert tried[0].verdict.startswith(verdict)


FORM = """Let us see.
<code>
{code}
</code>
<interpreter>
{out}
</interpreter>
So <answer>\\boxed{{{answer}}}</answer>"""


def test_retool_reads_the_form():
    turns, claimed, answer = rewritten(FORM.format(code="print(6*7)", out=42, answer=42))
    assert [turn.code for turn in turns] == ["print(6*7)", ""]
    assert turns[0].text == "Let us see."
    assert (claimed, answer) == (["42"], "42")
    fenced = FORM.format(code="```python\nprint(6*7)\n```", out=42, answer=42)
    assert rewritten(fenced)[0][0].code == "print(6*7)"


@pytest.mark.parametrize(
    ("reply", "why"),
    [
        ("It is <answer>\\boxed{42}</answer>", "no program"),
        ("<code>\nprint(1)\n</code> <answer>1</answer>", "tags out of order"),
        ("<interpreter>1</interpreter><code>print(1)</code><answer>1</answer>", "tags out of order"),
        ("<code>print(1)<code></code><interpreter>1</interpreter><answer>1</answer>", "tags out of order"),
        ("<code>print(1)</code> then <interpreter>1</interpreter><answer>1</answer>", "tags out of order"),
        ("<code>print(1</code><interpreter>1</interpreter><answer>1</answer>", "does not parse"),
        ("<code></code><interpreter>1</interpreter><answer>1</answer>", "does not parse"),
        ("<code>print(1)</code><interpreter>1</interpreter> so 1", "no answer"),
    ],
)
def test_retool_refuses_other_forms(reply, why):
    with pytest.raises(Unusable, match=why):
        rewritten(reply)


@pytest.fixture
def solved(tmp_path):
    path = tmp_path / "solved.jsonl"
    path.write_text(json.dumps({"question": "6 times 7?", "solution": "It is 42.", "answer": 42}) + "\n")
    return str(path)


@pytest.mark.parametrize(
    ("form", "outputs", "verdict"),
    [
        ({"code": "print(6*7)", "out": 42, "answer": 42}, "same", "kept"),
        ({"code": "print(6*7)", "out": 41, "answer": 42}, "same", "another output than claimed"),
        ({"code": "print(6*7)", "out": 41, "answer": 42}, "replaced", "kept"),
        ({"code": "print(6*8)", "out": 48, "answer": 48}, "same", "wrong"),
        ({"code": "print(6*x)", "out": 42, "answer": 42}, "replaced", "a program failed"),
    ],
)
def test_retool_runs_the_programs_and_checks_the_answer(
    make, student, tmp_path, solved, form, outputs, verdict
):
    recipe = ReTool(source=solved, outputs=outputs)
    tried, kept = make(recipe, student, tmp_path / "o", model=Replay([FORM.format(**form)]))
    assert [t.verdict for t in tried] == [verdict]
    for trajectory in kept:
        assert trajectory.executions[0].output == "42"
        assert "41" not in trajectory.text
        trajectory.check(student.tokens.decode)


def test_retool_lets_the_teacher_solve_first(make, student, tmp_path):
    tried, kept = make(ReTool(tasks=("product",), problems=12), student, tmp_path / "o")
    verdicts = Counter(t.verdict for t in tried)
    assert verdicts["kept"] == len(kept) > 0
    assert {"wrong solution in words", "another output than claimed"} <= set(verdicts)
    for trajectory in kept:
        assert len(trajectory.executions) == 1
        assert trajectory.executions[0].output == trajectory.problem.answer


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{", "line 1 is no JSON"),
        ('{"question": "?", "answer": "1"}', "line 1: wanted"),
        ('{"question": "?", "solution": " ", "answer": "1"}', "line 1: wanted"),
        ("[1]", "line 1: wanted"),
        ("", "holds no line"),
    ],
)
def test_a_broken_source_is_told(tmp_path, text, says):
    path = tmp_path / "s.jsonl"
    path.write_text(text)
    with pytest.raises(UsageError, match=says):
        read_solved(str(path))
    with pytest.raises(UsageError, match="cannot read"):
        read_solved(str(tmp_path / "none.jsonl"))


def test_the_noisy_teacher_errs_as_often_as_it_is_told():
    task = find("product")
    problem = draw(task, 0, 0)
    teacher = NoisyTeacher([(task, problem)], R1_CI, {"code": 0.5, "guess": 0.0, "text": 0.5})
    context = teacher.render((), [Message("user", problem.question)])

    async def said(seed):
        return (await teacher.sample(context, Sampling(seed=seed, stop=R1_CI.stops))).text

    texts = [asyncio.run(said(seed)) for seed in range(200)]
    coded = sum("```python" in text for text in texts)
    assert 70 < coded < 130
    assert all(text == f"<<<{problem.answer}>>>" for text in texts if "```python" not in text)
    assert texts == [asyncio.run(said(seed)) for seed in range(200)]


def test_programs_are_compared_without_their_dress(make, student, tmp_path):
    says = random.Random(0).choice  # which of two spellings the teacher takes
    recipe = Rejection(tasks=("product",), problems=1, samples=6)
    problem = next(recipe.attempts()).problem
    spelled = ["print({a} * {b})", "print( {a}*{b} )  # their product"]

    def model(context):
        if "Execution Results" in context:
            return f"<<<{problem.answer}>>>"
        return f"```python\n{says(spelled).format(**problem.metadata)}\n```\n"

    _, kept = make(recipe, student, tmp_path / "o", model=Replay(model))
    assert len(kept) == 1
    assert len(programs_of(kept[0], R1_CI)) == 1


@pytest.mark.parametrize(
    ("programs", "verdicts", "kept"),
    [
        (1, ["Purpose: new\nWork: much"], "kept"),
        (1, ["Purpose: check\nWork: much"], "no program that finds something new"),
        (1, ["Purpose: new\nWork: trivial"], "no program that finds something new"),
        (1, ["I cannot say"], "no program that finds something new"),
        (2, ["Purpose: new\nWork: trivial", "purpose: New\nWork: **much**"], "kept"),
        (3, [], "too many programs"),
    ],
)
def test_openmathreasoning_wants_a_program_that_finds_something(
    make, student, tmp_path, programs, verdicts, kept
):
    recipe = OpenMathReasoning(tasks=("product",), problems=1, samples=1)
    problem = next(recipe.attempts()).problem
    program = "```python\nprint({a} * {b})\n```\n".format(**problem.metadata)
    says = [*[program] * programs, f"<<<{problem.answer}>>>", *verdicts]
    tried, _ = make(recipe, student, tmp_path / "o", model=Replay(says))
    assert [t.verdict for t in tried] == [kept]
