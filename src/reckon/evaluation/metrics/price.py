"""Price of a problem by a table of what a million tokens cost, forks and side questions included."""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.values import Trajectory

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """Per try, of one model: a tree in which a second model wrote is priced as if the first had.

    tokens_in, tokens_out: price of a million tokens read and written.
    """

    tokens_in: float
    tokens_out: float

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        spent = sum(t.tree.tokens_in * self.tokens_in + t.tree.tokens_out * self.tokens_out for t in samples)
        return spent / MILLION, len(samples)
