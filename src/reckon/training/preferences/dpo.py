"""DPO, direct preference optimization, and with it M-DPO, its multi-turn form: one algorithm.

Rafailov et al., "Direct Preference Optimization: Your Language Model is Secretly a Reward Model", 2023,
arXiv:2305.18290, equation 7. Xiong et al., "Building Math Agents with Multi-Turn Iterative Preference
Learning", 2024, arXiv:2409.02392, M-DPO. System: M-DPO / M-KTO.

    r    = sum over m of log pi / pi_ref
    loss = -(1 - s) log sigmoid(beta (r_w - r_l)) - s log sigmoid(-beta (r_w - r_l))

w is liked, l is not; m are the tokens of the model's own turns; s is the chance that the label is wrong
("conservative DPO" of the same authors). M-DPO sums over the turns' actions and leaves the outputs of tools
out: with m that is DPO, and a trajectory without outputs is DPO's single turn. The paper's eta is beta.
`per_token` divides r by |m|, as in SimPO (2405.14734) but against the reference: long rollouts then weigh no
more than short ones, and beta is wanted about |m| times as large.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from reckon.training.fields import within
from reckon.training.torch_judged import Judged, log_ratio


@dataclass(frozen=True, slots=True)
class Dpo:
    """beta: how far the policy may leave the reference.  smoothing: s, under 0.5.  per_token: r / |m|."""

    beta: float = 0.1
    smoothing: float = 0.0
    per_token: bool = False

    paired = True
    mismatched = False

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "beta")
        within(self, 0.0, 0.5, "smoothing")

    def weigh(self, liked: int, disliked: int) -> tuple[float, float]:
        return 1.0, 1.0

    def loss(self, logp_BT: Tensor, batch: Judged) -> Tensor:
        r_B = log_ratio(logp_BT, batch)
        if self.per_token:
            r_B = r_B / batch.mask_BT.sum(1).clamp(min=1)
        margin_N = self.beta * (r_B[0::2] - r_B[1::2])
        return torch.lerp(-logsigmoid(margin_N), -logsigmoid(-margin_N), self.smoothing)
