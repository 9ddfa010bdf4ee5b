"""A policy's log-probabilities of what it wrote, and one update from them."""

import copy
import math
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from reckon.training.objectives import Critic, Objective, innermost
from reckon.training.torch_batch import Batch


def logprobs(model: Any, ids_BT: Tensor, mask_BT: Tensor) -> tuple[Tensor, Tensor]:
    """(log pi of each token given those before it, entropy of that choice), both [B,T], 0 off the mask.

    Only where the mask is are logits made at all. Padding stands on the right, where causal attention never
    looks from the left.
    """
    hidden_BTD = model.model(ids_BT, use_cache=False).last_hidden_state[:, :-1]
    where_BT = mask_BT[:, 1:]
    log_pi_NV = model.lm_head(hidden_BTD[where_BT]).float().log_softmax(-1)
    logp_N = log_pi_NV.gather(1, ids_BT[:, 1:][where_BT][:, None])[:, 0]
    entropy_N = -(log_pi_NV.detach().exp() * log_pi_NV.detach()).sum(-1)
    blank_BT = torch.zeros(ids_BT.shape, dtype=torch.float32, device=ids_BT.device)
    index = torch.nn.functional.pad(where_BT, (1, 0)).nonzero(as_tuple=True)
    return blank_BT.index_put(index, logp_N), blank_BT.index_put(index, entropy_N)


def pieces(batch: Batch, most_tokens: int) -> Iterator[list[int]]:
    """The rows' numbers in pieces of at most `most_tokens` tokens with padding; like lengths together."""
    lengths = (batch.kind_BT >= 0).sum(1).tolist()
    piece: list[int] = []
    for row in sorted(range(len(batch.rows)), key=lambda n: lengths[n]):
        if piece and lengths[row] * (len(piece) + 1) > most_tokens:
            yield piece
            piece = []
        piece.append(row)
    yield piece


def values(critic: Any, ids_BT: Tensor, mask_BT: Tensor) -> Tensor:
    """V of the state before each token that the model wrote [B,T], 0 off the mask."""
    hidden_BTD = critic["trunk"](ids_BT, use_cache=False).last_hidden_state[:, :-1]
    value_BT = torch.nn.functional.pad(critic["head"](hidden_BTD)[..., 0].float(), (1, 0))
    return torch.where(mask_BT, value_BT, 0.0)


def new_critic(policy: Any, seed: int) -> torch.nn.Module:
    """A copy of the policy's trunk with a head of one number, which says 0 at first."""
    torch.manual_seed(seed)
    trunk = copy.deepcopy(policy.model)
    head = torch.nn.Linear(policy.config.hidden_size, 1)
    torch.nn.init.zeros_(head.weight)
    torch.nn.init.zeros_(head.bias)
    return torch.nn.ModuleDict({"trunk": trunk, "head": head}).to(policy.device)


@torch.no_grad()
def observed(
    batch: Batch, most_tokens: int, *, critic: Any | None = None, reference: Any | None = None
) -> Batch:
    """The batch with the critic's values and the reference's log-probabilities, where there are such."""
    value_BT, ref_logp_BT = torch.zeros_like(batch.old_logp_BT), torch.zeros_like(batch.old_logp_BT)
    for rows in pieces(batch, most_tokens):
        piece, at = batch.rows_at(rows).narrowed(), torch.tensor(rows, device=batch.ids_BT.device)
        width = piece.ids_BT.shape[1]
        if critic is not None:
            value_BT[at, :width] = values(critic, piece.ids_BT, piece.mask_BT)
        if reference is not None:
            ref_logp_BT[at, :width] = logprobs(reference, piece.ids_BT, piece.mask_BT)[0]
    return replace(
        batch,
        value_BT=value_BT if critic is not None else batch.value_BT,
        ref_logp_BT=ref_logp_BT if reference is not None else batch.ref_logp_BT,
    )


def update(
    policy: Any,
    optimizer: torch.optim.Optimizer,
    objective: Objective,
    batch: Batch,
    *,
    most_tokens: int,
    clip: float,
    critic: Any | None = None,
) -> dict[str, float]:
    """One optimizer step on the batch's whole loss; metrics of it.

    Advantages and weights are made of the whole batch at once: cutting it into pieces changes nothing.
    critic: for an objective that wants one; the optimizer holds its parameters too. Gradients that are
    not finite are left out, and said as `gradient`.
    """
    advantage_BT, weight_BT = objective.credit(batch), objective.weigh(batch)
    judge = innermost(objective)
    return_BT = judge.returns(batch) if critic is not None and isinstance(judge, Critic) else None
    total = dict.fromkeys(("loss", "entropy", "kl"), 0.0)
    learned = max(1, int(batch.learned_BT.sum()))
    for rows in pieces(batch, most_tokens):
        piece, at = batch.rows_at(rows).narrowed(), torch.tensor(rows, device=batch.ids_BT.device)
        width = piece.ids_BT.shape[1]
        share_BT = weight_BT[at, :width]
        logp_BT, entropy_BT = logprobs(policy, piece.ids_BT, piece.mask_BT)
        loss = (objective.loss(logp_BT, piece, advantage_BT[at, :width]) * share_BT).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        total["loss"] += float(loss.detach())
        if return_BT is not None and isinstance(judge, Critic):
            value_BT = values(critic, piece.ids_BT, piece.mask_BT)
            error = (judge.value_loss(value_BT, piece, return_BT[at, :width]) * share_BT).sum()
            error.backward()  # type: ignore[no-untyped-call]
            total["value_loss"] = total.get("value_loss", 0.0) + float(error.detach())
        with torch.no_grad():
            moved_BT = (logp_BT - piece.old_logp_BT) * piece.learned_BT
            total["entropy"] += float((entropy_BT * piece.learned_BT).sum()) / learned
            total["kl"] += float((moved_BT.exp() - 1 - moved_BT).sum()) / learned
    norm = float(torch.nn.utils.clip_grad_norm_(policy.parameters(), clip))
    if critic is not None:
        torch.nn.utils.clip_grad_norm_(critic.parameters(), clip)
    if math.isfinite(norm):
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return {**total, "gradient": norm}
