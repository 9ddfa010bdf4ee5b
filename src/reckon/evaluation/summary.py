"""What a run says: accuracy with its interval, code calls, errors, time. Faults of ours are counted apart."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reckon.values import Cost, Trajectory

Z95 = 1.959964


@dataclass(frozen=True)
class Summary:
    """Means are per problem; `low` and `high` bound the accuracy with 95 % confidence; `void` is ours."""

    n: int
    right: float
    low: float
    high: float
    calls: float
    errors: float
    tokens: float
    seconds: float
    void: int

    @property
    def accuracy(self) -> float:
        return self.right / self.n if self.n else math.nan


def methods(trajectories: Iterable[Trajectory]) -> dict[tuple[str, str], list[Trajectory]]:
    """The trajectories of each (reasoner, model), in order of first appearance."""
    found: dict[tuple[str, str], list[Trajectory]] = {}
    for trajectory in trajectories:
        found.setdefault((trajectory.reasoner, trajectory.model), []).append(trajectory)
    return found


def wilson(right: float, n: int) -> tuple[float, float]:
    """The 95 % score interval of a proportion (Wilson, 1927); (0, 1) for n = 0."""
    if n == 0:
        return 0.0, 1.0
    p = right / n
    middle = p + Z95**2 / (2 * n)
    spread = Z95 * math.sqrt(p * (1 - p) / n + Z95**2 / (4 * n * n))
    scale = 1 + Z95**2 / n
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def summarise(trajectories: Iterable[Trajectory]) -> Summary:
    """Over root trajectories; costs are those of their whole trees."""
    every = list(trajectories)
    counted = [t for t in every if not t.void]
    n = len(counted)
    right = sum(t.grade.score for t in counted if t.grade)
    low, high = wilson(right, n)
    total = sum((t.tree for t in counted), Cost())
    return Summary(
        n=n,
        right=right,
        low=low,
        high=high,
        calls=total.runs / max(1, n),
        errors=total.errors / max(1, n),
        tokens=total.tokens_out / max(1, n),
        seconds=(total.generate_s + total.execute_s + total.queue_s) / max(1, n),
        void=len(every) - n,
    )


def by(trajectories: Sequence[Trajectory], key: Callable[[Trajectory], str]) -> list[tuple[str, Summary]]:
    """A summary for each value of `key`, in order of first appearance."""
    groups: dict[str, list[Trajectory]] = {}
    for trajectory in trajectories:
        groups.setdefault(key(trajectory), []).append(trajectory)
    return [(name, summarise(group)) for name, group in groups.items()]
