"""What a run may use up, by the user's price table, and what it has used up so far."""

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from reckon.errors import UsageError
from reckon.values import Trajectory

MILLION = 1_000_000


@dataclass(frozen=True)
class Price:
    """Of a million tokens read and of a million written, in a currency of the user's."""

    tokens_in: float
    tokens_out: float


def read_prices(path: str | Path) -> dict[str, Price]:
    """The table in a JSON file: {"openai:NAME": [2.5, 10.0], …}, for a million tokens in and out.

    Raises UsageError naming file and model.
    """
    try:
        table = json.loads(Path(path).read_text("utf-8"))
        return {model: Price(*map(float, pair)) for model, pair in table.items()}
    except OSError as error:
        raise UsageError(f"--prices {path}: {error.strerror}") from None
    except (ValueError, TypeError, AttributeError):
        raise UsageError(
            f'--prices {path}: wanted {{"MODEL": [price of a million tokens in, out], ...}} as JSON'
        ) from None


def price(tree: Iterable[Trajectory], prices: Mapping[str, Price]) -> float:
    """What the trajectories' own samples cost; a model that is not in the table costs nothing."""
    return sum(
        (t.cost.tokens_in * found.tokens_in + t.cost.tokens_out * found.tokens_out) / MILLION
        for t in tree
        if (found := prices.get(t.model)) is not None
    )


@dataclass(frozen=True)
class Allowance:
    """A run takes up no further problem once one of these is used up; 0 is no bound.

    tokens: read and written by models.  cost: by `prices`.  seconds: of this start of the run.
    """

    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    prices: Mapping[str, Price] = field(default_factory=lambda: MappingProxyType({}))

    def __post_init__(self) -> None:
        if min(self.tokens, self.cost, self.seconds) < 0:
            raise UsageError("--stop-tokens, --stop-cost and --stop-seconds are 0 (no bound) or above")
        if self.cost and not self.prices:
            raise UsageError("--stop-cost needs --prices FILE: what a million tokens cost")


class Spending:
    """The account of one start of a run, what its folder already holds included."""

    def __init__(self, allowance: Allowance) -> None:
        self._allowance = allowance
        self._started = time.monotonic()
        self.tokens = 0
        self.cost = 0.0

    def add(self, tree: Iterable[Trajectory]) -> None:
        tree = tuple(tree)
        self.tokens += sum(t.cost.tokens_in + t.cost.tokens_out for t in tree)
        self.cost += price(tree, self._allowance.prices)

    @property
    def over(self) -> bool:
        """Whether something is used up."""
        bounds = self._allowance
        return any(
            bound and used >= bound
            for bound, used in (
                (bounds.tokens, self.tokens),
                (bounds.cost, self.cost),
                (bounds.seconds, time.monotonic() - self._started),
            )
        )
