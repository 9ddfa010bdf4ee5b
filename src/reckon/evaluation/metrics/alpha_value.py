"""α-value: what an agent's work is worth on the market, less what it cost.

GitTaskBench (arXiv:2508.18993): the mean over tasks of T x MV x Q - C, with success T, the market value MV of
the task, the quality Q of the result, and the cost C of the tokens.
System: GitTaskBench; its α-value.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares, score
from reckon.evaluation.metrics.price import Price
from reckon.values import Trajectory


@dataclass(frozen=True)
class AlphaValue:
    """Reads the problem's `metadata["market_value"]`, in the currency of the prices; says nothing without.

    The score is T x Q: 0 for a failure, the quality of the result where a grader tells degrees.
    """

    tokens_in: float
    tokens_out: float

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        worth = samples[0].problem.metadata.get("market_value")
        if isinstance(worth, bool) or not isinstance(worth, int | float):
            return None
        spent, tries = Price(self.tokens_in, self.tokens_out).of(samples) or (0.0, 1.0)
        return sum(map(score, samples)) / len(samples) * worth - spent / tries, 1.0
