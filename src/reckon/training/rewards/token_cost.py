"""A cost of length: nothing up to a number of the model's own tokens, then growing evenly to its highest."""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.training.rewards import counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class TokenCost:
    """free: tokens that cost nothing.  all_at: tokens at which the cost is `most`.  Parts: tokens."""

    free: int = 512
    all_at: int = 1024
    most: float = 0.5

    def __post_init__(self) -> None:
        within(self, 0, math.inf, "free", "most")
        within(self, self.free + 1, math.inf, "all_at")

    def score(self, trajectory: Trajectory) -> Scored:
        own = sum(len(segment.ids or ()) for segment in counted(trajectory).segments if segment.sampled)
        share = min(1.0, max(0, own - self.free) / (self.all_at - self.free))
        return earned(trajectory, tokens=-self.most * share)
