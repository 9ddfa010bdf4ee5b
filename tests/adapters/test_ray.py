"""Interpreters on a local Ray cluster of two nodes: sessions on both, and one node killed in the middle.

An optional group: pip install 'reckon[ray]'. The cluster is of this machine; its two nodes are two sets of
Ray's own processes.
"""

import asyncio
import os
import signal
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

ray = pytest.importorskip("ray", reason="interpreters on Ray nodes need the extra 'ray'")

from ray.cluster_utils import Cluster  # noqa: E402

from reckon.adapters.ray import RayInterpreters  # noqa: E402
from reckon.errors import SessionLost, UsageError  # noqa: E402
from reckon.interpreter import AsyncInterpreter  # noqa: E402
from reckon.interpreter.check import Call  # noqa: E402
from reckon.models.replay import Replay  # noqa: E402
from reckon.rollout import Setup  # noqa: E402
from reckon.tasks import draw, find  # noqa: E402
from reckon.training.collect import collect  # noqa: E402
from reckon.values import Answer  # noqa: E402

SMALL = partial(AsyncInterpreter, preload=(), concurrency=4)


@pytest.fixture
def cluster():
    """Two nodes of one CPU each; the first is the head."""
    cluster = Cluster()
    try:
        cluster.add_node(num_cpus=1, include_dashboard=False, object_store_memory=80_000_000)
        cluster.add_node(num_cpus=1, object_store_memory=80_000_000, resources={"programs": 1})
        ray.init(address=cluster.address, log_to_driver=False, logging_level="ERROR")
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


@dataclass(frozen=True)
class Sleeper:
    """A reasoner of one slow program."""

    seconds: float

    async def solve(self, problem, rollout):
        await rollout.prompt(problem.question)
        run = await rollout.run(f"import time; time.sleep({self.seconds}); {problem.answer}")
        return Answer(run.value)


def test_sessions_on_two_nodes_and_one_node_killed(cluster):
    async def main():
        async with RayInterpreters(SMALL) as interpreters:
            assert len(interpreters.nodes) == 2
            assert interpreters.concurrency == 8
            await sessions_keep_and_fork(interpreters)
            verdict = await interpreters.check("def f(x): return x + 1", [Call("f", (1,), expected=2)])
            assert verdict.passed
            return await killed_in_the_middle(interpreters, cluster)

    groups, opened = asyncio.run(main())
    assert [len(group) for group in groups] == [2, 2, 2]
    assert all(t.grade.right and not t.void for group in groups for t in group)
    assert 6 < opened <= 12


async def sessions_keep_and_fork(interpreters):
    sessions = [await interpreters.open() for _ in range(4)]
    places = [(await session.run("import os; print(os.getcwd())")).stdout for session in sessions]
    bases = [Path(place).parts[:3] for place in places]
    assert sorted(bases.count(base) for base in bases) == [2, 2, 2, 2], "two sessions on each node"
    await sessions[0].run("x = 41")
    fork = await sessions[0].fork()
    await fork.run("x += 1")
    assert [(await s.run("x")).value for s in (fork, sessions[0])] == ["42", "41"]
    for session in (fork, *sessions):
        await session.close()


async def killed_in_the_middle(interpreters, cluster):
    """Rollouts while a node is killed: its own are lost and drawn again, the others never hear of it."""
    opened = lost = 0

    async def open_session():
        nonlocal opened
        opened += 1
        return await interpreters.open()

    both = [await interpreters.open() for _ in range(2)]
    task = find("product")
    problems = [(task, draw(task, 0, index, 0.0)) for index in range(3)]
    setup = Setup(Replay([]), open_session)
    collecting = asyncio.create_task(collect(problems, Sleeper(3.0), setup, rollouts=2, seed=0))
    await asyncio.sleep(1.5)
    await asyncio.to_thread(kill, cluster, cluster.list_all_nodes()[1])
    groups = await collecting
    for session in both:
        try:
            await session.run("1")
        except SessionLost:
            lost += 1
    assert lost == 1
    return groups, opened


def kill(cluster, node):
    """A node's processes end together, as they do where a machine is switched off."""
    raylet = node.all_processes["raylet"][0].process.pid
    workers = Path(f"/proc/{raylet}/task/{raylet}/children").read_text().split()
    for pid in map(int, workers):
        os.kill(pid, signal.SIGKILL)
    cluster.remove_node(node, False)


def test_a_cluster_is_wanted():
    async def main():
        async with RayInterpreters():
            pass

    with pytest.raises(UsageError, match=r"ray\.init"):
        asyncio.run(main())


def test_only_marked_nodes(cluster):
    async def main(**wanted):
        async with RayInterpreters(SMALL, **wanted) as interpreters:
            return len(interpreters.nodes)

    assert asyncio.run(main(resource="programs")) == 1
    with pytest.raises(UsageError, match="no node of the Ray cluster has an interpreter: wanted"):
        asyncio.run(main(resource="nowhere"))
    with pytest.raises(UsageError, match="require"):
        asyncio.run(refused())


async def refused():
    async with RayInterpreters(partial(AsyncInterpreter, require="very")):
        pass
