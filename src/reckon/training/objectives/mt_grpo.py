"""MT-GRPO: the outcome's advantage on every turn, and each turn's own on top.

Zeng et al., "Reinforcing Multi-Turn Reasoning in LLM Agents via Turn-Level Credit Assignment", 2025,
arXiv:2505.11821, section 4, and its published code (coefficient 1).

    A_ik = A_i + w (r_ik - mean) / std,  over the group's rollouts that have a turn k

Differs from the paper: any number of turns, where it has two. The last turn has no reward of its own there,
so its term is 0, as in the paper; a turn whose rewards are equal in the group adds nothing either. A rollout
without a call is no exception here; the published code gives it the advantage of both rewards' sum. That code
also weighs each token the same, as `MtGrpo(inner=Dapo(clip_high=0.2, dynamic=False))` does.
"""

import math
from dataclasses import dataclass

from torch import Tensor

from reckon.training import torch_stages as stages
from reckon.training.fields import within
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.grpo import Grpo
from reckon.training.torch_batch import Batch


@dataclass(frozen=True, slots=True)
class MtGrpo(Around):
    """inner: gives A_i from the outcome.  weight: w; at 0 it is the inner objective."""

    inner: Objective = Grpo()
    weight: float = 1.0

    def __post_init__(self) -> None:
        check_inner(self)
        within(self, 0.0, math.inf, "weight")

    def credit(self, batch: Batch) -> Tensor:
        present_BK = stages.turns_present(batch)
        reward_BK = stages.turn_rewards(batch, present_BK)
        turn_BK = stages.turn_standard(reward_BK, present_BK, batch.group_B, apart=True)
        return self.inner.credit(batch) + self.weight * stages.over_turns(turn_BK, batch)
