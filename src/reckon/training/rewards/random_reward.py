"""A spurious control: a coin's reward, whatever the rollout did.

Shao et al., "Spurious Rewards: Rethinking Training Signals in RLVR", 2025, arXiv:2506.10947, random reward.
What a recipe gains under it, the reward did not teach. The coin depends on the seed and the rollout's id
alone.
System: Spurious Rewards; random.
"""

import math
from dataclasses import dataclass

from reckon.training.chance import chance
from reckon.training.fields import within
from reckon.training.rewards import counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class RandomReward:
    """probability: of 1, else 0.  Parts: random."""

    probability: float = 0.5
    seed: int = 0

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "probability")
        within(self, 0, math.inf, "seed")

    def score(self, trajectory: Trajectory) -> Scored:
        drawn = chance(self.seed, counted(trajectory).id) < self.probability
        return earned(trajectory, random=float(drawn))
