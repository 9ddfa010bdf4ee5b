"""A policy at play: its rollouts for training and for evaluation, over all processes."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.dialects import Dialect
from reckon.protocols import Model, Reasoner, Sampling, Task
from reckon.rollout import Limits, Setup
from reckon.training.collect import collect
from reckon.training.processes import Processes
from reckon.values import Problem, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter


@dataclass(frozen=True)
class Player:
    """decoder: samples from the policy's weights.  budget: tokens of a rollout."""

    decoder: Model
    reasoner: Reasoner
    dialect: Dialect
    budget: int
    processes: Processes

    def setup(self, interpreter: "AsyncInterpreter", temperature: float) -> Setup:
        """What all rollouts share."""
        return Setup(
            model=self.decoder,
            open_session=interpreter.open,
            run_language=interpreter.run,
            dialect=self.dialect,
            limits=Limits(tokens=self.budget),
            sampling=Sampling(max_tokens=self.budget, temperature=temperature),
        )

    async def roll(
        self,
        interpreter: "AsyncInterpreter",
        problems: Sequence[tuple[Task, Problem]],
        temperature: float,
        *,
        rollouts: int,
        seed: int,
    ) -> list[list[Trajectory]]:
        """The graded rollouts of each problem, of which this process makes its share."""
        setup = self.setup(interpreter, temperature)
        mine = problems[self.processes.rank :: self.processes.count]
        share = await collect(mine, self.reasoner, setup, rollouts=rollouts, seed=seed, court=interpreter)
        return self.processes.gathered(share)

    async def accuracy(
        self, interpreter: "AsyncInterpreter", problems: Sequence[tuple[Task, Problem]], temperature: float
    ) -> dict[str, float]:
        """Mean grade of one rollout of each problem, greedy and at `temperature`; the seconds it took."""
        begun, found = time.perf_counter(), {}
        for name, heat in (("greedy", 0.0), ("sampled", temperature)):
            rolled = await self.roll(interpreter, problems, heat, rollouts=1, seed=-1)
            grades = [group[0].grade.score for group in rolled if group and group[0].grade is not None]
            found[f"{name}_accuracy"] = sum(grades) / max(1, len(grades))
        return {**found, "evaluate_s": time.perf_counter() - begun}
