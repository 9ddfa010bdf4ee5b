"""Every reasoner solves a scripted solvable problem and leaves a record that can be trained on."""

import asyncio
import contextlib
import time

import pytest

from reckon import registry
from reckon.dialects import DIALECTS
from reckon.models.replay import Replay
from reckon.rollout import Limits, Setup, solve
from reckon.testing import InlineSession, open_inline_session
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


BUDGETS = [
    *({"tokens": tokens} for tokens in range(12, 600, 14)),
    *({"runs": runs} for runs in (1, 2, 3, 5, 9)),
]
SEVERAL = ("Csv(samples=3)", "Cogex(programs=('f()', 'g()'))", "SelfEstimate(margin=-20)")


@pytest.mark.parametrize("name", [*registry.names("reasoners"), *SEVERAL])
def test_a_spent_budget_ends_it_with_what_was_found_by_then(name):
    async def find(_):
        return model

    model, reasoner = Replay(solver(DIALECTS["r1_ci"])), registry.build("reasoners", name)
    for budget in BUDGETS:
        setup = Setup(model, open_inline_session, models=find, limits=Limits(**budget))
        tree = asyncio.run(solve(reasoner, PROBLEM, setup))
        total = tree[0].tree
        assert not tree[0].void
        assert total.tokens_out <= setup.limits.tokens
        assert total.runs <= setup.limits.runs
        assert keeps_what_was_found(name, tree), (budget, tree[0].answer)


def keeps_what_was_found(name, tree):
    """Whether the root has an answer if any line of thought had; what cannot be clustered has none."""
    found = [t.answer.text for t in tree if t.answer is not None and t.answer.text is not None]
    # What a side question marks as its answer may be a verdict.
    found += [s.text for t in tree if t.relation != "side" for s in t.segments if s.kind == "answer"]
    given = tree[0].answer is not None and tree[0].answer.text is not None
    return given == bool(found) or (name == "uncertainty" and not given)


@pytest.mark.parametrize("name", [*registry.names("reasoners"), *SEVERAL])
def test_time_that_is_over_ends_it_with_what_was_found_by_then(name, monkeypatch):
    """The clock stands until some sample is asked for; when it is written, an hour has passed."""

    async def find(_):
        return model

    def say(context):
        samples.append(context)
        return write(context)

    samples: list[str] = []
    write, model = solver(DIALECTS["r1_ci"]), Replay(say)
    began = time.monotonic()
    monkeypatch.setattr("reckon.rollout.time.monotonic", lambda: began + 3600.0 * (len(samples) >= last))
    for last in range(1, 24):
        samples.clear()
        setup = Setup(model, open_inline_session, models=find)
        tree = asyncio.run(solve(registry.build("reasoners", name), PROBLEM, setup))
        assert not tree[0].void
        assert len(samples) <= last + (name == "fire_sampling")  # its hot token is asked for apart
        assert keeps_what_was_found(name, tree), (last, tree[0].answer)


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_one_that_is_cancelled_leaves_no_session_open(name):
    opened: list[InlineSession] = []

    class Watched(InlineSession):
        def __init__(self, variables=None):
            super().__init__(variables)
            opened.append(self)

        async def fork(self):
            return Watched(dict((await super().fork()).variables))

    async def open_session():
        return Watched()

    async def find(_):
        return model

    async def go():
        nonlocal model
        stuck = asyncio.Event()

        class Stuck(Replay):
            count = 0

            async def sample(self, context, sampling, on_text=None):
                Stuck.count += 1
                if Stuck.count > 2:
                    stuck.set()
                    await asyncio.Event().wait()
                return await super().sample(context, sampling, on_text)

        model = Stuck(solver(DIALECTS["r1_ci"]))
        setup = Setup(model, open_session, models=find)
        work = asyncio.create_task(solve(registry.build("reasoners", name), PROBLEM, setup))
        arrived = asyncio.create_task(stuck.wait())
        await asyncio.wait({work, arrived}, return_when=asyncio.FIRST_COMPLETED)
        work.cancel()
        arrived.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
        return asyncio.all_tasks() - {asyncio.current_task(), arrived}

    model = None
    left = asyncio.run(go())
    assert all(session.closed for session in opened)
    assert not left


@pytest.mark.parametrize("name", registry.names("reasoners"))
def test_whatever_is_asked_of_a_model_or_run_is_in_the_record(name):
    class Counting(Replay):
        asked = 0

        async def sample(self, context, sampling, on_text=None):
            Counting.asked += 1
            return await super().sample(context, sampling, on_text)

    class Ran(InlineSession):
        count = 0

        async def run(self, code, **how):
            Ran.count += 1
            return await super().run(code, **how)

        async def fork(self):
            return Ran(dict((await super().fork()).variables))

    async def open_session():
        return Ran()

    async def find(_):
        return model

    model = Counting(solver(DIALECTS["r1_ci"]))
    setup = Setup(model, open_session, models=find)
    tree = asyncio.run(solve(registry.build("reasoners", name), PROBLEM, setup))
    # A fork shares the segments before it: they are its parent's.
    own = [t.segments[t.shared :] for t in tree]
    assert sum(t.cost.samples for t in tree) == tree[0].tree.samples
    assert len([1 for one in own for s in one if s.kind == "end"]) <= Counting.asked
    # The hot first token of FIRE and the rest of its sample are asked for apart.
    assert tree[0].tree.samples == Counting.asked - (5 if name == "fire_sampling" else 0)
    assert sum(s.execution is not None for one in own for s in one) == Ran.count == tree[0].tree.runs
