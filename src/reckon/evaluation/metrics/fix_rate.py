"""Fix rate: of the tries whose first program failed, those that ended with a right answer.

As the Copilot Evaluation Harness (arXiv:2402.14261) counts fixes: broken at first and right at last.
System: Copilot Evaluation Harness; its fix rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares, score
from reckon.values import Trajectory


@dataclass(frozen=True)
class FixRate:
    """The mean score of the tries whose first program failed."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        broken = [t for t in samples if t.executions and not t.executions[0].ok]
        return (sum(map(score, broken)), float(len(broken))) if broken else None
