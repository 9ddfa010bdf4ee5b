"""Tool productivity: right answers for each program run.

Wang et al., "Acting Less is Reasoning More! Teaching Model to Act Efficiently" (OTC), 2025, arXiv:2504.14870.
System: OTC-PO; its tool productivity.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares, score
from reckon.values import Trajectory


@dataclass(frozen=True)
class ToolProductivity:
    """All scores over all runs; says nothing where no program was run at all."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        return sum(map(score, samples)), float(sum(t.tree.runs for t in samples))
