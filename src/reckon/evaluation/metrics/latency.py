"""Seconds per try: generating, waiting for the interpreter, executing; forks and side questions included."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class Latency:
    """The sum of a tree's phases: what ran at once is counted as if it had not."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        return sum(t.tree.generate_s + t.tree.execute_s + t.tree.queue_s for t in samples), len(samples)
