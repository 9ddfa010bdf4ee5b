"""A policy's log-probabilities of what it wrote, and one update from them."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from reckon.training.lora import without
from reckon.training.objectives import Critic, Objective, innermost
from reckon.training.torch_batch import Batch
from reckon.training.torch_learner import Learner


def logits_at(model: Any, ids_BT: Tensor, where_BT: Tensor, positions_BT: Tensor | None = None) -> Tensor:
    """Logits [N,V] of the next token after each place of where_BT [B,T-1], in its order.

    positions_BT: where they begin anew, a row begins that sees nothing of those before in its line.
    The model's own forward pass runs, which puts a sharded model together; the head sees those places only.
    """

    def wanted(_: Any, inputs: tuple[Tensor]) -> tuple[Tensor]:
        return (inputs[0][:, :-1][where_BT],)

    hook = model.get_output_embeddings().register_forward_pre_hook(wanted)
    try:
        logits_NV: Tensor = model(input_ids=ids_BT, position_ids=positions_BT, use_cache=False).logits
    finally:
        hook.remove()
    return logits_NV


def logprobs(model: Any, ids_BT: Tensor, mask_BT: Tensor) -> tuple[Tensor, Tensor]:
    """(log pi of each token given those before it, entropy of that choice), both [B,T], 0 off the mask.

    Only where the mask is are logits made at all. Padding stands on the right, where causal attention never
    looks from the left.
    """
    where_BT = mask_BT[:, 1:]
    log_pi_NV = logits_at(model, ids_BT, where_BT).float().log_softmax(-1)
    logp_N = log_pi_NV.gather(1, ids_BT[:, 1:][where_BT][:, None])[:, 0]
    entropy_N = -log_pi_NV.detach().exp().mul_(log_pi_NV.detach()).sum(-1)
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


class Values(torch.nn.Module):
    """A critic: a copy of the policy's trunk with a head of one number, which says 0 at first."""

    def __init__(self, policy: Any, seed: int) -> None:
        super().__init__()
        torch.manual_seed(seed)
        self.trunk = copy.deepcopy(policy.get_decoder())
        self.head = torch.nn.Linear(policy.config.hidden_size, 1)
        torch.nn.init.zeros_(self.head.weight)
        torch.nn.init.zeros_(self.head.bias)

    def forward(self, ids_BT: Tensor, mask_BT: Tensor) -> Tensor:
        """V of the state before each token that the model wrote [B,T], 0 off the mask."""
        hidden_BTD = self.trunk(ids_BT, use_cache=False).last_hidden_state[:, :-1]
        value_BT = torch.nn.functional.pad(self.head(hidden_BTD)[..., 0].float(), (1, 0))
        return torch.where(mask_BT, value_BT, 0.0)


def dealt(learner: Learner, batch: Batch, most_tokens: int) -> Iterator[tuple[Tensor, Batch, bool]]:
    """This process's pieces: the rows' numbers, the rows, and whether they count.

    One that does not count fills up: a sharded model computes in all processes or in none.
    """
    tokens = int((batch.kind_BT >= 0).sum())
    cut = list(pieces(batch, min(most_tokens, -(-tokens // learner.processes.count))))
    for rows in learner.processes.dealt(cut, None):
        at = torch.tensor(rows or [0], device=batch.ids_BT.device)
        yield at, batch.rows_at(rows or [0]).narrowed(), rows is not None


@torch.no_grad()
def observed(learner: Learner, batch: Batch, most_tokens: int, *, reference: Any | None = None) -> Batch:
    """The batch with the critic's values and the reference's log-probabilities, where there are such.

    reference: a model; the policy itself stands for what it was before it got adapters.
    """
    critic = learner.models.get("critic")
    if critic is None and reference is None:
        return batch
    value_BT, ref_logp_BT = torch.zeros_like(batch.old_logp_BT), torch.zeros_like(batch.old_logp_BT)
    for at, piece, counts in dealt(learner, batch, most_tokens):
        width = piece.ids_BT.shape[1]
        with learner.precision():
            if critic is not None:
                value_BT[at, :width] = critic(piece.ids_BT, piece.mask_BT) * counts
            if reference is not None:
                with without(reference):
                    ref_logp_BT[at, :width] = logprobs(reference, piece.ids_BT, piece.mask_BT)[0] * counts
    learner.processes.sum_tensors([value_BT, ref_logp_BT])
    return replace(
        batch,
        value_BT=value_BT if critic is not None else batch.value_BT,
        ref_logp_BT=ref_logp_BT if reference is not None else batch.ref_logp_BT,
    )


def update(
    learner: Learner,
    optimizer: torch.optim.Optimizer,
    objective: Objective,
    batch: Batch,
    *,
    most_tokens: int,
    clip: float,
) -> dict[str, float]:
    """One optimizer step on the batch's whole loss; metrics of it. learner: has "policy", perhaps "critic".

    Advantages and weights are made of the whole batch at once: cutting it into pieces, or dealing them out
    over processes, changes nothing. Gradients that are not finite are left out, and said as `gradient`.
    """
    policy, critic = learner.models["policy"], learner.models.get("critic")
    advantage_BT, weight_BT = objective.credit(batch), objective.weigh(batch)
    judge = innermost(objective)
    return_BT = judge.returns(batch) if critic is not None and isinstance(judge, Critic) else None
    total = dict.fromkeys(("loss", "entropy", "kl", *(["value_loss"] if return_BT is not None else [])), 0.0)
    learned = max(1, int(batch.learned_BT.sum()))
    learner.train(True)
    for at, piece, counts in dealt(learner, batch, most_tokens):
        width = piece.ids_BT.shape[1]
        share_BT = weight_BT[at, :width] * counts
        with learner.precision():
            logp_BT, entropy_BT = logprobs(policy, piece.ids_BT, piece.mask_BT)
            loss = (objective.loss(logp_BT, piece, advantage_BT[at, :width]) * share_BT).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        total["loss"] += float(loss.detach())
        if critic is not None and return_BT is not None and isinstance(judge, Critic):
            with learner.precision():
                value_BT = critic(piece.ids_BT, piece.mask_BT)
                error = (judge.value_loss(value_BT, piece, return_BT[at, :width]) * share_BT).sum()
            error.backward()  # type: ignore[no-untyped-call]
            total["value_loss"] += float(error.detach())
        with torch.no_grad():
            learned_BT = piece.learned_BT * counts
            moved_BT = (logp_BT - piece.old_logp_BT) * learned_BT
            total["entropy"] += float((entropy_BT * learned_BT).sum()) / learned
            total["kl"] += float((moved_BT.exp() - 1 - moved_BT).sum()) / learned
    learner.train(False)
    return {**learner.processes.total(total), "gradient": learner.step(optimizer, clip)}
