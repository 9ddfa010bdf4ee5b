"""DAPO: clip-higher, dynamic sampling, token-level loss, overlong reward shaping.

Yu et al., "DAPO: An Open-Source LLM Reinforcement Learning System at Scale", 2025, arXiv:2503.14476,
equations 8 to 13.

    A_i   = (R_i - mean) / std of the group
    J     = 1/(sum of |o_i|) sum_i sum_t min(rho A, clip(rho, 1 - e_low, 1 + e_high) A)
    R_len = 0 up to L - c tokens, -1 from L on, a line between

Differs from the paper: |o_i| counts the model's own tokens, and so does R_len unless `count` is "all"; the
sum of |o_i| is over the batch, as in its published code, where equation 8 has it over each group; a group is
dropped when all its grades are equal, not only at 0 and 1, for they may be fractions. `select` drops; to draw
other problems in their place is the loop's. R_len is off until `longest` is given (there 20480).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from torch import Tensor

from reckon.training import torch_stages as stages
from reckon.training.fields import one_of, within
from reckon.training.scored import Group, Scored
from reckon.training.torch_batch import Batch


@dataclass(frozen=True, slots=True)
class Dapo:
    """clip_low, clip_high: e.  longest: L in tokens, 0 is none.  margin: c.  dynamic: even groups go."""

    clip_low: float = 0.2
    clip_high: float = 0.28
    longest: int = 0
    margin: int = 4096
    count: Literal["model", "all"] = "model"
    dynamic: bool = True

    critic = False
    reference = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip_low")
        within(self, 0.0, math.inf, "clip_high", "longest")
        within(self, 0, self.longest or math.inf, "margin")
        one_of(self, "count", ("model", "all"))

    def shape(self, group: Group) -> Group:
        return [self._shaped(scored) for scored in group] if self.longest else group

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return [group for group in groups if len({_score(s) for s in group}) > 1] if self.dynamic else groups

    def credit(self, batch: Batch) -> Tensor:
        mean_B = stages.group_mean(batch.reward_B, batch.group_B)
        std_B = stages.group_std(batch.reward_B, batch.group_B)
        return stages.spread((batch.reward_B - mean_B) / (std_B + stages.EPSILON), batch.mask_BT)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        return stages.clipped(stages.ratio(logp_BT, batch), advantage_BT, self.clip_low, self.clip_high)

    def weigh(self, batch: Batch) -> Tensor:
        return stages.token_mean(batch)

    def _shaped(self, scored: Scored) -> Scored:
        segments = [s for s in scored.trajectory.segments if s.kind != "prompt"]
        length = sum(len(s.ids or ()) for s in segments if s.sampled or self.count == "all")
        over = length - (self.longest - self.margin)
        penalty = -1.0 if length >= self.longest else -max(0.0, over / max(1, self.margin))
        return replace(scored, reward=scored.reward + penalty, parts={**scored.parts, "overlong": penalty})


def _score(scored: Scored) -> float:
    return scored.trajectory.grade.score if scored.trajectory.grade else 0.0
