"""Dr. GRPO: GRPO without the two biases of its normalisation.

Liu et al., "Understanding R1-Zero-Like Training: A Critical Perspective", 2025, arXiv:2503.20783,
section 3.2.

    A_i = R_i - mean of the group
    J   = 1/(B L) sum_i sum_t min(rho A, clip(rho, 1 - e, 1 + e) A),  L a constant

Differs from the paper: the sum runs over the model's own tokens; L is a field, the budget of a rollout.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from torch import Tensor

from reckon.training import torch_stages as stages
from reckon.training.fields import within
from reckon.training.scored import Group
from reckon.training.torch_batch import Batch


@dataclass(frozen=True, slots=True)
class DrGrpo:
    """clip: e.  length: L, in tokens."""

    clip: float = 0.2
    length: int = 1024

    critic = False
    reference = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip")
        within(self, 1, math.inf, "length")

    def shape(self, group: Group) -> Group:
        return group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        mean_B = stages.group_mean(batch.reward_B, batch.group_B)
        return stages.spread(batch.reward_B - mean_B, batch.mask_BT)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        return stages.clipped(stages.ratio(logp_BT, batch), advantage_BT, self.clip, self.clip)

    def weigh(self, batch: Batch) -> Tensor:
        return stages.constant(batch, self.length)
