"""A spurious control: 1 for the answer that most of the group gave, right or wrong.

Shao et al., "Spurious Rewards: Rethinking Training Signals in RLVR", 2025, arXiv:2506.10947, majority vote
reward; as a way of training without labels it is TTRL, 2504.16084.
Differs from the paper: the vote is over the rollouts trained on, where it labels the data beforehand.
System: Spurious Rewards; majority vote.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.training.rewards import alone, counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory
from reckon.votes import key, majority


@dataclass(frozen=True, slots=True)
class MajorityVote:
    """Parts: majority. Answers that differ in case or separators are one; the earliest of equals wins."""

    def score(self, trajectory: Trajectory) -> Scored:
        raise alone(self, trajectory)

    def score_group(self, trajectories: Sequence[Trajectory]) -> list[Scored]:
        return [
            earned(trajectory, majority=float(voted))
            for trajectory, voted in zip(trajectories, with_most(trajectories), strict=True)
        ]


def with_most(trajectories: Sequence[Trajectory]) -> list[bool]:
    """Whether each gave the answer that was given most often."""
    answers = [given.text if (given := counted(t).answer) else None for t in trajectories]
    winner = majority(answers)
    return [winner is not None and answer is not None and key(answer) == key(winner) for answer in answers]
