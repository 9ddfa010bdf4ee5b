"""Ratings from comparisons: Bradley and Terry, 1952, fitted by maximum likelihood, on Elo's scale.

P(i beats j) = 1 / (1 + 10^((r_j - r_i) / 400)); a tie is half a win for either. To each pair that met one tie
is added: without it a method that never lost would have no finite rating. Intervals are the bootstrap's, over
problems. Used so by BigCodeArena (Zhuo et al., 2025, arXiv 2510.08697, AutoCodeArena).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reckon.errors import UsageError
from reckon.evaluation.intervals import Estimate
from reckon.evaluation.judges.judgement import Game, Method

CENTRE = 1000.0
_SCALE = 400 / math.log(10)
_DRAWS = 200
_STEPS = 100


@dataclass(frozen=True)
class Rating:
    """elo: with its interval; its n is the number of problems.  games: how many the method took part in."""

    method: Method
    elo: Estimate
    games: int


def ratings(games: Sequence[Game], anchor: Method | None = None) -> list[Rating]:
    """The methods, best first. Their mean is 1000, or `anchor` is.

    Raises UsageError where no chain of comparisons joins two of them.
    """
    names = list(dict.fromkeys(name for game in games for name in (game.first, game.second)))
    if not names:
        return []
    place = {name: n for n, name in enumerate(names)}
    base = place.get(anchor) if anchor is not None else None
    problems = list(dict.fromkeys(game.problem for game in games))
    row = {name: n for n, name in enumerate(problems)}
    wins_PMM = np.zeros((len(problems), len(names), len(names)))
    for game in games:
        first, second = place[game.first], place[game.second]
        wins_PMM[row[game.problem], first, second] += game.result
        wins_PMM[row[game.problem], second, first] += 1 - game.result
    wins_MM = wins_PMM.sum(0)
    met_MM = (wins_MM + wins_MM.T) > 0
    _check_joined(met_MM, names)
    elo_M = fit(wins_MM + met_MM / 2, base)
    rng, flat = np.random.default_rng(0), wins_PMM.reshape(len(problems), -1)
    drawn_DM = np.empty((_DRAWS, len(names)))
    for draw in range(_DRAWS):
        times_P = np.bincount(rng.integers(len(problems), size=len(problems)), minlength=len(problems))
        drawn_DM[draw] = fit((times_P @ flat).reshape(wins_MM.shape) + met_MM / 2, base)
    low_M, high_M = np.quantile(drawn_DM, (0.025, 0.975), axis=0)
    found = [
        Rating(
            name,
            Estimate(float(elo_M[n]), float(low_M[n]), float(high_M[n]), len(problems)),
            sum(name in (game.first, game.second) for game in games),
        )
        for n, name in enumerate(names)
    ]
    return sorted(found, key=lambda rating: -rating.elo.value)


def fit(wins_MM: "np.ndarray", base: int | None = None) -> "np.ndarray":
    """elo_M of the most likely strengths, by Newton's method. wins_MM[i, j]: wins of i over j."""
    played_MM = wins_MM + wins_MM.T
    theta_M = np.zeros(len(wins_MM))
    for _ in range(_STEPS):
        p_MM = 1 / (1 + np.exp(theta_M[None, :] - theta_M[:, None]))
        slope_M = wins_MM.sum(1) - (played_MM * p_MM).sum(1)
        curve_MM = -played_MM * p_MM * (1 - p_MM)
        curve_MM[np.diag_indices_from(curve_MM)] = -curve_MM.sum(1)
        # Only differences count, so the matrix is singular: the pseudo-inverse keeps the mean at 0.
        step_M = np.linalg.pinv(curve_MM) @ slope_M
        theta_M += step_M / max(1.0, float(abs(step_M).max()))  # a long step could overshoot
        if abs(step_M).max() < 1e-9:
            break
    elo_M: np.ndarray = CENTRE + _SCALE * (theta_M - (theta_M.mean() if base is None else theta_M[base]))
    return elo_M


def _check_joined(met_MM: "np.ndarray", names: Sequence[Method]) -> None:
    reached, waiting = {0}, [0]
    while waiting:
        for other in np.flatnonzero(met_MM[waiting.pop()]).tolist():
            if other not in reached:
                reached.add(other)
                waiting.append(other)
    apart = next((name for n, name in enumerate(names) if n not in reached), None)
    if apart is not None:
        raise UsageError(
            f"{', '.join(names[0])} and {', '.join(apart)} are joined by no chain of comparisons: their"
            " ratings have no common scale; compare more pairs"
        )
