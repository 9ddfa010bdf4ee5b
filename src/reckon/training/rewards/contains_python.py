"""A spurious control: 1 for a rollout that writes a program, whether it runs or not, or for one without.

Shao et al., "Spurious Rewards: Rethinking Training Signals in RLVR", 2025, arXiv:2506.10947, Python reward;
with `value=0.0, without=1.0` its inverse.
Differs from the paper: a program is a complete block of the dialect, where it looks for the word "python".
System: Spurious Rewards; Python.
"""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.training.rewards import counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class ContainsPython:
    """value: with a program.  without: with none.  Parts: python."""

    value: float = 1.0
    without: float = 0.0

    def __post_init__(self) -> None:
        within(self, -math.inf, math.inf, "value", "without")

    def score(self, trajectory: Trajectory) -> Scored:
        written = any(segment.kind == "code" for segment in counted(trajectory).segments)
        return earned(trajectory, python=self.value if written else self.without)
