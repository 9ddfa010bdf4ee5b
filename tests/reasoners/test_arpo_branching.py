"""ARPO's rollouts: where a line branches, what a branch shares, what is left of the budget."""

import asyncio
import random
from dataclasses import replace

import pytest

from reckon.dialects import R1_CI
from reckon.errors import BudgetSpent, UsageError
from reckon.models.replay import Replay
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.search.arpo_branching import ArpoBranching
from reckon.reasoners.self_consistency import SelfConsistency
from reckon.rollout import Limits, Rollout, Setup, solve
from reckon.testing import InlineSession, open_inline_session
from reckon.values import Problem

PROBLEM = Problem("p/0/0", "p", "How long is the list?", "2")
FIRST = R1_CI.write_code("x = [1]\nprint('made')")
SECOND = R1_CI.write_code("x.append(1)\nprint('length', len(x))")


class Doubting(Replay):
    """A model that is sure of its first words, and after an output as sure as `later` says."""

    def __init__(self, later):
        super().__init__(self._next)
        self.later = later

    def _next(self, context):
        if "No more programs" in context:
            if "length" not in context:
                raise BudgetSpent("the context fills the model's window")
            return "2>>>"
        if "length" in context.rpartition("Results:")[2]:
            return "<<<2>>>"
        return SECOND if "made\n" in context else FIRST

    async def sample(self, context, sampling, on_text=None):
        sample = await super().sample(context, sampling, on_text)
        logp = self.later if any(segment.execution for segment in context) else -1.0
        return replace(sample, logprobs=(logp,) * len(sample.ids))


def branched(later, *, sessions=None, limits=None, **options):
    async def open_session():
        session = await open_inline_session()
        if sessions is not None:
            sessions.append(session)
        return session

    model = Doubting(later)
    setup = Setup(model, open_session, limits=limits or Limits())
    reasoner = ArpoBranching(**{"roots": 1, "leaves": 2, "weight": 1e6, **options})
    tree = asyncio.run(solve(reasoner, PROBLEM, setup, seed=3))
    for trajectory in tree:
        trajectory.check(model.decode)
    return tree


def test_a_line_branches_where_it_is_less_sure_than_at_first():
    root, branch = branched(-5.0)
    assert (branch.relation, branch.parent) == ("fork", root.id)
    assert branch.segments[: branch.shared] == root.segments[: branch.shared]
    assert branch.segments[branch.shared - 1].execution is not None
    assert len(branch.segments[: branch.shared]) < len(branch.segments)
    assert [e.stdout for e in branch.executions] == ["made\n", "length 2\n"]
    assert branch.answer.text == root.answer.text == "2"


def test_what_branches_share_runs_once_and_state_is_of_each():
    """Two lines append to the list that their common program made, and both find two in it."""
    sessions = []
    tree = branched(-5.0, sessions=sessions)
    assert len(sessions) == 1
    assert [t.executions[-1].stdout for t in tree] == ["length 2\n", "length 2\n"]
    assert sum(t.cost.runs for t in tree) == 3


def test_a_line_that_stays_sure_does_not_branch_and_the_rest_begins_anew():
    sessions = []
    root, anew = branched(-0.1, sessions=sessions)
    assert (anew.relation, anew.shared) == ("fork", 0)
    assert len(sessions) == 2
    assert anew.cost.runs == root.cost.runs == 2
    assert anew.answer.text == "2"


def test_the_budget_of_leaves_is_used_up_and_never_passed():
    for roots, leaves, beam in ((1, 1, 2), (1, 7, 2), (2, 5, 3), (3, 3, 2)):
        for later in (-5.0, -0.1):
            assert len(branched(later, roots=roots, leaves=leaves, beam=beam)) == leaves
    one, other = branched(-5.0, leaves=3, beam=3)[1:]
    assert one.shared == other.shared > 0
    assert one.parent == other.parent


def test_chance_decides_half_of_the_cases_where_nothing_changed():
    """weight 0: u <= 0.5, of the rollout's seed alone."""

    def forked(seed):
        setup = Setup(Doubting(-1.0), open_inline_session)
        reasoner = ArpoBranching(roots=1, leaves=2, weight=0.0)
        return [t.shared for t in asyncio.run(solve(reasoner, PROBLEM, setup, seed=seed))]

    found = [forked(seed) for seed in range(20)]
    assert found == [forked(seed) for seed in range(20)]
    assert 2 <= sum(shared[1] == 0 for shared in found) <= 18


def test_a_line_without_budget_ends_alone():
    tree = branched(-5.0, limits=Limits(runs=2))
    assert [t.answer.text for t in tree].count(None) == 1
    assert sum(t.notes.get("budget_spent", 0) for t in tree) == 1


def test_only_a_single_line_can_be_retraced():
    with pytest.raises(UsageError, match=r"rollout\.fork"):
        branched(-5.0, inner=SelfConsistency(inner=CodeInterpreter(), n=2))
    with pytest.raises(UsageError, match="at least its roots"):
        ArpoBranching(roots=3, leaves=2)


def test_a_fork_keeps_no_more_than_its_session_stands_for():
    async def main():
        async with Rollout(PROBLEM, Setup(Replay(["hm", "well"]), open_inline_session)) as rollout:
            await rollout.prompt("go")
            await rollout.run("x = 1")
            before = len(rollout.segments)
            await rollout.write()
            fork = await rollout.fork(keep=before)
            assert fork.segments == rollout.segments[:before]
            assert (await fork.run("print(x)")).stdout == "1\n"
            with pytest.raises(UsageError, match="a program ran after"):
                await rollout.fork(keep=1)
            anew = await rollout.fork(keep=0)
            assert anew.segments == ()
            assert (await anew.run("print(x)")).error.type == "NameError"

    asyncio.run(main())


def test_a_fault_of_ours_voids_the_tree():
    class Broken(InlineSession):
        async def run(self, code, **how):
            return replace(await super().run(code, **how), status="infrastructure", note="gone")

    async def open_broken():
        return Broken()

    tree = asyncio.run(solve(ArpoBranching(roots=2, leaves=3), PROBLEM, Setup(Doubting(-5.0), open_broken)))
    assert all(t.void for t in tree)


def test_a_tree_with_a_branch_to_each_root_repeats_itself():
    """Whoever is quicker: the sessions take different times in each run."""
    delays = random.Random(0)

    class Delayed(InlineSession):
        async def run(self, code, **how):
            await asyncio.sleep(delays.random() / 50)
            return await super().run(code, **how)

        async def fork(self):
            return Delayed((await super().fork()).variables)

    async def open_delayed():
        return Delayed()

    def told():
        setup = Setup(Doubting(-1.0), open_delayed)
        tree = asyncio.run(solve(ArpoBranching(roots=3, leaves=6), PROBLEM, setup, seed=7))
        return sorted((t.parent or "", t.shared, t.text) for t in tree)

    first = told()
    assert any(shared for _, shared, _ in first)
    assert all(told() == first for _ in range(3))
