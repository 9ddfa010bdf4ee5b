"""R1-Code-Interpreter's second reward: +1 right, +-0.1 for the form, -0.1 over six turns.

Chen et al., "R1-Code-Interpreter: Training LLMs to Reason with Code via Supervised and Multi-stage
Reinforcement Learning", 2025, arXiv:2505.21668, version 2.
System: R1-Code-Interpreter (R1-CI); its reward.

Differs from the paper: the form is right where the dialect found an answer; how the paper checks it is not
said.
"""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.training.rewards import earned, grade_of
from reckon.training.scored import Scored, turns_of
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class R1CiV2:
    """turns: how many cost nothing.  Parts: right, format, turns."""

    turns: int = 6

    def __post_init__(self) -> None:
        within(self, 1, math.inf, "turns")

    def score(self, trajectory: Trajectory) -> Scored:
        answered = trajectory.answer is not None and trajectory.answer.text is not None
        return earned(
            trajectory,
            right=float(grade_of(trajectory).right),
            format=0.1 if answered else -0.1,
            turns=-0.1 if len(turns_of(trajectory)) > self.turns else 0.0,
        )
