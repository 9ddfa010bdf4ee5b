"""Metrics: one number per file, a frozen dataclass that says what one problem adds to it.

A metric is a sum of shares over a sum of weights, over problems: a mean has the weight 1, a rate (failed runs
of all runs) has the number of runs. `measure` adds the interval, which is drawn by problem. Rollouts that a
fault of ours voided are counted apart and never reach a metric.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from reckon import registry
from reckon.evaluation.intervals import Estimate, ratio
from reckon.values import Trajectory

Shares = tuple[float, float]

ALWAYS = (
    "accuracy",
    "code_use",
    "code_calls",
    "code_errors",
    "executability",
    "self_correction",
    "tokens",
    "latency",
)


class Metric(Protocol):
    """One number about how a method solves problems."""

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        """(share, weight) of one problem, from all the method's tries at it; None where it says nothing."""
        ...


def by_problem(trajectories: Iterable[Trajectory]) -> dict[str, list[Trajectory]]:
    """The tries of each problem, by its id: roots that count."""
    found: dict[str, list[Trajectory]] = {}
    for trajectory in trajectories:
        if trajectory.relation == "root" and not trajectory.void:
            found.setdefault(trajectory.problem.id, []).append(trajectory)
    return found


def measure(metric: Metric, problems: Mapping[str, Sequence[Trajectory]]) -> Estimate:
    """The metric over problems (`by_problem`), with its interval."""
    pairs = [pair for samples in problems.values() if (pair := metric.of(samples)) is not None]
    return ratio([share for share, _ in pairs], [weight for _, weight in pairs])


def scores(problems: Mapping[str, Sequence[Trajectory]]) -> dict[str, float]:
    """The mean score of each problem."""
    return {name: sum(map(score, samples)) / len(samples) for name, samples in problems.items()}


def score(trajectory: Trajectory) -> float:
    """In [0, 1]; 0 without an answer."""
    return trajectory.grade.score if trajectory.grade is not None else 0.0


def build(expression: str) -> Metric:
    """The metric of a name, or of what its repr prints: `PassAtK(k=8)`. Raises UsageError."""
    metric: Metric = registry.build("evaluation.metrics", expression)
    return metric
