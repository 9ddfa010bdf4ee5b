"""Scored rollouts as tensors: B rows, T tokens, padded on the right.

Reward never stands on a token that the model did not write: a turn's is on the turn's last token, the
outcome's on the row's last. What follows, interpreter output or padding, has none and gets no gradient.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import torch
from torch import Tensor

from reckon.errors import RecordError
from reckon.training.scored import Group, Scored
from reckon.values import Kind

KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Batch:
    """ids_BT: tokens.  mask_BT: where the model wrote them, never at position 0: nothing predicts it.
    old_logp_BT: log-probabilities when they were sampled, at temperature 1; 0 off the mask.
    turn_BT: number of the turn, -1 off the mask.  kind_BT: index into KINDS, -1 on padding.
    reward_BT: turn rewards and the outcome's.  reward_B: the outcome's alone.
    group_B: number of the group.  trained_B: False for rows that count in statistics only.
    ref_logp_BT: of the reference policy, value_BT: of the critic for the state before each token; or None.
    rows: what the rows were made from.
    """

    ids_BT: Tensor
    mask_BT: Tensor
    old_logp_BT: Tensor
    turn_BT: Tensor
    kind_BT: Tensor
    reward_BT: Tensor
    reward_B: Tensor
    group_B: Tensor
    trained_B: Tensor
    rows: tuple[Scored, ...]
    ref_logp_BT: Tensor | None = None
    value_BT: Tensor | None = None

    @property
    def learned_BT(self) -> Tensor:
        """Where the loss is: the mask, without the rows that are not trained on."""
        return self.mask_BT & self.trained_B[:, None]

    def rows_at(self, index: Sequence[int]) -> "Batch":
        """The rows of these numbers, at the width of all."""
        at = torch.tensor(list(index), device=self.ids_BT.device)
        cut = {name: value[at] for name, value in _tensors(self).items()}
        return replace(self, **cut, rows=tuple(self.rows[n] for n in index))

    def narrowed(self) -> "Batch":
        """The same rows without the padding that all of them have."""
        width = int((self.kind_BT >= 0).sum(1).max())
        cut = {name: value[:, :width] for name, value in _tensors(self).items() if value.ndim == 2}
        return replace(self, **cut)


def batch_of(groups: Sequence[Group], device: str = "cpu") -> Batch:
    """Raises RecordError for a rollout that is void, not token-exact, or without log-probabilities."""
    rows = tuple(scored for group in groups for scored in group)
    if not rows:
        raise RecordError("a batch wants at least one rollout")
    width = max(len(scored.trajectory.ids) for scored in rows)
    shape = (len(rows), width)
    batch = Batch(
        ids_BT=torch.zeros(shape, dtype=torch.long),
        mask_BT=torch.zeros(shape, dtype=torch.bool),
        old_logp_BT=torch.zeros(shape),
        turn_BT=torch.full(shape, -1),
        kind_BT=torch.full(shape, -1),
        reward_BT=torch.zeros(shape),
        reward_B=torch.tensor([scored.reward for scored in rows]),
        group_B=torch.tensor([n for n, group in enumerate(groups) for _ in group]),
        trained_B=torch.tensor([scored.trained for scored in rows]),
        rows=rows,
    )
    for b, scored in enumerate(rows):
        _fill(batch, b, scored)
    return replace(batch, **{name: value.to(device) for name, value in _tensors(batch).items()})


def _tensors(batch: Batch) -> dict[str, Any]:
    every = {name: getattr(batch, name) for name in batch.__dataclass_fields__}
    return {name: value for name, value in every.items() if isinstance(value, Tensor)}


def _fill(batch: Batch, b: int, scored: Scored) -> None:
    trajectory = scored.trajectory
    ids, mask, logprobs = trajectory.training_arrays()
    if any(written and logp is None for written, logp in zip(mask, logprobs, strict=True)):
        raise RecordError(f"trajectory {trajectory.id}: its model gave no log-probabilities")
    count = len(ids)
    batch.ids_BT[b, :count] = torch.tensor(ids)
    batch.mask_BT[b, 1:count] = torch.tensor(mask[1:], dtype=torch.bool)
    batch.old_logp_BT[b, 1:count] = torch.tensor([logp or 0.0 for logp in logprobs[1:]])
    at, numbers = 0, dict[int, int]()
    for segment in trajectory.segments:
        end = at + len(segment.ids or ())
        batch.kind_BT[b, at:end] = KINDS.index(segment.kind)
        if segment.sample is not None:
            batch.turn_BT[b, at:end] = numbers.setdefault(segment.sample, len(numbers))
        at = end
    batch.turn_BT[b][~batch.mask_BT[b]] = -1
    for turn, reward in scored.turns.items():
        batch.reward_BT[b, _last(batch.turn_BT[b] == turn, trajectory.id)] += reward
    if batch.mask_BT[b].any():
        batch.reward_BT[b, _last(batch.mask_BT[b], trajectory.id)] += scored.reward


def _last(where_T: Tensor, name: str) -> int:
    found = where_T.nonzero()
    if not len(found):
        raise RecordError(f"trajectory {name}: a reward for a turn in which the model wrote nothing")
    return int(found[-1])
