"""The first stage: groups of rollouts of the same problems, graded, by the reasoner that will be used later.

All rollouts of a step run at once and their programs beside them: a slow program holds up nobody. A rollout
that a fault of ours voids is drawn again under another seed, and left out at last: it is never a reward.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from reckon.errors import InfrastructureError
from reckon.protocols import Model, Reasoner, Task
from reckon.reasoners.material.together import together
from reckon.rollout import Setup, solve
from reckon.tasks.graders.judging import graded
from reckon.training.leads import Lead, Led
from reckon.training.live_policy import Heard, LivePolicy
from reckon.training.temperatures import Temperatures, Tempered
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
    roll = Rolling(reasoner, setup, court=court)
    return await together(roll.group(*each, rollouts=rollouts, seed=seed) for each in problems)


class Rolling:
    """How the groups of a run are rolled out.

    lead: what of an earlier rollout a problem's rollouts begin with, if anything.  temperatures: of text and
    programs, instead of what is asked for.
    """

    def __init__(
        self,
        reasoner: Reasoner,
        setup: Setup,
        *,
        court: "AsyncInterpreter | None" = None,
        lead: Callable[[Problem], Lead | None] = lambda _: None,
        temperatures: Temperatures | None = None,
    ) -> None:
        self._reasoner, self._setup, self._court = reasoner, setup, court
        self._lead, self._temperatures = lead, temperatures

    async def group(
        self, task: Task, problem: Problem, *, rollouts: int, seed: int, queued: Sequence[Trajectory] = ()
    ) -> list[Trajectory]:
        """The graded rollouts of one problem, all at once. queued: of earlier steps, which spare as many."""
        lead = self._lead(problem)
        trees = await together(
            self._tree(task, problem, lead, (seed, number)) for number in range(rollouts - len(queued))
        )
        fresh = [trajectory for tree in trees for trajectory in tree]
        return fresh + [replace(t, notes={**t.notes, "queued": 1}) for t in queued]

    async def _tree(
        self, task: Task, problem: Problem, lead: Lead | None, number: tuple[int, int]
    ) -> list[Trajectory]:
        """One rollout with its forks; nothing where faults of ours voided every try."""
        for attempt in range(TRIES):
            tree, heard = await self._solved(problem, lead, _seed(*number, attempt))
            try:
                grades = [await graded(task, problem, t.answer or Answer(None), self._court) for t in tree]
            except InfrastructureError:
                continue
            if not tree[0].void:
                pairs = zip(tree, grades, strict=True)
                kept = [replace(t, grade=grade) for t, grade in pairs if t.relation != "side"]
                return [_noted(lead.told(t) if lead else t, heard) for t in kept]
        return []

    async def _solved(
        self, problem: Problem, lead: Lead | None, seed: int
    ) -> tuple[tuple[Trajectory, ...], Heard | None]:
        model: Model = self._setup.model
        heard = Heard(model) if isinstance(model, LivePolicy) else None
        model = heard or model
        if self._temperatures is not None:
            model = Tempered(model, self._temperatures, self._setup.dialect)
        if lead is not None:
            model = Led(model, lead)
        setup = replace(self._setup, model=model)
        return await solve(self._reasoner, problem, setup, seed=seed), heard


def _noted(trajectory: Trajectory, heard: Heard | None) -> Trajectory:
    """The record with the versions of the policy between which it was sampled."""
    if heard is None or not heard.versions:
        return trajectory
    versions = {"policy_from": min(heard.versions), "policy_to": max(heard.versions)}
    return replace(trajectory, notes={**trajectory.notes, **versions})


def _seed(seed: int, number: int, attempt: int) -> int:
    return (seed * TRIES + attempt) * 1_000_003 + number
