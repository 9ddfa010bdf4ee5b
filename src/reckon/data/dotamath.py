"""DotaMath: Decomposition of Thought with Code Assistance and Self-correction for Mathematical Reasoning, Li
et al., 2024, arXiv 2407.04078, section 2, the annotation of its data.
System: DotaMath, its data.

A teacher decomposes each problem, solves the subtasks in one program that prints what each came to, and
corrects the whole where it failed. Kept is what is right and is of that form: words before the program, at
least two results printed by the last. The evolved queries of the paper are not made here.
Differs from the paper: the prompts are our own (`reasoners/loops/dotamath.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reckon.data.material.retelling import Unusable
from reckon.data.material.synthesis import Attempt, Quota, Workplace, learned, spread
from reckon.errors import UsageError
from reckon.reasoners.loops.dotamath import DotaMath as Decomposing
from reckon.values import Trajectory

RESULTS = 2


@dataclass(frozen=True)
class DotaMath:
    """programs: the first and its corrections.  per_task: 0 keeps all that is right and of the form."""

    tasks: tuple[str, ...] = ("elementary",)
    problems: int = 100
    samples: int = 2
    programs: int = 3
    per_task: int = 0
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.programs) < 1:
            raise UsageError("DotaMath wants problems, samples and programs of 1 or more")

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        _, told = await learned(Decomposing(programs=self.programs), attempt, place, self.programs)
        first = next((s for s in told.segments if s.sampled), None)
        if not told.executions or first is None or first.kind != "text":
            raise Unusable("no decomposition before a program")
        printed = told.executions[-1].stdout.split("\n")
        if sum(bool(line.strip()) for line in printed) < RESULTS:
            raise Unusable("no results of subtasks printed")
        return told
