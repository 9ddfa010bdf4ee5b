"""Rewards: one published reward, or one term of many, per file: a frozen dataclass with one verb, `score`.

`Sum((R1CiV1(), Weighted(CallCost(), 0.1)))` adds them up, and `Scored.parts` says what each gave: they sum to
the reward and the rewards of turns together. A reward that needs the rollout's group has `score_group`
besides.
"""

from collections.abc import Sequence
from math import fsum
from typing import Protocol, runtime_checkable

from reckon.errors import UsageError
from reckon.training.scored import Scored
from reckon.values import Grade, Trajectory


class Reward(Protocol):
    """What a graded rollout earned. Raises UsageError for a void one: a fault of ours is never a reward."""

    def score(self, trajectory: Trajectory) -> Scored: ...


@runtime_checkable
class GroupReward(Reward, Protocol):
    """A reward that looks at all rollouts of a problem at once; its `score` raises UsageError."""

    def score_group(self, trajectories: Sequence[Trajectory]) -> list[Scored]: ...


def score_group(reward: Reward, trajectories: Sequence[Trajectory]) -> list[Scored]:
    """What each rollout of a group earned, in order. Raises UsageError for a void one."""
    if isinstance(reward, GroupReward):
        return reward.score_group(trajectories)
    return [reward.score(trajectory) for trajectory in trajectories]


def alone(reward: Reward, trajectory: Trajectory) -> UsageError:
    """What a group's reward raises when it is given one rollout."""
    name = type(reward).__name__
    return UsageError(f"{name} wants all rollouts of a problem, not {trajectory.id} alone: call score_group")


def counted(trajectory: Trajectory) -> Trajectory:
    """The rollout, if it counts. Raises UsageError for one that a fault of ours voids."""
    faults = [run.note for run in trajectory.executions if run.status == "infrastructure"]
    if trajectory.void or faults:
        why = trajectory.void or f"a run failed by a fault of ours: {faults[0] or 'session lost'}"
        raise UsageError(
            f"rollout {trajectory.id} is void ({why}) and earns nothing: draw it again, or leave it out"
        )
    return trajectory


def grade_of(trajectory: Trajectory) -> Grade:
    """Its grade. Raises UsageError for a rollout that is void or was never graded."""
    grade = counted(trajectory).grade
    if grade is None:
        raise UsageError(f"rollout {trajectory.id} has no grade: let its task grade it before it is scored")
    return grade


def earned(trajectory: Trajectory, **parts: float) -> Scored:
    """The rollout with the sum of these parts as its reward."""
    # Not `sum`: in this package that name is the file of the reward `Sum`.
    return Scored(trajectory, fsum(parts.values()), parts=parts)
