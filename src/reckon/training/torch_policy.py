"""A policy's log-probabilities of what it wrote, and one update from them."""

import math
from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from reckon.training.objectives import Objective
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


def update(
    model: Any,
    optimizer: torch.optim.Optimizer,
    objective: Objective,
    batch: Batch,
    *,
    most_tokens: int,
    clip: float,
    autocast: bool = False,
) -> dict[str, float]:
    """One optimizer step on the batch's whole loss; metrics of it.

    The weights are made of the whole batch at once, so that cutting it into pieces changes nothing.
    """
    advantage_BT, weight_BT = objective.credit(batch), objective.weigh(batch)
    total = dict.fromkeys(("loss", "entropy", "kl"), 0.0)
    learned = max(1, int(batch.learned_BT.sum()))
    for rows in pieces(batch, most_tokens):
        piece = batch.rows_at(rows).narrowed()
        width = piece.ids_BT.shape[1]
        at = torch.tensor(rows, device=batch.ids_BT.device)
        credit_BT, share_BT = advantage_BT[at, :width], weight_BT[at, :width]
        with torch.autocast(batch.ids_BT.device.type, dtype=torch.bfloat16, enabled=autocast):
            logp_BT, entropy_BT = logprobs(model, piece.ids_BT, piece.mask_BT)
        loss = (objective.loss(logp_BT, piece, credit_BT) * share_BT).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        total["loss"] += float(loss.detach())
        with torch.no_grad():
            moved_BT = (logp_BT - piece.old_logp_BT) * piece.learned_BT
            total["entropy"] += float((entropy_BT * piece.learned_BT).sum()) / learned
            total["kl"] += float((moved_BT.exp() - 1 - moved_BT).sum()) / learned
    norm = float(torch.nn.utils.clip_grad_norm_(model.parameters(), clip))
    if math.isfinite(norm):
        optimizer.step()
    optimizer.zero_grad(set_to_none=True)
    return {**total, "gradient": norm}
