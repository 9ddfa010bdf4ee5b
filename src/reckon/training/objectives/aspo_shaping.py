"""ASPO, advantage shaping policy optimization: among right rollouts with code, early code counts more.

Lin and Xu, "Understanding Tool-Integrated Reasoning" (TIR theory + ASPO), 2025, arXiv:2508.19201,
equation 2.
System: TIR theory + ASPO; its objective.

    A_i = A_right,i + clip(delta (p_i - mean(p)) / mean(L), -k A_right,i, +k A_right,i)

p_i: where the first program begins; L: length; means over the group's rollouts that are right and have code.
Another ASPO is asymmetric importance sampling, 2510.06062. The paper's equation 1, which shapes the reward
and which it reports as unstable, is left out.
Differs from the paper: p and L count the model's own tokens, so that what a program printed moves neither.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from reckon.training import torch_stages as stages
from reckon.training.fields import within
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.grpo import Grpo
from reckon.training.torch_batch import KINDS, Batch


@dataclass(frozen=True, slots=True)
class AspoShaping(Around):
    """inner: gives A_right.  delta: below 0 favours early code.  k: the share of A_right it may move."""

    inner: Objective = Grpo()
    delta: float = -2.0
    k: float = 0.7

    def __post_init__(self) -> None:
        check_inner(self)
        within(self, -math.inf, math.inf, "delta")
        within(self, 0.0, 1.0, "k")

    def credit(self, batch: Batch) -> Tensor:
        advantage_BT = self.inner.credit(batch)
        code_BT = batch.mask_BT & (batch.kind_BT == KINDS.index("code"))
        right_B = torch.tensor([scored.right for scored in batch.rows], device=code_BT.device)
        chosen_B = (code_BT.any(1) & right_B).float()
        before_BT = batch.mask_BT.cumsum(1) - 1
        first_B = before_BT.gather(1, code_BT.int().argmax(1)[:, None])[:, 0] * chosen_B
        length_B = batch.mask_BT.sum(1) * chosen_B
        share_B = stages.group_mean(chosen_B, batch.group_B).clamp(min=stages.EPSILON)
        mean_first_B = stages.group_mean(first_B, batch.group_B) / share_B
        mean_length_B = stages.group_mean(length_B, batch.group_B) / share_B
        move_B = self.delta * (first_B - mean_first_B) / mean_length_B.clamp(min=1.0)
        most_BT = self.k * advantage_BT.abs()
        move_BT = torch.minimum(torch.maximum(stages.spread(move_B, batch.mask_BT), -most_BT), most_BT)
        return advantage_BT + move_BT * chosen_B[:, None]
