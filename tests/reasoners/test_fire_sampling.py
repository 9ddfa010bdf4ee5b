"""The first token of a solution is hot, every later one is as usual."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.protocols import Sampling
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.pal import Pal
from reckon.reasoners.selection.fire_sampling import FireSampling
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "What is 6 * 7?", "42")


class Seeing(Replay):
    """Writes down how it is sampled."""

    def __init__(self, script, **fields):
        super().__init__(script, **fields)
        self.seen = []

    async def sample(self, context, sampling: Sampling, on_text=None):
        self.seen.append((sampling.temperature, sampling.max_tokens))
        return await super().sample(context, sampling, on_text)


def run(model, reasoner):
    return asyncio.run(solve(reasoner, PROBLEM, Setup(model, open_inline_session)))


def test_one_token_is_hot_and_joined_with_the_rest_to_one_sample():
    model = Seeing(lambda _: "A program.\n```python\nprint(42)\n```\n")
    tree = run(model, FireSampling(inner=Pal(temperature=0.5), n=2, hot=8.0))
    assert tree[0].answer.text == "42"
    assert model.seen == [(8.0, 1), (0.5, 1023)] * 2
    assert {t.cost.samples for t in tree[1:]} == {1}
    for trajectory in tree:
        trajectory.check(model.decode)


def test_later_samples_of_a_rollout_are_as_usual():
    def say(context):
        return "<<<42>>>" if "\n42" in context else "A program.\n```python\nprint(42)\n```\n"

    model = Seeing(say)
    done = run(model, FireSampling(inner=CodeInterpreter(temperature=0.5), n=1))[0]
    assert done.answer.text == "42"
    assert [temperature for temperature, _ in model.seen] == [4.0, 0.5, 0.5]


def test_a_model_that_cannot_go_on_is_refused():
    with pytest.raises(UsageError, match="go on in its own turn"):
        run(Replay(["x"], continues=False), FireSampling())


@pytest.mark.parametrize("fields", [{"n": 0}, {"hot": 0.0}, {"hot_top_p": 1.5}, {"hot": float("nan")}])
def test_bad_fields_are_refused(fields):
    with pytest.raises(UsageError, match="FireSampling"):
        FireSampling(**fields)
