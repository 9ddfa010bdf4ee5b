"""Assessing Correctness in LLM-Based Code Generation via Uncertainty Estimation, Sharma & David, 2025.

arXiv 2502.11620, the entropy method with uniform weights and its abstention policy.
System: Symbolic-clustering uncertainty.

Sample n programs, cluster them by meaning, and take the entropy over the clusters as the uncertainty: above
`threshold` no answer is given, else the largest cluster answers.
Differs from the paper: programs mean the same when they give the same results on the same inputs (those of
the shown tests and inputs that the model writes), not by symbolic execution; a program that does not run, or
a sample without one, is a cluster of its own.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.candidates import draft_programs, require_at_least
from reckon.reasoners.material.clusters import calls_for, cluster
from reckon.reasoners.material.trials import tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem


@dataclass(frozen=True)
class Uncertainty:
    """n: programs. threshold: the entropy, in nats, above which it abstains; ln(n) is the largest."""

    n: int = 5
    threshold: float = 0.8
    calls: int = 5
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")
        require_at_least(self, 0, "calls")
        if not self.threshold >= 0:
            raise UsageError(f"Uncertainty.threshold must be at least 0, got {self.threshold}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests = tests_of(problem)
        drafted = await draft_programs(rollout, problem.question, tests, self.n, self.temperature)
        calls = await calls_for(problem, rollout, tests, self.calls)
        clusters = await cluster(rollout, drafted, calls)
        sizes = [len(members) for members in clusters] + [1] * (self.n - len(drafted))
        uncertainty = entropy(sizes)
        if uncertainty > self.threshold:
            rollout.note("abstained")
            return rollout.answer(None, f"abstained: entropy {uncertainty:.2f} is above {self.threshold:g}")
        # Of clusters as large, one that ran to a result.
        answers = [members[0].trial.answer for members in clusters if members[0].trial.execution.ok]
        answer = next((text for text in answers if text is not None), None)
        return rollout.answer(answer, "" if answer else "no program ran to a result")


def entropy(sizes: Sequence[int]) -> float:
    """H = -sum p ln p, p = size / sum of sizes; in nats."""
    total = sum(sizes)
    return -sum(size / total * math.log(size / total) for size in sizes) + 0.0
