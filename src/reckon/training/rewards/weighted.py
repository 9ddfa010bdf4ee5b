"""A reward times a number: a term of a `Sum` with its weight."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from reckon.training.fields import able, within
from reckon.training.rewards import Reward, score_group
from reckon.training.scored import Scored
from reckon.values import Trajectory

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Weighted:
    """Its parts, its turns and its reward, each times `weight`."""

    reward: Reward
    weight: float = 1.0

    def __post_init__(self) -> None:
        able(self, "reward", self.reward, "score")
        within(self, -math.inf, math.inf, "weight")

    def score(self, trajectory: Trajectory) -> Scored:
        return self._times(self.reward.score(trajectory))

    def score_group(self, trajectories: Sequence[Trajectory]) -> list[Scored]:
        return [self._times(scored) for scored in score_group(self.reward, trajectories)]

    def _times(self, scored: Scored) -> Scored:
        def times(values: Mapping[Key, float]) -> dict[Key, float]:
            return {key: self.weight * value for key, value in values.items()}

        return replace(
            scored,
            reward=self.weight * scored.reward,
            turns=times(scored.turns),
            parts=times(scored.parts),
        )
