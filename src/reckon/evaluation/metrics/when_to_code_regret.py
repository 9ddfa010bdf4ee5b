"""When-to-code regret: what a method loses, problem by problem, against the better of text and code alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from reckon.evaluation.metrics import Shares, score
from reckon.values import Trajectory


@dataclass(frozen=True)
class WhenToCodeRegret:
    """text, code: mean score by the problem's id (`metrics.scores`) of the two pure methods.

    Negative where the method beats both. With one try of each a part of it is luck: the better of two noisy
    scores is above either's mean. Says nothing of problems that only one of the two tried.
    """

    text: Mapping[str, float] = field(default_factory=dict)
    code: Mapping[str, float] = field(default_factory=dict)

    def of(self, samples: Sequence[Trajectory]) -> Shares | None:
        name = samples[0].problem.id
        if name not in self.text or name not in self.code:
            return None
        own = sum(map(score, samples)) / len(samples)
        return max(self.text[name], self.code[name]) - own, 1.0
