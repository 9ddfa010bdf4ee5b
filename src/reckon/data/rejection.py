"""Rejection sampling: several tries at each problem, of which the right and different ones are kept.

Yuan et al., "Scaling Relationship on Learning Mathematical Reasoning with Large Language Models", 2023, arXiv
2308.01825 (rejection sampling fine-tuning); with a model's own samples as the teacher's it is one round of
self-training, as in CoRT (2506.09820) and MathCoder (2310.03731).
Differs from the papers: the answer decides, by the task's grader; what counts as different are the programs,
spaces and comments left out, or the words where there is no program.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reckon import registry
from reckon.data.material.synthesis import Attempt, Quota, Workplace, learned, spread
from reckon.errors import UsageError
from reckon.values import Trajectory


@dataclass(frozen=True)
class Rejection:
    """reasoner: by which the teacher solves, as on the command line.  per_task: 0 keeps all that is right."""

    reasoner: str = "code_interpreter"
    tasks: tuple[str, ...] = ("elementary",)
    problems: int = 100
    samples: int = 4
    per_task: int = 0
    max_calls: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.max_calls) < 1:
            raise UsageError("Rejection wants problems, samples and max_calls of 1 or more")
        registry.build("reasoners", self.reasoner)

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0, by_program=True)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        reasoner = registry.build("reasoners", self.reasoner)
        return (await learned(reasoner, attempt, place, self.max_calls))[1]
