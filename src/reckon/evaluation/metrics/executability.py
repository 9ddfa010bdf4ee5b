"""Executability: the share of tries with code whose last program ran to its end.

The execution completion rate of GitTaskBench (arXiv:2508.18993) where a task is one program.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class Executability:
    """Of the tries whose own line of thought ran a program."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        ran = [t.executions[-1] for t in samples if t.executions]
        return (float(sum(e.ok for e in ran)), float(len(ran))) if ran else None
