"""GRPO: group relative policy optimization.

Shao et al., "DeepSeekMath: Pushing the Limits of Mathematical Reasoning in Open Language Models", 2024,
arXiv:2402.03300, equations 3 and 4, outcome supervision.

    A_i = (R_i - mean) / std of the group
    J   = 1/G sum_i 1/|o_i| sum_t [ min(rho A, clip(rho, 1 - e, 1 + e) A) - beta k3 ]

Differs from the paper: |o_i| counts the model's own tokens; a group whose rewards are equal has advantage 0;
the deviation has Bessel's correction and 1e-6 added, as verl's; beta is 0 unless it is given (there 0.04).
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
class Grpo:
    """clip: e.  kl: beta, against the reference policy."""

    clip: float = 0.2
    kl: float = 0.0

    critic = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip")
        within(self, 0.0, math.inf, "kl")

    @property
    def reference(self) -> bool:
        return self.kl > 0

    def shape(self, group: Group) -> Group:
        return group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        mean_B = stages.group_mean(batch.reward_B, batch.group_B)
        std_B = stages.group_std(batch.reward_B, batch.group_B)
        return stages.spread((batch.reward_B - mean_B) / (std_B + stages.EPSILON), batch.mask_BT)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        loss_BT = stages.clipped(stages.ratio(logp_BT, batch), advantage_BT, self.clip, self.clip)
        return loss_BT + self.kl * stages.k3(logp_BT, batch) if self.kl else loss_BT

    def weigh(self, batch: Batch) -> Tensor:
        return stages.sequence_mean(batch)
