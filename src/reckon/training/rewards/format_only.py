"""A spurious control: 1 for any answer in the dialect's form, right or wrong.

Shao et al., "Spurious Rewards: Rethinking Training Signals in RLVR", 2025, arXiv:2506.10947, format reward.
Differs from the paper: the form is the dialect's answer mark, where it asks for \\boxed{}.
System: Spurious Rewards; format.
"""

from dataclasses import dataclass

from reckon.training.rewards import counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class FormatOnly:
    """Parts: format."""

    def score(self, trajectory: Trajectory) -> Scored:
        answer = counted(trajectory).answer
        return earned(trajectory, format=float(answer is not None and answer.text is not None))
