"""The sum of rewards, each with its parts: `Sum((Retool(), Weighted(ExecutionSuccess(), 0.2)))`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from reckon.errors import UsageError
from reckon.training.fields import able
from reckon.training.rewards import Reward, score_group
from reckon.training.scored import Scored
from reckon.values import Trajectory

Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class Sum:
    """rewards: what is added up; equal names of parts and equal turns are added, too."""

    rewards: tuple[Reward, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.rewards, tuple) or not self.rewards:
            raise UsageError(f"Sum: rewards wants a tuple of one reward or more, got {self.rewards!r}")
        for reward in self.rewards:
            able(self, "rewards", reward, "score")

    def score(self, trajectory: Trajectory) -> Scored:
        return _sum([reward.score(trajectory) for reward in self.rewards])

    def score_group(self, trajectories: Sequence[Trajectory]) -> list[Scored]:
        each = [score_group(reward, trajectories) for reward in self.rewards]
        return [_sum(terms) for terms in zip(*each, strict=True)]


def _sum(terms: Sequence[Scored]) -> Scored:
    return Scored(
        terms[0].trajectory,
        sum(term.reward for term in terms),
        turns=_added(term.turns for term in terms),
        parts=_added(term.parts for term in terms),
        trained=all(term.trained for term in terms),
    )


def _added(mappings: Iterable[Mapping[Key, float]]) -> dict[Key, float]:
    total: dict[Key, float] = {}
    for mapping in mappings:
        for key, value in mapping.items():
            total[key] = total.get(key, 0.0) + value
    return total
