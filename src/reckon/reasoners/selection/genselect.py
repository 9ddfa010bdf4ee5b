"""AIMO-2 Winning Solution (OpenMathReasoning), Moshkov et al., 2025, arXiv 2504.16891, its GenSelect.

System: OpenMathReasoning / AIMO-2; its inference.

Each candidate solution is summarised; a model reads the summaries of up to 16 and reasons about which is
right. With more candidates, random groups are judged and the choices vote.
Differs from the paper: the same model samples, summarises and selects unless `selector` names another.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import Candidate, numbered, require_at_least, solve_in_forks
from reckon.reasoners.material.replies import CHOICE_HELP, read_choice
from reckon.reasoners.material.together import together
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

SUMMARISE = """Question: {question}

A solution:
{text}

Summarise the solution: its main steps and the final answer, {answer}. Do not correct it."""
SELECT = """Question: {question}

Below are summaries of {count} solutions. Find where they differ, check the doubtful steps, and name the
solution that is most likely right; most votes need not be right.

{summaries}

{help}"""


@dataclass(frozen=True)
class Genselect:
    """n: candidates, by `inner`. group: how many are compared at once. rounds: groups that are judged."""

    inner: Reasoner = field(default_factory=lambda: CodeInterpreter(temperature=0.7))
    n: int = 8
    group: int = 16
    rounds: int = 1
    selector: str = ""

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n", "rounds")
        require_at_least(self, 2, "group")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        candidates = await solve_in_forks(self.inner, problem, rollout, self.n)
        voted = majority(one.answer for one in candidates)
        answer = rollout.answer(voted, "" if voted else "no candidate had an answer")
        if len(candidates) < 2:
            return answer
        summaries = await together(self._summary(problem, rollout, one) for one in candidates)
        rng = random.Random(f"{rollout.seed}/{rollout.id}/genselect")
        chosen: list[str] = []
        for _ in range(self.rounds):
            group = rng.sample(range(len(candidates)), min(self.group, len(candidates)))
            choice = await self._select(problem, rollout, [summaries[n] for n in group])
            chosen += [candidates[group[choice]].answer] if choice is not None else []
        if not chosen:
            rollout.note("no_choice")
            return answer
        return rollout.answer(majority(chosen))

    async def _summary(self, problem: Problem, rollout: Rollout, one: Candidate) -> str:
        ask = SUMMARISE.format(question=problem.question, text=one.text, answer=one.answer)
        return f"{(await rollout.ask(ask, model=self.selector)).strip()}\nAnswer: {one.answer}"

    async def _select(self, problem: Problem, rollout: Rollout, summaries: Sequence[str]) -> int | None:
        shown = numbered(summaries, "Solution")
        ask = SELECT.format(
            question=problem.question, count=len(summaries), summaries=shown, help=CHOICE_HELP
        )
        return read_choice(await rollout.ask(ask, model=self.selector), len(summaries))
