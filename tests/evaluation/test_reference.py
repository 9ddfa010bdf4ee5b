"""The reference programs, played as a model."""

import asyncio

import pytest

from reckon.dialects import DIALECTS
from reckon.errors import UsageError
from reckon.evaluation.reference import NAME, Reference
from reckon.evaluation.run import Run, evaluate, jobs
from reckon.models import open_model
from reckon.rollout import Setup
from reckon.testing import open_inline_session


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=DIALECTS)
def test_programs_reach_the_gold_in_every_dialect(tmp_path, dialect):
    run = Run(("product", "word_sort", "game_24"), ("code_interpreter",), (NAME,), str(tmp_path), n=4)
    model = Reference(((job.task, job.problem) for job in jobs(run)), dialect)
    done = asyncio.run(evaluate(run, Setup(model, open_inline_session, dialect=dialect)))
    assert [t.grade.score for t in done] == [1.0] * 12
    assert all(len(t.executions) == 1 for t in done)
    for trajectory in done:
        trajectory.check()


def test_tasks_without_a_program_are_left_out(tmp_path):
    run = Run(("product", "bbh:snarks"), ("text",), (NAME,), str(tmp_path), n=2)
    assert {job.task.name for job in jobs(run)} == {"product"}


def test_it_is_no_model_of_other_commands():
    with pytest.raises(UsageError, match="reckon eval"):
        open_model(NAME)
