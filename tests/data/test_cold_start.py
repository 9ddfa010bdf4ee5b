"""The teacher's trajectories: right, token-exact, and of every style."""

import asyncio
import random

import pytest

from reckon.data.cold_start import ColdStart
from reckon.data.teacher import Tokenization, script
from reckon.dialects import DIALECTS, R1_CI
from reckon.errors import UsageError
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.template import load_template
from reckon.tasks import draw, families
from reckon.testing import InlineSession, open_inline_session
from reckon.training.vocabulary import write_tokenizer
from reckon.values import Execution


@pytest.fixture(scope="module")
def student(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tokenizer")
    write_tokenizer(folder, [], 264)
    return Tokenization(load_template(folder), FolderTokens(folder), R1_CI)


def generate(student, **fields):
    async def go():
        return [t async for t in ColdStart(**fields).generate(student, open_inline_session)]

    return asyncio.run(go())


def test_trajectories_are_right_exact_and_reproducible(student):
    made = generate(student, problems=60, seed=3)
    assert len(made) == 60
    assert len({t.problem.task for t in made}) == len(families("elementary"))
    for trajectory in made:
        trajectory.check(student.tokens.decode)
        assert trajectory.grade.right
        if trajectory.executions:
            assert trajectory.executions[-1].output == trajectory.answer.text
    again = generate(student, problems=60, seed=3)
    assert [t.ids for t in again] == [t.ids for t in made]


def test_a_repair_meets_its_error_and_a_forgotten_print_its_silence(student):
    repaired = generate(student, problems=20, styles={"repair": 1.0}, chat=0.0)
    assert all(t.executions[0].status == "error" and t.executions[-1].ok for t in repaired)
    forgot = generate(student, problems=30, styles={"forgot_print": 1.0})
    silent = [t for t in forgot if len(t.executions) == 2]
    assert len(silent) > 10
    assert all(not t.executions[0].output and t.executions[1].output for t in silent)


def test_chat_trajectories_end_each_turn(student):
    (made,) = generate(student, problems=1, styles={"code": 1.0}, chat=1.0)
    kinds = [s.kind for s in made.segments]
    assert kinds == ["prompt", "text", "code", "text", "end", "output", "answer", "end"]


def test_text_trajectories_run_nothing(student):
    for trajectory in generate(student, problems=20, styles={"text": 1.0}):
        assert trajectory.executions == ()


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
def test_scripts_are_in_the_dialect(dialect):
    family = families("elementary")[0]
    problem = draw(family, 0, 0)
    turns = script(problem, family.program(problem), "Plan.", "code", dialect, random.Random(0))
    assert [s.kind for s in dialect.spans(turns[0]) if s.kind != "text"] == ["code"]
    assert [s.body for s in dialect.spans(turns[1])] == [problem.answer]


def test_an_interpreter_that_never_works_is_told(student):
    class Broken(InlineSession):
        async def run(self, code, *, timeout_s=None):
            return Execution("crashed")

    async def broken():
        return Broken()

    async def go():
        return [t async for t in ColdStart(problems=1, styles={"code": 1.0}).generate(student, broken)]

    with pytest.raises(UsageError, match="all wrong"):
        asyncio.run(go())


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"problems": 0}, "problems, a whole number above 0"),
        ({"problems": "x"}, "problems, a whole number above 0"),
        ({"chat": 7}, "chat, a share"),
        ({"tasks": "product"}, "tasks as in"),
        ({"tasks": (3,)}, "tasks as in"),
        ({"styles": {}}, "styles, shares of"),
        ({"styles": {"cod": 1.0}}, "styles, shares of"),
        ({"styles": {"code": -1.0}}, "styles, shares of"),
        ({"styles": {"code": 0.0}}, "styles, shares of"),
    ],
)
def test_bad_configuration_is_refused(changes, says):
    with pytest.raises(UsageError, match=says):
        ColdStart(**{"problems": 1, **changes})
