"""Two methods on the same problems: the difference, whether it is more than noise, what would show it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from reckon.evaluation.intervals import Estimate, bootstrap

_ROUNDS = 10_000
_POWER = (1.959964 + 0.841621) ** 2  # two-sided 5 %, 80 % of the time


@dataclass(frozen=True)
class Difference:
    """What a second method scores above a first, on the problems that both tried.

    p: of so large a difference, either way, where the two were equal.  needed: how many problems would show a
    difference of this size 4 times in 5; None where there is none.  wins, losses: of the second method.
    """

    estimate: Estimate
    p: float
    needed: int | None
    wins: int
    losses: int

    @property
    def verdict(self) -> str:
        """In words."""
        if not self.estimate.n:
            return "no problem in common"
        if self.p < 0.05:
            return "better" if self.estimate.value > 0 else "worse"
        if self.needed is None:
            return "no difference"
        return f"noise (about {self.needed:,} problems would show a difference of this size)"


def compare(first: Mapping[str, float], second: Mapping[str, float]) -> Difference:
    """first, second: mean score by the problem's id. What only one of them tried does not count."""
    common = sorted(first.keys() & second.keys())
    moved = [second[name] - first[name] for name in common]
    estimate = bootstrap(moved, [1.0] * len(moved))
    spread = float(np.var(moved)) if moved else 0.0
    needed = None
    if moved and estimate.value:
        needed = max(len(moved) if not spread else 2, math.ceil(_POWER * spread / estimate.value**2))
    wins, losses = sum(m > 0 for m in moved), sum(m < 0 for m in moved)
    return Difference(estimate, _p(moved), needed, wins, losses)


def _p(moved: list[float]) -> float:
    """Exact McNemar (a sign test) where scores are right or wrong, else signs flipped at random."""
    moved = [m for m in moved if m]
    if not moved:
        return 1.0
    if all(abs(m) == 1 for m in moved):
        return mcnemar(sum(m > 0 for m in moved), sum(m < 0 for m in moved))
    moved_N = np.asarray(moved)
    rng, seen = np.random.default_rng(0), abs(moved_N.sum()) * (1 - 1e-9)
    flips = sum(
        int((abs((rng.integers(0, 2, (100, len(moved))) * 2 - 1) @ moved_N) >= seen).sum())
        for _ in range(_ROUNDS // 100)
    )
    return (flips + 1) / (_ROUNDS + 1)


def mcnemar(wins: int, losses: int) -> float:
    """The two-sided p of so uneven a split of fair coins (McNemar, 1947, in its exact form)."""
    n, fewer = wins + losses, min(wins, losses)
    tail = sum(
        math.exp(math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1) - n * math.log(2))
        for k in range(fewer + 1)
    )
    return min(1.0, 2 * tail)
