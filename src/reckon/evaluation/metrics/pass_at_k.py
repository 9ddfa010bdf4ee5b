"""pass@k: whether one of k tries is right, estimated without bias from n >= k tries.

Chen et al., "Evaluating Large Language Models Trained on Code", 2021, arXiv:2107.03374:
1 - C(n-c, k) / C(n, k).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

from reckon.errors import UsageError
from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory


@dataclass(frozen=True)
class PassAtK:
    """Says nothing of problems with fewer than k tries."""

    k: int = 1

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"PassAtK: k must be at least 1, got {self.k}")

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        n, right = len(samples), sum(t.grade is not None and t.grade.right for t in samples)
        return (1 - comb(n - right, self.k) / comb(n, self.k), 1.0) if n >= self.k else None
