"""CodeSteer's weights: the last turns of a trajectory count more than those before.

Chen et al., "CodeSteer: Symbolic-Augmented Language Models via Code/Text Guidance", 2025, arXiv 2502.04350,
section 4: the last two turns count twice, for many trajectories share their first turns and then differ, so
that their gradients cancel.
Differs from the paper: a turn is one sample of the model, up to the program it ends in or the answer.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class LastTurns:
    """turns: how many of the last ones.  weight: what a token of theirs counts; of the others 1."""

    turns: int = 2
    weight: float = 2.0

    def __post_init__(self) -> None:
        within(self, 1, 10**9, "turns")
        within(self, 0.0, math.inf, "weight")

    def weigh(self, trajectory: Trajectory, learned: Sequence[float]) -> list[float]:
        """The weights of its tokens [T], of learned ones raised in the last turns."""
        samples = [s.sample for s in trajectory.segments for _ in s.ids or ()]
        numbers = list(dict.fromkeys(sample for sample in samples if sample is not None))
        last = set(numbers[-self.turns :])
        return [w * (self.weight if s in last else 1) for w, s in zip(learned, samples, strict=True)]
