"""Liked and disliked trajectories as tensors: B rows, T tokens, padded on the right; N examples.

Where the reference stands is observed once, before the first update, and kept with the row: no second model
is held while the policy learns.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from reckon.errors import RecordError
from reckon.training.torch_learner import Learner
from reckon.training.torch_policy import logprobs
from reckon.values import Trajectory

if TYPE_CHECKING:
    from reckon.training.preferences import Preference


@dataclass(frozen=True, slots=True)
class Row:
    """One context: tokens, where the model wrote them, and what the reference says there; each [T]."""

    ids_T: Tensor
    mask_T: Tensor
    ref_logp_T: Tensor


@dataclass(frozen=True, slots=True)
class Example:
    """rows: a pair, the liked one first, or one.  liked: of a single one; a pair is.

    mismatched: the row's prompt with the rest of another problem's, for an estimate of the divergence.
    """

    rows: tuple[Row, ...]
    liked: bool = True
    weight: float = 1.0
    mismatched: Row | None = None

    @property
    def contexts(self) -> tuple[Row, ...]:
        """Its rows and the mismatched one, where it has one."""
        return self.rows if self.mismatched is None else (*self.rows, self.mismatched)

    @property
    def length(self) -> int:
        """Of its longest row, in tokens."""
        return max(len(row.ids_T) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Judged:
    """ids_BT: tokens.  mask_BT: where the model wrote them, never at position 0: nothing predicts it.

    ref_logp_BT: log-probabilities of the reference, 0 off the mask.  liked_B: labels.  weight_N: of examples.
    kl: estimate of KL(pi || pi_ref) in nats a trajectory, 0 where no method asked for it.
    """

    ids_BT: Tensor
    mask_BT: Tensor
    ref_logp_BT: Tensor
    liked_B: Tensor
    weight_N: Tensor
    kl: Tensor


def log_ratio(logp_BT: Tensor, batch: Judged) -> Tensor:
    """r = sum of log pi / pi_ref over the model's own tokens [B]."""
    return torch.where(batch.mask_BT, logp_BT - batch.ref_logp_BT, 0.0).sum(1)


def row_of(trajectory: Trajectory) -> Row:
    """Raises RecordError for a trajectory that is void, not token-exact or without a word of the model's."""
    ids, mask, _ = trajectory.training_arrays()
    if not any(mask[1:]):
        raise RecordError(f"trajectory {trajectory.id}: the model wrote nothing in it")
    return _row(ids, mask)


def mismatched(prompt_of: Trajectory, rest_of: Trajectory) -> Row:
    """The one's tokens up to the model's first, then the other's from its first on."""
    (ids, mask, _), (other_ids, other_mask, _) = prompt_of.training_arrays(), rest_of.training_arrays()
    at, from_ = mask.index(True), other_mask.index(True)
    return _row((*ids[:at], *other_ids[from_:]), (*mask[:at], *other_mask[from_:]))


def judged(examples: Sequence[Example], kl: float = 0.0, device: str = "cpu") -> Judged:
    """The examples' rows in order, no wider than the widest."""
    rows = [row for example in examples for row in example.rows]
    liked = [example.liked and n == 0 for example in examples for n in range(len(example.rows))]
    return Judged(
        **_padded(rows, device),
        liked_B=torch.tensor(liked, device=device),
        weight_N=torch.tensor([example.weight for example in examples], device=device),
        kl=torch.tensor(kl, device=device),
    )


def cut(examples: Sequence[Example], most_tokens: int) -> list[list[Example]]:
    """The examples in pieces of at most `most_tokens` tokens with padding; like lengths together."""
    pieces: list[list[Example]] = [[]]
    count = 0
    for example in sorted(examples, key=lambda one: one.length):
        count += len(example.rows)
        if pieces[-1] and example.length * count > most_tokens:
            pieces.append([])
            count = len(example.rows)
        pieces[-1].append(example)
    return pieces


