"""Code-error rate: the share of the programs run that did not end "ok"."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class CodeErrors:
    """Failed runs over all runs; says nothing of problems without a run."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        runs = sum(t.tree.runs for t in samples)
        return (float(sum(t.tree.errors for t in samples)), float(runs)) if runs else None
