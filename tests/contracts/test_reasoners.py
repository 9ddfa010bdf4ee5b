"""Every reasoner solves a scripted solvable problem and leaves a record that can be trained on."""

import asyncio

import pytest

from reckon import registry
from reckon.dialects import DIALECTS
from reckon.models.replay import Replay
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


def solver(dialect):
    """A function of the context that writes the right program, reads its output and answers."""

    def say(context):
        if "You guide another model" in context:
            return "<<<Return Answer>>>" if "The model's reply" in context else "<<<Code>>>"
        if "Do not write code" in context:
            return dialect.write_answer("42")
        if dialect.output.open.strip() + "\n42" in context:
            return dialect.write_answer("42")
        return "I compute.\n" + dialect.write_code("print(6 * 7)")

    return say


@pytest.mark.parametrize("dialect", DIALECTS.values(), ids=lambda d: d.name)
@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_a_solvable_problem_is_solved_and_recorded(name, dialect):
    async def find(name):
        return model

    model = Replay(solver(dialect))
    setup = Setup(model, open_inline_session, dialect, models=find)
    tree = asyncio.run(solve(registry.build("reasoners", name), PROBLEM, setup))
    assert tree[0].answer.text == "42"
    assert any(segment.sampled for trajectory in tree for segment in trajectory.segments)
    assert sum(t.cost.samples for t in tree) >= 1
    for trajectory in tree:
        trajectory.check(model.decode)


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_a_model_that_says_nothing_useful_ends_without_an_answer(name):
    async def find(name):
        return setup.model

    setup = Setup(Replay(lambda _: "Hm."), open_inline_session, models=find)
    tree = asyncio.run(solve(registry.build("reasoners", name), PROBLEM, setup))
    assert tree[0].answer.text is None
    assert tree[0].answer.reason
    assert not tree[0].void


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_a_reasoner_is_one_short_file_that_names_its_paper(name):
    import inspect

    module = inspect.getmodule(registry.find("reasoners", name))
    source = inspect.getsource(module)
    assert source.count("\n") <= 110
    assert "20" in (module.__doc__ or "")
    assert "reckon.interpreter" not in source
    assert "reckon.models" not in source
