"""Programs run per try, forks and side questions included (tool calls, TC, of OTC, arXiv:2504.14870)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class CodeCalls:
    """Per try."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        return float(sum(t.tree.runs for t in samples)), len(samples)
