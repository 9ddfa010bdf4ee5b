"""LEVER: Learning to Verify Language-to-Code Generation with Execution, Ni et al., 2023, arXiv 2302.08468.

System: LEVER.

Of each sampled program, P(program | question) is multiplied with the verifier's probability that
it is right given what it did when run; programs with the same result add up, and the largest sum answers.
Differs from the paper: the verifier is any function of problem and text, or a side question, not a trained
classifier; probabilities are used where the model gives them, else all programs count the same; without
shown tests the result is what is answered.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import Drafted, draft_programs, require_at_least
from reckon.reasoners.material.clusters import calls_for, cluster
from reckon.reasoners.material.scorers import Judge, Scorer
from reckon.reasoners.material.together import together
from reckon.reasoners.material.trials import tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

SHOWN = "{program}\n\nWhat it did when run:\n{report}"


@dataclass(frozen=True)
class Lever:
    """n: programs. scorer: the verifier; without one `judge` names the model that is asked."""

    n: int = 8
    scorer: Scorer | None = None
    judge: str = ""
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests = tests_of(problem)
        drafted = await draft_programs(rollout, problem.question, tests, self.n, self.temperature)
        # Each program counts once: how often it was drawn is what its probability already says.
        once = list({one.trial.program.strip(): one for one in drafted}.values())
        usable = [one for one in once if one.trial.answer is not None]
        if not usable:
            return rollout.answer(None, "no program ran to a result")
        rollout.answer(usable[0].trial.answer)
        verified = await together(self._verify(problem, rollout, one) for one in usable)
        weights = [p * v for p, v in zip(_probabilities(usable), verified, strict=True)]
        weight = {id(one): each for one, each in zip(usable, weights, strict=True)}
        groups = await cluster(rollout, usable, await calls_for(problem, rollout, tests, 0))
        best = max(groups, key=lambda group: sum(weight[id(one)] for one in group))
        return rollout.answer(max(best, key=lambda one: weight[id(one)]).trial.answer)

    async def _verify(self, problem: Problem, rollout: Rollout, one: Drafted) -> float:
        text = SHOWN.format(program=one.trial.program, report=one.trial.report)
        return await Judge(self.scorer, self.judge).score(problem, rollout, text, "Program")


def _probabilities(drafted: Sequence[Drafted]) -> list[float]:
    """P(program | question) of each, up to a factor that all share."""
    logprobs = [one.logprob for one in drafted if one.logprob is not None]
    if len(logprobs) < len(drafted):
        return [1.0] * len(drafted)
    return [math.exp(logprob - max(logprobs)) for logprob in logprobs]
