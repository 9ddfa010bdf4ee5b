"""CoRT: Code-integrated Reasoning within Thinking, Li et al., 2025, arXiv 2506.09820, Hint-Engineering and
rejection fine-tuning.
System: CoRT (Hint-Engineering), its data.

A teacher thinks; hints are put into its turn, to use Python where it has thought for long without, and to
trust an output right after it. Kept is what is right and well-behaved: a program ran, the last one did not
fail, and no program does again what an earlier one did. The student learns the hints as its own words.
Differs from the paper: hints come by rule (`reasoners/loops/cort.py`), not by hand in 30 samples. Where the
teacher's server does not continue a turn there are no hints, and this is plain rejection sampling.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from reckon.data.material.retelling import Unusable, programs_of
from reckon.data.material.synthesis import Attempt, Quota, Workplace, learned, spread
from reckon.errors import UsageError
from reckon.reasoners.loops.cort import Cort as Hinting
from reckon.values import Trajectory


@dataclass(frozen=True)
class Cort:
    """think_tokens: thought without a program before the first hint.  per_task: 0 keeps all that is fit."""

    tasks: tuple[str, ...] = ("elementary",)
    problems: int = 100
    samples: int = 4
    think_tokens: int = 512
    per_task: int = 0
    max_calls: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.max_calls) < 1:
            raise UsageError("Cort wants problems, samples and max_calls of 1 or more")
        Hinting(self.think_tokens)

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0, by_program=True)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        reasoner = Hinting(think_tokens=self.think_tokens, max_calls=self.max_calls)
        _, told = await learned(reasoner, attempt, place, self.max_calls)
        programs = programs_of(told, place.student.dialect)
        if not programs or not told.executions[-1].ok:
            raise Unusable("no program that ran")
        if len(set(programs)) < len(programs):
            raise Unusable("a program run twice")
        return told
