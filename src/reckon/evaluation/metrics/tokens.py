"""Tokens that the models wrote for a problem, forks and side questions included."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class Tokens:
    """Per try. read: those that the models read instead, what a cache holds counted every time."""

    read: bool = False

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        return float(sum(t.tree.tokens_in if self.read else t.tree.tokens_out for t in samples)), len(samples)
