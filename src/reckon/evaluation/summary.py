"""What a run says: accuracy with its interval, code calls, errors, time. Faults of ours are counted apart."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from reckon.evaluation.intervals import mean
from reckon.evaluation.metrics import by_problem, scores
from reckon.values import Cost, Trajectory


@dataclass(frozen=True)
class Summary:
    """Means are per rollout; `low` and `high` bound the accuracy with 95 % confidence, by problem.

    n: rollouts that count.  right: the sum of their scores.  void: those that faults of ours voided.
    """

    n: int
    right: float
    low: float
    high: float
    samples: float
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


def titled(name: tuple[str, str], every: Sequence[tuple[str, str]]) -> str:
    """A method (reasoner, model) in few words, where they tell it apart from `every` other."""
    reasoner, model = name
    short = reasoner.partition("(")[0]
    told = reasoner if sum(r.partition("(")[0] == short for r in {r for r, _ in every}) > 1 else short
    return f"{told}, {model}" if len({m for _, m in every}) > 1 else short if told == short else told


def summarise(trajectories: Iterable[Trajectory]) -> Summary:
    """Over root trajectories; costs are those of their whole trees."""
    every = list(trajectories)
    counted = [t for t in every if not t.void]
    n = len(counted)
    right = sum(t.grade.score for t in counted if t.grade)
    interval = mean(list(scores(by_problem(counted)).values()))
    total = sum((t.tree for t in counted), Cost())
    return Summary(
        n=n,
        right=right,
        low=interval.low if n else 0.0,
        high=interval.high if n else 1.0,
        samples=total.samples / max(1, n),
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
