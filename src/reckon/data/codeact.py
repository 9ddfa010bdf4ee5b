"""Executable Code Actions Elicit Better LLM Agents, Wang et al., 2024, arXiv 2402.01030, section 3.1, the
trajectories of CodeActInstruct.
System: CodeAct / CodeActAgent, its data.

A teacher acts by programs over several turns. Kept is what is right and mended an error of its own on the
way, so that the student learns to improve by what it observes; trajectories without one would teach it less.
Differs from the paper: its tasks are ours, and no tools are bound but Python itself.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reckon.data.material.retelling import Unusable
from reckon.data.material.synthesis import Attempt, Quota, Workplace, learned, spread
from reckon.errors import UsageError
from reckon.reasoners.loops.codeact import CodeAct as Acting
from reckon.values import Trajectory


@dataclass(frozen=True)
class CodeAct:
    """per_task: 0 keeps all that is right and recovered from an error."""

    tasks: tuple[str, ...] = ("elementary",)
    problems: int = 100
    samples: int = 4
    per_task: int = 0
    max_calls: int = 10
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.max_calls) < 1:
            raise UsageError("CodeAct wants problems, samples and max_calls of 1 or more")

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        told = (await learned(Acting(), attempt, place, self.max_calls))[1]
        runs = told.executions
        if not runs or not runs[-1].ok or all(run.ok for run in runs):
            raise Unusable("no error recovered from")
        return told
