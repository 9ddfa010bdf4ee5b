"""Code-use rate: the share of tries in which a program was run."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class CodeUse:
    """Whether a program was run, in the tree of a try."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        return sum(t.tree.runs > 0 for t in samples) / len(samples), 1.0
