"""R1-Code-Interpreter's first reward: 1 for a right answer, else 0.

Chen et al., "R1-Code-Interpreter: Training LLMs to Reason with Code via Supervised and Reinforcement
Learning", 2025, arXiv:2505.21668, version 1: outcome only.
System: R1-Code-Interpreter (R1-CI); its reward.
"""

from dataclasses import dataclass

from reckon.training.rewards import earned, grade_of
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class R1CiV1:
    """Parts: right."""

    def score(self, trajectory: Trajectory) -> Scored:
        return earned(trajectory, right=float(grade_of(trajectory).right))
