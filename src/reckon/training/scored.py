"""Rollouts with their rewards: what the stages score, shape and select work on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from reckon.values import Segment, Trajectory


@dataclass(frozen=True, slots=True)
class Scored:
    """A finished rollout and what it earned.

    reward: of its outcome. turns: of single turns, by their number from 0; a turn is one sample, up to the
    program it ends in or to the answer. parts: what the reward was made of, for the log. trained: False keeps
    it in its group's statistics and out of the loss.
    """

    trajectory: Trajectory
    reward: float
    turns: Mapping[int, float] = field(default_factory=dict)
    parts: Mapping[str, float] = field(default_factory=dict)
    trained: bool = True

    @property
    def calls(self) -> int:
        """Programs that ran."""
        return len(self.trajectory.executions)

    @property
    def right(self) -> bool:
        """By the task's grade, whatever the reward was made of."""
        return self.trajectory.grade is not None and self.trajectory.grade.right


Group: TypeAlias = Sequence[Scored]


def turns_of(trajectory: Trajectory) -> tuple[tuple[Segment, ...], ...]:
    """Its turns in order: the segments of each sample."""
    turns: dict[int, list[Segment]] = {}
    for segment in trajectory.segments:
        if segment.sample is not None:
            turns.setdefault(segment.sample, []).append(segment)
    return tuple(map(tuple, turns.values()))
