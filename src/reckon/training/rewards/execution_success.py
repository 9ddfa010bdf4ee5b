"""Execution success: the share of the rollout's programs that ran to their end, 0 without a program.

As a term beside the answer in Tool-R1 (Zhang et al., 2025, arXiv:2509.12867), whose weight is not published:
give one with `Weighted`. The program's failure is data; a run that failed by a fault of ours voids the
rollout.
"""

from dataclasses import dataclass

from reckon.training.rewards import counted, earned
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class ExecutionSuccess:
    """Parts: execution."""

    def score(self, trajectory: Trajectory) -> Scored:
        runs = counted(trajectory).executions
        return earned(trajectory, execution=sum(run.ok for run in runs) / len(runs) if runs else 0.0)
