"""Accuracy: the mean score; over several tries of a problem it is avg@k (mean@k)."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares, score
from reckon.values import Trajectory


@dataclass(frozen=True)
class Accuracy:
    """The mean score in [0, 1], every try of a problem counted alike."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        return sum(map(score, samples)) / len(samples), 1.0