def dealt(
    learner: Learner, examples: Sequence[Example], most_tokens: int
) -> Iterator[tuple[list[Example], bool]]:
    """This process's pieces, and whether they count.

    One that does not count fills up: a sharded model computes in all processes or in none.
    """
    if examples:
        tokens = sum(len(row.ids_T) for example in examples for row in example.rows)
        pieces = cut(examples, min(most_tokens, -(-tokens // learner.processes.count)))
        for piece in learner.processes.dealt(pieces, None):
            yield piece or pieces[0], piece is not None


@torch.no_grad()
def observed(
    learner: Learner, reference: Any, examples: Sequence[Example], most_tokens: int
) -> list[Example]:
    """The examples, in order, with the log-probabilities of `reference`, a model."""
    rows = list({id(row): row for example in examples for row in example.contexts}.values())
    share: list[list[tuple[int, Tensor]]] = []
    place = {id(row): n for n, row in enumerate(rows)}
    for piece, counts in dealt(learner, [Example((row,)) for row in rows], most_tokens):
        batch = judged(piece, device=learner.processes.device)
        with learner.precision():
            logp_BT = logprobs(reference, batch.ids_BT, batch.mask_BT)[0].cpu()
        seen = zip((example.rows[0] for example in piece), logp_BT, strict=True)
        share.append([(place[id(r)], logp_T[: len(r.ids_T)].clone()) for r, logp_T in seen if counts])
    found = dict(one for piece in learner.processes.gathered(share) for one in piece)
    known = {id(row): replace(row, ref_logp_T=found[n]) for n, row in enumerate(rows)}
    return [
        replace(
            example,
            rows=tuple(known[id(row)] for row in example.rows),
            mismatched=known[id(example.mismatched)] if example.mismatched else None,
        )
        for example in examples
    ]


@torch.no_grad()
def divergence(learner: Learner, examples: Sequence[Example], most_tokens: int) -> float:
    """max(0, mean of r over the mismatched rows) of the policy; 0 where there are none."""
    twins = [Example((e.mismatched,)) for e in examples if e.mismatched is not None]
    total = 0.0
    for piece, counts in dealt(learner, twins, most_tokens):
        batch = judged(piece, device=learner.processes.device)
        with learner.precision():
            logp_BT, _ = logprobs(learner.models["policy"], batch.ids_BT, batch.mask_BT)
        total += float(log_ratio(logp_BT, batch).sum()) * counts
    return max(0.0, learner.processes.total({"r": total})["r"] / max(1, len(twins)))


def update(
    learner: Learner,
    optimizer: torch.optim.Optimizer,
    objective: "Preference",
    examples: Sequence[Example],
    *,
    most_tokens: int,
    clip: float,
) -> dict[str, float]:
    """One optimizer step on the weighed mean of the examples' losses; metrics of it. learner: has "policy".

    Cutting it into pieces, or dealing them out over processes, changes nothing. `liked` and `disliked` are
    means of r in nats a trajectory, `told` is the share of pairs whose liked row has the higher r. Gradients
    that are not finite are left out.
    """
    kl = divergence(learner, examples, most_tokens) if objective.mismatched else 0.0
    sums = dict.fromkeys(("loss", "liked", "disliked", "told"), 0.0)
    learner.train(True)
    for piece, counts in dealt(learner, examples, most_tokens):
        batch = judged(piece, kl, learner.processes.device)
        with learner.precision():
            logp_BT, _ = logprobs(learner.models["policy"], batch.ids_BT, batch.mask_BT)
            share_N = batch.weight_N * counts / len(examples)
            loss = (objective.loss(logp_BT, batch) * share_N).sum()
        loss.backward()  # type: ignore[no-untyped-call]
        r_B = log_ratio(logp_BT.detach(), batch) * counts
        sums["loss"] += float(loss.detach())
        sums["liked"] += float(r_B[batch.liked_B].sum())
        sums["disliked"] += float(r_B[~batch.liked_B].sum())
        sums["told"] += float((r_B[0::2] > r_B[1::2]).sum()) if objective.paired else 0.0
    learner.train(False)
    sums = learner.processes.total(sums)
    liked = sum(example.liked for example in examples)
    counted = {
        "liked": liked,
        "disliked": len(examples) if objective.paired else len(examples) - liked,
        "told": len(examples) if objective.paired else 0,
    }
    means = {name: sums[name] / count for name, count in counted.items() if count}
    norm = learner.step(optimizer, clip)
    return {"loss": sums["loss"], "gradient": norm, **means, **({"kl": kl} if objective.mismatched else {})}


def _row(ids: Sequence[int], mask: Sequence[bool]) -> Row:
    return Row(torch.tensor(ids), torch.tensor([False, *mask[1:]]), torch.zeros(len(ids)))


def _padded(rows: Sequence[Row], device: str) -> dict[str, Tensor]:
    def pad(columns: list[Tensor]) -> Tensor:
        return torch.nn.utils.rnn.pad_sequence(columns, batch_first=True).to(device)

    return {
        "ids_BT": pad([row.ids_T for row in rows]),
        "mask_BT": pad([row.mask_T for row in rows]),
        "ref_logp_BT": pad([row.ref_logp_T for row in rows]),
    }
