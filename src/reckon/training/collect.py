"""The first stage: groups of rollouts of the same problems, graded, by the reasoner that will be used later.

All rollouts of a step run at once and their programs beside them: a slow program holds up nobody. A rollout
that a fault of ours voids is drawn again under another seed, and left out at last: it is never a reward.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reckon.errors import InfrastructureError
from reckon.protocols import Reasoner, Task
from reckon.rollout import Setup, solve
from reckon.tasks.graders.judging import graded
from reckon.values import Answer, Problem, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

TRIES = 3


async def collect(
    problems: Sequence[tuple[Task, Problem]],
    reasoner: Reasoner,
    setup: Setup,
    *,
    rollouts: int,
    seed: int,
    court: "AsyncInterpreter | None" = None,
) -> list[list[Trajectory]]:
    """`rollouts` graded trajectories of each problem; fewer where faults of ours voided them thrice.

    A reasoner that forks gives its whole tree, the root first. Sampling depends on (seed, problem, number).
    court: where answers that are programs are judged.
    """

    async def one(task: Task, problem: Problem, number: int) -> list[Trajectory]:
        for attempt in range(TRIES):
            tree = await solve(reasoner, problem, setup, seed=_seed(seed, number, attempt))
            try:
                grades = [await graded(task, problem, t.answer or Answer(None), court) for t in tree]
            except InfrastructureError:
                continue
            if not tree[0].void:
                pairs = zip(tree, grades, strict=True)
                return [replace(t, grade=grade) for t, grade in pairs if t.relation != "side"]
        return []

    async with asyncio.TaskGroup() as group:
        work = [
            [group.create_task(one(task, problem, number)) for number in range(rollouts)]
            for task, problem in problems
        ]
    return [[trajectory for task in row for trajectory in task.result()] for row in work]


def _seed(seed: int, number: int, attempt: int) -> int:
    return (seed * TRIES + attempt) * 1_000_003 + number
