"""What objectives share: statistics of groups, ratios, weights. Pure functions of tensors.

Letters: B rows, T tokens, K turns; m the mask of the model's own tokens; G a group's rows.
"""

import torch
from torch import Tensor

from reckon.training.torch_batch import Batch

EPSILON = 1e-6


def spread(value_B: Tensor, mask_BT: Tensor) -> Tensor:
    """One number of a row on each of its model tokens [B,T]."""
    return value_B[:, None] * mask_BT


def group_mean(value_B: Tensor, group_B: Tensor) -> Tensor:
    """The mean of each row's group [B]."""
    same_BB = group_B[:, None] == group_B[None, :]
    # Distances from the group's highest are averaged: equal values have exactly themselves as mean.
    top_B = torch.where(same_BB, value_B[None, :], -torch.inf).amax(1)
    return top_B + same_BB.to(value_B.dtype) @ (value_B - top_B) / same_BB.sum(1)


def group_std(value_B: Tensor, group_B: Tensor) -> Tensor:
    """The standard deviation of each row's group [B], with Bessel's correction; 0 for a group of one."""
    same_BB = (group_B[:, None] == group_B[None, :]).to(value_B.dtype)
    count_B = same_BB.sum(1)
    squares_B = same_BB @ (value_B - group_mean(value_B, group_B)) ** 2
    return (squares_B / (count_B - 1).clamp(min=1)).sqrt()


def leave_one_out(value_B: Tensor, group_B: Tensor) -> Tensor:
    """Each row's value less the mean of the group's other rows [B]; 0 for a group of one."""
    count_B = (group_B[:, None] == group_B[None, :]).sum(1)
    return (value_B - group_mean(value_B, group_B)) * count_B / (count_B - 1).clamp(min=1)


def standard(value_N: Tensor, group_N: Tensor) -> Tensor:
    """(value - mean) / std of each value's group [N], with Bessel's correction; 0 for a group of one."""
    out_N = torch.zeros_like(value_N)
    for group in torch.unique(group_N):
        at_N = group_N == group
        far_n = value_N[at_N] - value_N[at_N][0]
        std = far_n.std() if len(far_n) > 1 else 0.0
        out_N[at_N] = (far_n - far_n.mean()) / (std + EPSILON)
    return out_N


def whiten(value_BT: Tensor, mask_BT: Tensor) -> Tensor:
    """(value - mean) / std over the mask [B,T], 0 off it."""
    value_N = value_BT[mask_BT]
    return torch.zeros_like(value_BT).masked_scatter(
        mask_BT, standard(value_N, torch.zeros_like(value_N, dtype=torch.long))
    )


def gae(reward_BT: Tensor, value_BT: Tensor, mask_BT: Tensor, *, gamma: float, lam: float) -> Tensor:
    """Generalized advantage estimation over the model's own tokens [B,T], 0 off the mask.

    d_t = r_t + gamma V_next - V_t, A_t = d_t + gamma lam A_next; next is the next token that the model wrote,
    whatever stands between, and after the last one V and A are 0. V_t is of the state before token t. With
    V = 0 and lam = 1 it is the discounted reward to go. Schulman et al., 2015, arXiv:1506.02438, equation 16.
    """
    advantage_BT = torch.zeros_like(reward_BT)
    next_value_B = next_B = torch.zeros_like(reward_BT[:, 0])
    for t in reversed(range(reward_BT.shape[1])):
        own_B, value_B = mask_BT[:, t], value_BT[:, t]
        here_B = reward_BT[:, t] + gamma * next_value_B - value_B + gamma * lam * next_B
        advantage_BT[:, t] = torch.where(own_B, here_B, 0.0)
        next_B, next_value_B = torch.where(own_B, here_B, next_B), torch.where(own_B, value_B, next_value_B)
    return advantage_BT


def turns_present(batch: Batch) -> Tensor:
    """Which turns a row has: where the model wrote a token of it [B,K], K the most turns of a row."""
    number_K = torch.arange(max(1, int(batch.turn_BT.max()) + 1), device=batch.turn_BT.device)
    return (batch.turn_BT[:, :, None] == number_K).any(1)


def turn_rewards(batch: Batch, present_BK: Tensor) -> Tensor:
    """Rewards of single turns, without the outcome's [B,K]."""
    reward_BK = torch.zeros(present_BK.shape, device=present_BK.device)
    for b, scored in enumerate(batch.rows):
        for turn, reward in scored.turns.items():
            reward_BK[b, turn] = reward
    return reward_BK


def turn_standard(value_BK: Tensor, present_BK: Tensor, group_B: Tensor, *, apart: bool) -> Tensor:
    """(value - mean) / std over the group's turns [B,K]; apart: over those of the same number only."""
    count = present_BK.shape[1]
    number_K = torch.arange(count, device=value_BK.device) * apart
    key_BK = group_B[:, None] * count + number_K
    out_BK = torch.zeros_like(value_BK)
    out_BK[present_BK] = standard(value_BK[present_BK], key_BK[present_BK])
    return out_BK


def over_turns(value_BK: Tensor, batch: Batch) -> Tensor:
    """One number of a turn on each of its model tokens [B,T], 0 off the mask."""
    return torch.where(batch.mask_BT, value_BK.gather(1, batch.turn_BT.clamp(min=0)), 0.0)


def ratio(logp_BT: Tensor, batch: Batch) -> Tensor:
    """rho = pi / pi_old [B,T], 1 off the mask."""
    return torch.where(batch.mask_BT, logp_BT - batch.old_logp_BT, 0.0).exp()


def clipped(ratio_BT: Tensor, advantage_BT: Tensor, low: float, high: float) -> Tensor:
    """-min(rho A, clip(rho, 1 - low, 1 + high) A) [B,T]."""
    return -torch.minimum(ratio_BT * advantage_BT, ratio_BT.clamp(1 - low, 1 + high) * advantage_BT)


def k1(batch: Batch) -> Tensor:
    """log pi_old - log pi_ref [B,T], 0 off the mask: the KL of what was sampled, to be taken from rewards."""
    assert batch.ref_logp_BT is not None
    return torch.where(batch.mask_BT, batch.old_logp_BT - batch.ref_logp_BT, 0.0)


def k3(logp_BT: Tensor, batch: Batch) -> Tensor:
    """Schulman's estimate of KL(pi || pi_ref): r - log r - 1 with r = pi_ref / pi [B,T], 0 off the mask."""
    assert batch.ref_logp_BT is not None
    log_r_BT = torch.where(batch.mask_BT, batch.ref_logp_BT - logp_BT, 0.0)
    return log_r_BT.exp() - log_r_BT - 1


def token_mean(batch: Batch) -> Tensor:
    """Each learned token counts the same: 1 / sum of |o_i| [B,T]."""
    learned_BT = batch.learned_BT
    return learned_BT / learned_BT.sum().clamp(min=1)


def sequence_mean(batch: Batch) -> Tensor:
    """Each learned row counts the same, and its tokens share that: 1 / (B |o_i|) [B,T]; B such rows."""
    learned_BT = batch.learned_BT
    count_B = learned_BT.sum(1)
    return learned_BT / count_B.clamp(min=1)[:, None] / (count_B > 0).sum().clamp(min=1)


def constant(batch: Batch, length: int) -> Tensor:
    """Each token counts 1 / (B length), however long its row is and however many rows are learned [B,T]."""
    return batch.learned_BT / (len(batch.rows) * length)
