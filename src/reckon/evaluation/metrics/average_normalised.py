"""AveNorm: the mean over tasks of a method's score over the best method's on that task.

Chen et al., "Steering Large Language Models between Code Execution and Textual Reasoning", 2024,
arXiv:2410.03524.
System: CodeSteer study (Code/Text steering); its normalised average.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from reckon.evaluation.metrics import Shares, score
from reckon.values import Trajectory


@dataclass(frozen=True)
class AverageNormalised:
    """best: the best method's score on each task.  problems: how many this method tried of each.

    A task that no method solved is left out. `against` makes one from the methods' results.
    """

    best: Mapping[str, float] = field(default_factory=dict)
    problems: Mapping[str, int] = field(default_factory=dict)

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        task = samples[0].problem.task
        if not self.best.get(task) or not self.problems.get(task):
            return None
        weight = 1.0 / self.problems[task]  # so that each task counts alike
        return weight * sum(map(score, samples)) / len(samples) / self.best[task], weight


Results = Mapping[str, Sequence[Trajectory]]


def against(methods: Iterable[Results], own: Results) -> AverageNormalised:
    """The metric for the method with the results `own` among `methods`, itself one of them."""
    means = [_task_means(results) for results in methods]
    best = {task: max(m.get(task, 0.0) for m in means) for task in {name for m in means for name in m}}
    return AverageNormalised(best, Counter(samples[0].problem.task for samples in own.values()))


def _task_means(results: Results) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for samples in results.values():
        found.setdefault(samples[0].problem.task, []).append(sum(map(score, samples)) / len(samples))
    return {task: sum(values) / len(values) for task, values in found.items()}
