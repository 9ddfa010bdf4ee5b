"""A spurious control: 1 for the wrong answer that most of the group gave, 0 for any other, the right one too.

Shao et al., "Spurious Rewards: Rethinking Training Signals in RLVR", 2025, arXiv:2506.10947, incorrect
reward.
Differs from the paper: the label is the commonest wrong answer of the rollouts trained on, where it is that
of an earlier model, and only questions with a wrong label are kept.
System: Spurious Rewards; incorrect.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.training.rewards import alone, earned, grade_of
from reckon.training.rewards.majority_vote import with_most
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class IncorrectLabel:
    """Parts: incorrect."""

    def score(self, trajectory: Trajectory) -> Scored:
        raise alone(self, trajectory)

    def score_group(self, trajectories: Sequence[Trajectory]) -> list[Scored]:
        wrong = [n for n, trajectory in enumerate(trajectories) if not grade_of(trajectory).right]
        voted = with_most([trajectories[n] for n in wrong])
        labelled = {n for n, most in zip(wrong, voted, strict=True) if most}
        return [earned(t, incorrect=float(n in labelled)) for n, t in enumerate(trajectories)]
