"""GTPO: group turn policy optimization. Each turn has the discounted return of the turns from it on.

Ding et al., "Empowering Multi-Turn Tool-Integrated Reasoning with Group Turn Policy Optimization", 2025,
arXiv:2511.14846, section 3.
System: GTPO.

    failed i, P the group's right rollouts:  R_i + alpha/|P| sum over p in P of sim(code_i, code_p)
    G_ij = sum over k >= j of gamma^(k - j) r_ik,   r_ik the reward of turn k, the outcome's on the last
    A_ij = (G_ij - mean) / std of the group, on every token of turn j

Two other methods are called GTPO: 2508.04349 and 2508.03772. Turn rewards (the paper's format term) come from
the reward, `turn_format`. Differs from the paper: similarity is of token counts, or of token sequences, where
the paper embeds code with a model; the paper leaves open over which turns A is normalised, so `normalise`
says: "group" over all turns of all rollouts, "turn" over those of the same number.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

import torch
from torch import Tensor

from reckon.training import torch_stages as stages
from reckon.training.fields import one_of, within
from reckon.training.scored import Group, Scored
from reckon.training.torch_batch import Batch


@dataclass(frozen=True, slots=True)
class GtpoTurn:
    """clip: e.  similarity: "counts" is the cosine of token counts, "sequence" difflib's ratio of tokens."""

    clip: float = 0.2
    gamma: float = 0.9
    alpha: float = 0.5
    similarity: Literal["counts", "sequence"] = "counts"
    normalise: Literal["group", "turn"] = "group"

    critic = False
    reference = False

    def __post_init__(self) -> None:
        within(self, 0.0, 1.0, "clip", "gamma", "alpha")
        one_of(self, "similarity", ("counts", "sequence"))
        one_of(self, "normalise", ("group", "turn"))

    def shape(self, group: Group) -> Group:
        passed = [_code(scored) for scored in group if scored.right]
        return [s if s.right or not passed else self._shaped(s, passed) for s in group]

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return groups

    def credit(self, batch: Batch) -> Tensor:
        present_BK = stages.turns_present(batch)
        last_B = (present_BK * torch.arange(1, present_BK.shape[1] + 1, device=present_BK.device)).argmax(1)
        reward_BK = stages.turn_rewards(batch, present_BK)
        reward_BK = reward_BK.scatter_add(1, last_B[:, None], batch.reward_B[:, None])
        return_BK = reward_BK.clone()
        for k in reversed(range(reward_BK.shape[1] - 1)):
            return_BK[:, k] += self.gamma * return_BK[:, k + 1]
        advantage_BK = stages.turn_standard(
            return_BK, present_BK, batch.group_B, apart=self.normalise == "turn"
        )
        return stages.over_turns(advantage_BK, batch)

    def loss(self, logp_BT: Tensor, batch: Batch, advantage_BT: Tensor) -> Tensor:
        return stages.clipped(stages.ratio(logp_BT, batch), advantage_BT, self.clip, self.clip)

    def weigh(self, batch: Batch) -> Tensor:
        return stages.sequence_mean(batch)

    def _shaped(self, scored: Scored, passed: Sequence[Sequence[str]]) -> Scored:
        alike = _cosine if self.similarity == "counts" else _ratio
        own = _code(scored)
        partial = self.alpha * math.fsum(alike(own, other) for other in passed) / len(passed)
        return replace(scored, reward=scored.reward + partial, parts={**scored.parts, "similarity": partial})


def _code(scored: Scored) -> list[str]:
    """The tokens of its programs, one after the other."""
    code = "\n".join(s.text for s in scored.trajectory.segments if s.kind == "code")
    return re.findall(r"\w+|[^\w\s]", code)


def _cosine(one: Sequence[str], other: Sequence[str]) -> float:
    ones, others = Counter(one), Counter(other)
    lengths = math.hypot(*ones.values()) * math.hypot(*others.values())
    return sum(count * others[token] for token, count in ones.items()) / lengths if lengths else 0.0


def _ratio(one: Sequence[str], other: Sequence[str]) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() if one and other else 0.0
