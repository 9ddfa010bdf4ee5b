"""KTO, Kahneman-Tversky optimization, and with it M-KTO, its multi-turn form: one algorithm.

Ethayarajh et al., "KTO: Model Alignment as Prospect Theoretic Optimization", 2024, arXiv:2402.01306,
equations 7 and 8. Xiong et al., "Building Math Agents with Multi-Turn Iterative Preference Learning", 2024,
arXiv:2409.02392, M-KTO. System: M-DPO / M-KTO.

    r    = sum over m of log pi / pi_ref
    z    = max(0, mean over the batch of r of mismatched rows), no gradient
    loss = lambda_D (1 - sigmoid(beta (r - z)))   of what is liked
           lambda_U (1 - sigmoid(beta (z - r)))   of what is not

m are the tokens of the model's own turns; outputs of tools stand in no sum, which is all that M-KTO adds. z
estimates KL(pi || pi_ref) from rows whose prompt is one problem's and whose rest is another's.
Differs from the paper: with `balance` the weight of the scarcer kind is raised until both kinds weigh the
same over the data set (equation 8's lower bound, ratio 1), where the paper leaves the weights to the user.
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from reckon.training.fields import within
from reckon.training.torch_judged import Judged, log_ratio


@dataclass(frozen=True, slots=True)
class Kto:
    """beta: how far the policy may leave the reference.  desirable, undesirable: lambda.  balance: above."""

    beta: float = 0.1
    desirable: float = 1.0
    undesirable: float = 1.0
    balance: bool = False

    paired = False
    mismatched = True

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "beta", "desirable", "undesirable")

    def weigh(self, liked: int, disliked: int) -> tuple[float, float]:
        ratio = self.desirable * liked / (self.undesirable * disliked) if self._both(liked, disliked) else 1.0
        return self.desirable / min(1.0, ratio), self.undesirable * max(1.0, ratio)

    def loss(self, logp_BT: Tensor, batch: Judged) -> Tensor:
        gain_B = log_ratio(logp_BT, batch) - batch.kl
        return 1 - torch.sigmoid(self.beta * torch.where(batch.liked_B, gain_B, -gain_B))

    def _both(self, liked: int, disliked: int) -> bool:
        return self.balance and min(self.desirable * liked, self.undesirable * disliked) > 0
