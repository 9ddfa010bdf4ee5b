"""ARPO's credit: what several branches of a rollout share is credited with the mean of what they got.

Dong et al., "Agentic Reinforced Policy Optimization", 2025, arXiv:2507.19849, section 3.2. Where to branch,
by entropy after a tool call, is the reasoner's; this is the advantage.

    hard   A_it = mean of A_j over the branches j that go through token t of i
    soft   A_it = A_i: plain GRPO over all leaves

Differs from the paper: branches are what the record says they are (parent and branch token), not what
looks alike; a parent that `select` dropped still joins its children, not theirs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor

from reckon.training.fields import one_of
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.grpo import Grpo
from reckon.training.torch_batch import Batch
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class Arpo(Around):
    """inner: gives A_i.  mode: the paper's default is "soft"."""

    inner: Objective = Grpo()
    mode: Literal["hard", "soft"] = "soft"

    def __post_init__(self) -> None:
        check_inner(self)
        one_of(self, "mode", ("hard", "soft"))

    def credit(self, batch: Batch) -> Tensor:
        advantage_BT = self.inner.credit(batch)
        if self.mode == "soft":
            return advantage_BT
        shared_BB = shared_tokens(batch).to(advantage_BT.device)
        out_BT = advantage_BT.clone()
        token_T = torch.arange(advantage_BT.shape[1], device=advantage_BT.device)
        for b in (shared_BB > 0).sum(1).gt(1).nonzero()[:, 0].tolist():
            through_BT = shared_BB[b][:, None] > token_T
            out_BT[b] = (advantage_BT * through_BT).sum(0) / through_BT.sum(0).clamp(min=1)
        return torch.where(batch.mask_BT, out_BT, 0.0)


def shared_tokens(batch: Batch) -> Tensor:
    """How many leading tokens two rows have in common through their tree [B,B]; a row with itself, all T."""
    rows = {scored.trajectory.id: scored.trajectory for scored in batch.rows}
    paths = [_path(scored.trajectory, rows, batch.ids_BT.shape[1]) for scored in batch.rows]
    groups = batch.group_B.tolist()
    shared_BB = torch.zeros(len(paths), len(paths), dtype=torch.long)
    for b, own in enumerate(paths):
        for other in range(b, len(paths)):
            if groups[b] == groups[other]:
                common = max((min(own[n], paths[other][n]) for n in own.keys() & paths[other]), default=0)
                shared_BB[b, other] = shared_BB[other, b] = common
    return shared_BB


def _path(trajectory: Trajectory, rows: Mapping[str, Trajectory], width: int) -> Mapping[str, int]:
    """Itself and the rollouts that it came from, with the leading tokens that it has in common with each."""
    path = {trajectory.id: width}
    at: Trajectory | None = trajectory
    while at is not None and at.parent is not None and at.relation == "fork" and at.parent not in path:
        path[at.parent] = min(path[at.id], at.branch_token)
        at = rows.get(at.parent)
    return path
