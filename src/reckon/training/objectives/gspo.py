"""GSPO: the importance ratio of the whole sequence, in its token form.

Zheng et al., "Group Sequence Policy Optimization", 2025, arXiv:2507.18071, equations 5 to 7 and 13 to 15
(GSPO-token).

    s_i  = exp(1/|o_i| sum_t log rho_t)
    s_it = sg[s_i] pi / sg[pi]
    J    = 1/B sum_i 1/|o_i| sum_t min(s_it A_it, clip(s_it, 1 - e_low, 1 + e_high) A_it)

s_it has the value of s_i at every token and the gradient of its own. With one A for a row it is GSPO; with an
A for each turn, credit is kept that a single ratio and sum would lose.
Differs from the paper: |o_i| counts the model's own tokens.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from reckon.training import torch_stages as stages
from reckon.training.fields import within
from reckon.training.scored import Group
from reckon.training.torch_batch import Batch


@dataclass(frozen=True, slots=True)
class Gspo:
    """clip_low, clip_high: e, of the ratio's mean over a row: a thousandth of what others clip at."""

    clip_low: float = 3e-4
    clip_high: float = 4e-4

    critic = False
    reference = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip_low")
        within(self, 0.0, math.inf, "clip_high")

    def shape(self, group: Group) -> Group:
        return group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        mean_B = stages.group_mean(batch.reward_B, batch.group_B)
        std_B = stages.group_std(batch.reward_B, batch.group_B)
        return stages.spread((batch.reward_B - mean_B) / (std_B + stages.EPSILON), batch.mask_BT)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        own_BT = torch.where(batch.mask_BT, logp_BT, 0.0)
        log_rho_BT = own_BT.detach() - torch.where(batch.mask_BT, batch.old_logp_BT, 0.0)
        s_B = (log_rho_BT.sum(1) / batch.mask_BT.sum(1).clamp(min=1)).exp()
        s_BT = s_B[:, None] * (own_BT - own_BT.detach()).exp()
        return stages.clipped(s_BT, advantage_BT, self.clip_low, self.clip_high)

    def weigh(self, batch: Batch) -> Tensor:
        return stages.sequence_mean(batch)
