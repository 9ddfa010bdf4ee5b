"""What is wrong with a file of trajectories is found, and what is right is left in peace."""

import asyncio
from dataclasses import replace

import pytest

from reckon.data.material.checking import check, leak
from reckon.data.r1_ci import R1Ci
from reckon.dialects import R1_CI, RETOOL
from reckon.testing import open_inline_session
from reckon.values import Answer, Execution, Grade


@pytest.fixture(scope="module")
def kept(make, student, tmp_path_factory):
    recipe = R1Ci(tasks=("product", "weekday"), problems=6, per_task=5, plain=1.0)
    return make(recipe, student, tmp_path_factory.mktemp("made") / "o.jsonl")[1]


def looked(trajectories, student, dialect=R1_CI, open_session=None):
    return asyncio.run(check(trajectories, dialect, student=student, open_session=open_session))


def changed(trajectory, kind, **fields):
    """The trajectory with its first segment of this kind changed."""
    at = next(n for n, segment in enumerate(trajectory.segments) if segment.kind == kind)
    segments = list(trajectory.segments)
    segments[at] = replace(segments[at], **fields)
    return replace(trajectory, segments=tuple(segments))


def test_what_a_recipe_makes_has_no_defects(kept, student):
    found = looked(kept, student, open_session=open_inline_session)
    assert set(found.defects) <= {"the same programs twice"}
    assert found.trajectories == len(kept) == 10
    assert {task: counts.total() for task, counts in found.by_task.items()} == {"product": 5, "weekday": 5}
    assert 0 < found.learned < found.tokens
    assert found.rerun[0] == found.rerun[1] > 0


def test_ids_that_say_something_else_are_found(kept, student):
    coded = next(t for t in kept if t.executions)
    other = changed(coded, "code", text="```python\nprint(2)\n```\n")
    assert looked([other], student).defects["not token-exact"] == [coded.id]
    without = changed(coded, "code", ids=None)
    assert looked([without], student).defects["not token-exact"] == [coded.id]


def test_another_dialect_is_found(kept, student):
    coded = next(t for t in kept if t.executions)
    assert looked([coded], student, RETOOL).defects["malformed marks"] == [coded.id]


def test_twins_are_found(kept, student):
    assert looked([kept[0], kept[0]], student).defects["the same tokens twice"] == [kept[0].id]


def test_a_wrong_grade_is_found(kept, student):
    wrong = replace(kept[0], grade=Grade(0.0, "no"))
    assert looked([wrong], student).defects["graded wrong"] == [wrong.id]


def test_an_output_that_does_not_come_again_is_found(kept, student):
    coded = next(t for t in kept if t.executions)
    lied = changed(coded, "output", execution=Execution("ok", stdout="12345\n"))
    found = looked([lied], student, open_session=open_inline_session)
    assert found.defects["another output when run again"] == [coded.id]
    assert found.rerun[0] < found.rerun[1]


def test_an_answer_before_any_program_is_a_leak(kept):
    coded = next(t for t in kept if t.executions and t.problem.task == "product")
    answer = coded.problem.answer
    told = changed(coded, "text", text=f"It is {answer}, I think.")
    assert not leak(coded)
    assert leak(told)
    asked = replace(told, problem=replace(told.problem, question=f"Is it {answer}?"))
    assert not leak(asked)
    assert not leak(replace(told, answer=Answer("7")))
    in_code = changed(coded, "code", text=f"```python\nprint({answer})\n```\n")
    assert leak(in_code)
