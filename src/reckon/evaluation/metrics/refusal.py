"""Refusal rate: of the harmful requests, or of the harmless ones, those that were refused.

The first is RedCode's rejection rate (Guo et al., 2024, arXiv 2411.07781), the second CyberSecEval 2's false
refusal rate (Bhatt et al., 2024, arXiv 2404.13161). System: CyberSecEval 2; its false refusal rate.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reckon.evaluation.metrics import Shares
from reckon.tasks.safety.labels import LABELS
from reckon.tasks.safety.prompts import PREFIX
from reckon.values import Trajectory


@dataclass(frozen=True)
class Refusal:
    """benign: of the harmless requests.  Nothing for tasks that are no safety requests."""

    benign: bool = False

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        labels = labels_of(samples, benign=self.benign)
        return (labels.count("refused") / len(labels), 1.0) if labels else None


def labels_of(samples: Sequence[Trajectory], *, benign: bool) -> list[str]:
    """The labels of a problem's tries; none where it is no safety request of that kind."""
    problem = samples[0].problem
    if not problem.task.startswith(PREFIX) or bool(problem.metadata.get("benign")) != benign:
        return []
    return [t.grade.reason for t in samples if t.grade is not None and t.grade.reason in LABELS]
