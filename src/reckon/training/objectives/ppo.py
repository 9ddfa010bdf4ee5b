"""PPO with a value head and generalized advantage estimation.

Schulman et al., "Proximal Policy Optimization Algorithms", 2017, arXiv:1707.06347, equations 7 and 9; GAE is
1506.02438, equation 16. As ReTool trains (Feng et al., 2025, arXiv:2504.11536): gamma = lambda = 1, no KL.

    d_t = r_t + gamma V_next - V_t,  A_t = d_t + gamma lambda A_next,  Return_t = A_t + V_t
    J   = mean over tokens of min(rho A, clip(rho, 1 - e, 1 + e) A), A whitened over the batch
    L_V = 1/2 max((V - Return)^2, (clip(V, V_old - e_v, V_old + e_v) - Return)^2)

Differs from the papers: "next" is the next token that the model wrote, so interpreter output takes no part;
V_t is of the state before token t. Returns are made from advantages before they are whitened.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from reckon.errors import UsageError
from reckon.training import torch_stages as stages
from reckon.training.fields import within
from reckon.training.scored import Group
from reckon.training.torch_batch import Batch


@dataclass(frozen=True, slots=True)
class Ppo:
    """clip: e.  value_clip: e_v.  lam: lambda.  whiten: False leaves advantages as they are."""

    clip: float = 0.2
    value_clip: float = 0.5
    gamma: float = 1.0
    lam: float = 1.0
    whiten: bool = True

    critic = True
    reference = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip", "gamma", "lam")
        within(self, 0.0, math.inf, "value_clip")

    def shape(self, group: Group) -> Group:
        return group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        advantage_BT = self._estimate(batch)
        return stages.whiten(advantage_BT, batch.mask_BT) if self.whiten else advantage_BT

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        return stages.clipped(stages.ratio(logp_BT, batch), advantage_BT, self.clip, self.clip)

    def weigh(self, batch: Batch) -> Tensor:
        return stages.token_mean(batch)

    def returns(self, batch: Batch) -> Tensor:
        """A + V before the update [B,T], 0 off the mask: what `value_loss` draws the critic to."""
        return torch.where(batch.mask_BT, self._estimate(batch) + _values(batch), 0.0)

    def value_loss(self, value_BT: Tensor, batch: Batch, return_BT: Tensor) -> Tensor:
        """L_V of each token [B,T], 0 off the mask; weighted as the policy's loss is."""
        old_BT = _values(batch)
        near_BT = old_BT + (value_BT - old_BT).clamp(-self.value_clip, self.value_clip)
        loss_BT = torch.maximum((value_BT - return_BT) ** 2, (near_BT - return_BT) ** 2) / 2
        return torch.where(batch.mask_BT, loss_BT, 0.0)

    def _estimate(self, batch: Batch) -> Tensor:
        value_BT = _values(batch)
        return stages.gae(batch.reward_BT, value_BT, batch.mask_BT, gamma=self.gamma, lam=self.lam)


def _values(batch: Batch) -> Tensor:
    if batch.value_BT is None:
        raise UsageError("Ppo wants Batch.value_BT, the critic's values before the update")
    return batch.value_BT.detach()
