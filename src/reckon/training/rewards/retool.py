"""ReTool's reward: +1 for a right answer, else -1, and nothing for how it was found.

Feng et al., "ReTool: Reinforcement Learning for Strategic Tool Use in LLMs", 2025, arXiv:2504.11536, section
2.3. A later public recipe of the same name pays failures for extra turns; this one does not.
System: ReTool; its reward.
"""

from dataclasses import dataclass

from reckon.training.rewards import earned, grade_of
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class Retool:
    """Parts: right."""

    def score(self, trajectory: Trajectory) -> Scored:
        return earned(trajectory, right=1.0 if grade_of(trajectory).right else -1.0)
