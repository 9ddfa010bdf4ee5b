"""Numbers with 95 % intervals, by problem: samples of one problem are not independent of each other."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Z95 = 1.959964
_DRAWS = 1000
_AT_ONCE = 4_000_000  # numbers drawn together


@dataclass(frozen=True)
class Estimate:
    """A number, the interval that holds it with 95 % confidence, and how many problems it stands on."""

    value: float
    low: float
    high: float
    n: int

    def __format__(self, spec: str) -> str:
        if not self.n:
            return "-"
        spec = spec or ".3g"
        return f"{self.value:{spec}} ({self.low:{spec}} to {self.high:{spec}})"


NOTHING = Estimate(math.nan, math.nan, math.nan, 0)


def wilson(right: float, n: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson, 1927); (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    p = right / n
    middle = p + Z95**2 / (2 * n)
    spread = Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    scale = 1 + Z95**2 / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def ratio(shares: Sequence[float], weights: Sequence[float]) -> Estimate:
    """Sum of shares over sum of weights, one of each for a problem.

    A proportion (shares 0 or 1, weights 1) has Wilson's interval, which does not shrink to nothing where all
    is right; anything else that of the bootstrap.
    """
    if not len(shares) or not (total := math.fsum(weights)):
        return NOTHING
    value = math.fsum(shares) / total
    if all(weight == 1 for weight in weights) and all(share in (0, 1) for share in shares):
        return Estimate(value, *wilson(math.fsum(shares), len(shares)), len(shares))
    return bootstrap(shares, weights)


def mean(values: Sequence[float]) -> Estimate:
    """The mean of a number for each problem."""
    return ratio(values, [1.0] * len(values))


def bootstrap(shares: Sequence[float], weights: Sequence[float]) -> Estimate:
    """The same ratio with the interval of the percentile bootstrap over problems, from a fixed seed."""
    share_N, weight_N = np.asarray(shares, float), np.asarray(weights, float)
    if not len(shares) or not weight_N.sum():
        return NOTHING
    low, high = np.quantile(_draws(share_N, weight_N), (0.025, 0.975))
    return Estimate(float(share_N.sum() / weight_N.sum()), float(low), float(high), len(shares))


def _draws(share_N: "np.ndarray", weight_N: "np.ndarray") -> "np.ndarray":
    """The ratio in each of the draws; those in which all weights are 0 are left out."""
    rng, n = np.random.default_rng(0), len(share_N)
    found = []
    for done in range(0, _DRAWS, step := max(1, _AT_ONCE // n)):
        drawn_DN = rng.integers(n, size=(min(step, _DRAWS - done), n))
        weight_D = weight_N[drawn_DN].sum(1)
        found.append(share_N[drawn_DN].sum(1)[weight_D != 0] / weight_D[weight_D != 0])
    return np.concatenate(found)
