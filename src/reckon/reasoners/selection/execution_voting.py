"""Voting by what programs do: MBR-Exec, and AlphaCode's filter and clusters.

"Natural Language to Code Translation with Execution", Shi et al., 2022, arXiv 2204.11454;
"Competition-Level Code Generation with AlphaCode", Li et al., 2022, arXiv 2203.07814.
System: Universal Self-Consistency (USC); its execution-based baseline (arXiv 2311.17311).

Programs that fail more of the shown tests than others are dropped; the rest are grouped by their results on
the same inputs, and the largest group answers.
Differs from the papers: the inputs are asked of the model itself, not of a model trained to write them;
a problem without shown tests is voted on by what the programs print.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import draft_programs, require_at_least
from reckon.reasoners.material.clusters import calls_for, cluster
from reckon.reasoners.material.trials import tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem


@dataclass(frozen=True)
class ExecutionVoting:
    """n: programs. calls: inputs asked for beside those of the shown tests."""

    n: int = 8
    calls: int = 5
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")
        require_at_least(self, 0, "calls")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests = tests_of(problem)
        drafted = await draft_programs(rollout, problem.question, tests, self.n, self.temperature)
        best = max((one.trial.score for one in drafted), default=0.0)
        kept = [one for one in drafted if one.trial.score == best and one.trial.answer is not None]
        if not kept:
            return rollout.answer(None, "no program ran to a result")
        rollout.answer(kept[0].trial.answer)
        calls = await calls_for(problem, rollout, tests, self.calls)
        return rollout.answer((await cluster(rollout, kept, calls))[0][0].trial.answer)
