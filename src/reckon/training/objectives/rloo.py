"""RLOO: REINFORCE with the mean of the group's other rollouts as baseline.

Ahmadian et al., "Back to Basics: Revisiting REINFORCE Style Optimization for Learning from Human Feedback in
LLMs", 2024, arXiv:2402.14740, section 3.3; the estimator is Kool et al., 2019.

    R_i = reward - beta sum_t (log pi_old - log pi_ref)
    A_i = R_i - mean of R_j, j != i
    J   = 1/B sum_i sum_t rho A_i

Differs from the paper: rho stands for log pi: the gradient is the same where pi = pi_old, and the passes
after the first are corrected token by token. A group of one has advantage 0, for it has no baseline.
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
class Rloo:
    """kl: beta, inside the reward of the whole rollout."""

    kl: float = 0.0

    critic = False

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "kl")

    @property
    def reference(self) -> bool:
        return self.kl > 0

    def shape(self, group: Group) -> Group:
        return group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        reward_B = batch.reward_B
        if self.kl:
            reward_B = reward_B - self.kl * stages.k1(batch).sum(1)
        return stages.spread(stages.leave_one_out(reward_B, batch.group_B), batch.mask_BT)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        return -stages.ratio(logp_BT, batch) * advantage_BT

    def weigh(self, batch: Batch) -> Tensor:
        return stages.constant(batch, 1)
