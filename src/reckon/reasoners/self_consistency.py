"""Self-Consistency Improves Chain of Thought Reasoning in Language Models, Wang et al., 2022,
arXiv 2203.11171.

Sample n solutions, answer with the majority. Wraps any other reasoner. Where the budget ends in the middle,
the samples that came to an answer vote.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least, solve_each
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem


@dataclass(frozen=True)
class SelfConsistency:
    """`n` forks of the rollout, each solved by `inner` (which should sample: temperature above 0)."""

    inner: Reasoner = field(default_factory=lambda: CodeInterpreter(temperature=0.7))
    n: int = 5

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        forks = [await rollout.fork() for _ in range(self.n)]
        answers = await solve_each(self.inner, problem, forks)
        winner = majority(answer.text for answer in answers)
        return rollout.answer(winner, "" if winner else "no sample had an answer")
