"""How far a judge can be believed: its verdicts against gold's, and its favour for a place."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reckon.evaluation.intervals import NOTHING, Estimate, bootstrap, mean
from reckon.evaluation.judges.judgement import Judgement
from reckon.evaluation.judges.pointwise import MIDDLE

_DRAWS = 1000


@dataclass(frozen=True)
class Agreement:
    """Of one judge in one mode; every interval is by problem.

    verdicts: those that were well formed.  malformed: the others, which count nowhere else.
    right: verdicts that are gold's.  decided: the same, of pairs in which gold prefers one.
    chance: what verdicts without sight would get.  kappa: Cohen's; none for lists, whose places mean nothing.
    first: of pairs, how often the answer shown first won, of the times that one won.
    consistent: of pairs, how often both orders named the same winner, or neither.
    """

    verdicts: int
    malformed: int
    right: Estimate
    decided: Estimate
    chance: Estimate
    kappa: Estimate
    first: Estimate
    consistent: Estimate


def agreement(found: Sequence[Judgement]) -> Agreement:
    """Over the judgements of one judge in one mode."""
    said = [one for one in found if one.verdict is not None]
    known = [one for one in said if one.gold is not None]
    pairs = [one for one in said if one.mode == "pairwise"]
    lists = [one for one in known if one.mode == "listwise"]
    return Agreement(
        verdicts=len(said),
        malformed=len(found) - len(said),
        right=_share([(one.problem, _is_right(one)) for one in known]),
        decided=_share([(one.problem, _is_right(one)) for one in known if 0 not in (one.gold or ())])
        if pairs
        else NOTHING,
        chance=_share([(one.problem, len(one.gold or ()) / len(one.methods)) for one in lists]),
        kappa=kappa([(one.problem, *_labels(one)) for one in known if one.mode != "listwise"]),
        first=_share([(one.problem, float(one.verdict == 1)) for one in pairs if one.verdict]),
        consistent=_share(_both_orders(pairs)),
    )


def kappa(labels: Sequence[tuple[str, str, str]]) -> Estimate:
    """Cohen's kappa (1960) of (problem, one's label, the other's): (p_o - p_e) / (1 - p_e).

    p_o: how often they agree; p_e: how often they would by chance, from how often each says what. Nothing
    where both say one thing only. The interval is the bootstrap's over problems.
    """
    names = sorted({label for _, *both in labels for label in both})
    problems = {name: n for n, name in enumerate(dict.fromkeys(problem for problem, *_ in labels))}
    counts_PLL = np.zeros((len(problems), len(names), len(names)))
    for problem, one, other in labels:
        counts_PLL[problems[problem], names.index(one), names.index(other)] += 1
    value = _kappa(counts_PLL.sum(0))
    if not labels or value is None:
        return NOTHING
    rng, flat = np.random.default_rng(0), counts_PLL.reshape(len(problems), -1)
    drawn = []
    for _ in range(_DRAWS):
        times_P = np.bincount(rng.integers(len(problems), size=len(problems)), minlength=len(problems))
        drawn.append(_kappa((times_P @ flat).reshape(len(names), -1)))
    low, high = np.quantile([one for one in drawn if one is not None], (0.025, 0.975))
    return Estimate(value, float(low), float(high), len(problems))


def _kappa(counts_LL: "np.ndarray") -> float | None:
    total = counts_LL.sum()
    if not total:
        return None
    agreed = float(np.trace(counts_LL) / total)
    chance = float(counts_LL.sum(0) @ counts_LL.sum(1) / total**2)
    return None if chance == 1 else (agreed - chance) / (1 - chance)


def _is_right(one: Judgement) -> float:
    return float(one.verdict in (one.gold or ()))


def _labels(one: Judgement) -> tuple[str, str]:
    """The judge's label and gold's."""
    gold = one.gold or ()
    if one.mode == "pairwise":
        return str(one.verdict), str(gold[0])
    verdict = one.verdict or 0
    said = "right" if verdict > MIDDLE else "wrong" if verdict < MIDDLE else "undecided"
    return said, "right" if MIDDLE + 1 in gold else "wrong"


def _both_orders(pairs: Sequence[Judgement]) -> list[tuple[str, float]]:
    """(problem, whether the two verdicts agree) of each pair judged in both orders."""
    turned = {
        (one.problem, one.show, one.seed, tuple(zip(one.methods, one.trajectories, strict=True))): one
        for one in pairs
    }
    found = []
    for (problem, show, seed, sides), one in turned.items():
        other = turned.get((problem, show, seed, sides[::-1]))
        if other is not None and sides < sides[::-1]:
            found.append((problem, float({0: 0, 1: 2, 2: 1}[one.verdict or 0] == other.verdict)))
    return found


def _share(values: Sequence[tuple[str, float]]) -> Estimate:
    """The mean over all values, its interval by problem."""
    sums: dict[str, list[float]] = defaultdict(list)
    for problem, value in values:
        sums[problem].append(value)
    if all(len(own) == 1 for own in sums.values()):
        return mean([value for _, value in values])
    return bootstrap([sum(own) for own in sums.values()], [float(len(own)) for own in sums.values()])
