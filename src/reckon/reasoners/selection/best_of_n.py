"""Best of n by a scorer: OVM, Outcome-supervised Value Models for Planning in Mathematical Reasoning.

Yu, Gao, Wang, 2023, arXiv 2311.09724, in part (the value model as a reranker of whole solutions).
System: OVM; its reranking (its search is step_beam).

Sample n solutions, score each, answer with the best one's, or with the answer whose scores add up to most.
Differs from the paper: the value is any function of problem and text, or a side question to a model.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least, solve_in_forks
from reckon.reasoners.material.scorers import Judge, Scorer
from reckon.reasoners.material.together import together
from reckon.votes import key, majority

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem


@dataclass(frozen=True)
class BestOfN:
    """n: solutions by `inner`. summed: equal answers add their scores up (weighted self-consistency).

    scorer: a function in [0, 1]; without one `judge` names the model that is asked, "" the own one.
    """

    inner: Reasoner = field(default_factory=lambda: CodeInterpreter(temperature=0.7))
    n: int = 8
    summed: bool = False
    scorer: Scorer | None = None
    judge: str = ""

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        solutions = await solve_in_forks(self.inner, problem, rollout, self.n)
        if not solutions:
            return rollout.answer(None, "no sample had an answer")
        rollout.answer(majority(one.answer for one in solutions))  # stands without scores
        judge = Judge(self.scorer, self.judge)
        scores = await together(judge.score(problem, rollout, one.text) for one in solutions)
        totals: dict[str, float] = {}
        for one, score in zip(solutions, scores, strict=True):
            same = key(one.answer)
            totals[same] = totals.get(same, 0.0) + score if self.summed else max(totals.get(same, 0), score)
        return rollout.answer(max(solutions, key=lambda one: totals[key(one.answer)]).answer)
