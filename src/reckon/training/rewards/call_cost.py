"""A cost of programs: each that ran beyond the free ones costs the same."""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.training.rewards import counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class CallCost:
    """each: of one program.  free: how many cost nothing.  most: the cost never exceeds it.  Parts: calls."""

    each: float = 0.05
    free: int = 1
    most: float = 0.5

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "each", "free", "most")

    def score(self, trajectory: Trajectory) -> Scored:
        beyond = max(0, len(counted(trajectory).executions) - self.free)
        return earned(trajectory, calls=-min(self.most, self.each * beyond))
