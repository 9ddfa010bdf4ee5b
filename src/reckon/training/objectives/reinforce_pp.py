"""REINFORCE++: PPO's clipped loss without a critic, its advantage whitened over the whole batch.

Hu et al., "REINFORCE++: Stabilizing Critic-Free Policy Optimization with Global Advantage Normalization",
2025, arXiv:2501.03262, section 3.

    r_t = reward on t - beta (log pi_old - log pi_ref)
    A_t = sum over t' >= t of gamma^(t' - t) r_t',  then (A - mean) / std over all tokens of the batch
    J   = mean over tokens of min(rho A, clip(rho, 1 - e, 1 + e) A)

Differs from the paper: t' counts the model's own tokens, so a reward is not discounted, nor cut off, by the
interpreter output that stands before it; rewards are not clipped.
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
class ReinforcePp:
    """clip: e.  kl: beta, inside the reward.  gamma: of one token of the model's own."""

    clip: float = 0.2
    kl: float = 0.0
    gamma: float = 1.0

    critic = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip", "gamma")
        within(self, 0.0, math.inf, "kl")

    @property
    def reference(self) -> bool:
        return self.kl > 0

    def shape(self, group: Group) -> Group:
        return group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        reward_BT = batch.reward_BT
        if self.kl:
            reward_BT = reward_BT - self.kl * stages.k1(batch)
        to_go_BT = stages.gae(
            reward_BT, torch.zeros_like(reward_BT), batch.mask_BT, gamma=self.gamma, lam=1.0
        )
        return stages.whiten(to_go_BT, batch.mask_BT)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        return stages.clipped(stages.ratio(logp_BT, batch), advantage_BT, self.clip, self.clip)

    def weigh(self, batch: Batch) -> Tensor:
        return stages.token_mean(batch)
