"""EG-CFG: each line is decoded under the guidance of what its continuations did when they ran."""

import asyncio

import pytest

from reckon.errors import UsageError
from reckon.models.replay import Replay
from reckon.models.tiny import Tiny
from reckon.reasoners.material.steps import parsing
from reckon.reasoners.search.eg_cfg import EgCfg
from reckon.rollout import Setup, solve
from reckon.testing import open_inline_session
from reckon.values import Problem

TESTED = Problem("t/0/0", "t", "Write double(n).\nassert double(5) == 10", None)
LINES = ["def double(n):\n", "    m = n\n", "    return m + n\n", "```\n"]


class Logits(Replay):
    """A model that writes the right line where it is guided, and n * n where it is not."""

    def __init__(self):
        super().__init__(self.say)
        self.guides, self.gammas = [], []

    def say(self, context):
        written = context.rpartition("```python\n")[2]
        if written.count("\n") == 0:
            return "def double(n):\n    return n * n\n```\n"
        return "    return n * n\n```\n" if "return" not in written else "```\n"

    async def sample_guided(self, context, guide, gamma, sampling):
        text = "".join(segment.text for segment in guide)
        self.guides.append(text)
        self.gammas.append(gamma)
        written = text.rpartition("```python\n")[2]
        line = LINES[written.count("\n")] if gamma < 2 else "    return n * n\n"
        return await Replay([line]).sample(context, sampling)


def run(reasoner, model, problem=TESTED):
    return asyncio.run(solve(reasoner, problem, Setup(model, open_inline_session)))


def test_every_line_is_guided_by_the_steps_of_its_continuations():
    model = Logits()
    tree = run(EgCfg(gammas=(1.5,)), model)
    assert "return m + n" in tree[0].answer.text
    assert "m + n" not in model.guides[0]
    first = model.guides[0]
    assert "Ways to go on" in first
    assert "def double(n):\n    return n * n" in first
    assert "Its steps:\n[BLOCK-" in first
    assert "n=5" in first.replace(" ", "")
    # The next line's continuations begin with what is written by then.
    assert "def double(n):\n    return n * n\nIts steps" in model.guides[1]
    assert "Ways to go on" not in "".join(s.text for t in tree for s in t.segments)


def test_strengths_are_tried_until_a_program_passes():
    model = Logits()
    tree = run(EgCfg(gammas=(3.0, 1.0, 0.5), lines=6), model)
    # After its first line no continuation runs at 3.0, and what nothing guides is written plainly.
    assert model.gammas == [3.0, *[1.0] * 4]
    assert "m + n" in tree[0].answer.text


def test_gamma_0_is_the_plain_model():
    model = Logits()
    tree = run(EgCfg(gammas=(0.0,)), model)
    assert not model.guides
    assert "n * n" in tree[0].answer.text


def test_a_model_without_logits_writes_without_guidance():
    tree = run(EgCfg(), Replay(["```python\ndef double(n):\n    return n + n\n```\n"]))
    assert "n + n" in tree[0].answer.text
    assert tree[0].notes == {"unguided": 1}
    with pytest.raises(UsageError, match=r"EgCfg\.gammas"):
        EgCfg(gammas=())


def test_the_shipped_model_can_be_guided():
    problem = Problem("p/0/0", "p", "What is 48213 * 7719?", "372156147")
    tree = run(EgCfg(gammas=(0.5,), candidates=1, horizon=32, lines=6), Tiny(), problem)
    assert not tree[0].void
    assert "unguided" not in tree[0].notes
    assert sum(t.cost.samples for t in tree) >= 2
    for trajectory in tree:
        trajectory.check(Tiny().decode)


def test_what_does_not_parse_is_cut():
    assert parsing("def f(n):\n    return n +") == "def f(n):\n    pass"
    assert parsing("x = 1\ny = (") == "x = 1"
    assert parsing("for n in (1, 2):\n    if n:") == "for n in (1, 2):\n    if n:\n        pass"
    assert parsing("((") == ""
