"""maj@k (cons@k): the score of the answer that most of k tries gave.

Wang et al., "Self-Consistency Improves Chain of Thought Reasoning in Language Models", 2022,
arXiv:2203.11171.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.errors import UsageError
from reckon.evaluation.metrics import Shares, score
from reckon.values import Trajectory
from reckon.votes import key, majority


@dataclass(frozen=True)
class MajAtK:
    """The first k tries vote; a try without an answer has no vote, the earliest of equals wins."""

    k: int = 1

    def __post_init__(self) -> None:
        if self.k < 1:
            raise UsageError(f"MajAtK: k must be at least 1, got {self.k}")

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        if len(samples) < self.k:
            return None
        answered = [t for t in samples[: self.k] if t.answer is not None and t.answer.text is not None]
        winner = majority(t.answer.text for t in answered if t.answer is not None)
        if winner is None:
            return 0.0, 1.0
        chosen = next(t for t in answered if t.answer and t.answer.text and key(t.answer.text) == key(winner))
        return score(chosen), 1.0
