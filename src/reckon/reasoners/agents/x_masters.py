"""SciMaster: Towards General-Purpose Scientific AI Agents, Part I. X-Master as Foundation, Chai et al., 2025.
arXiv 2507.05241, section 2.2, the scattered-and-stacked workflow. System: X-Master / X-Masters; the workflow.

Scattered: n Solvers answer apart, and a Critic corrects each. Stacked: n Rewriters, each shown all corrected
solutions, write the solution anew, and a Selector takes one. Every role is an X-Master of its own.
Differs from the paper: the prompts are our own; a Selector that names none leaves it to the majority.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reckon.reasoners.agents.x_master import XMaster
from reckon.reasoners.material.candidates import Candidate, numbered, require_at_least
from reckon.reasoners.material.replies import CHOICE_HELP, read_choice
from reckon.reasoners.material.together import within_budget
from reckon.reasoners.material.transcripts import transcript
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

CRITIC = """{question}

A solution that may be wrong:
{solution}

Examine it, with programs where they can tell. Then give the right answer: its own, or a corrected one."""
REWRITE = """{question}

Solutions by several people, who may all be wrong in part:
{solutions}

Weigh them against each other, take from each what holds, and solve the question anew."""
SELECT = "{question}\n\n{solutions}\n\nWhich of these solutions is right? {help}"


@dataclass(frozen=True)
class XMasters:
    """n: Solvers, Critics and Rewriters each. inner: what plays them; it should sample."""

    n: int = 5
    inner: Reasoner = XMaster(temperature=0.6)

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        solved = await self._play(rollout, [problem.question] * self.n)
        criticised = await within_budget(self._criticise(problem, rollout, one) for one in solved)
        solutions = [one for one in criticised if one is not None] or solved
        shown = numbered([one.text for one in solutions], "Solution")
        rewrite = REWRITE.format(question=problem.question, solutions=shown)
        rewritten = await self._play(rollout, [rewrite] * self.n) if solutions else []
        return await self._select(problem, rollout, rewritten or solutions)

    async def _play(self, rollout: Rollout, questions: Sequence[str]) -> list[Candidate]:
        """The answers to these questions, each by a role in a rollout of its own."""
        sides = [await rollout.side() for _ in questions]
        asked = [replace(rollout.problem, question=question) for question in questions]
        await within_budget(self.inner.solve(one, side) for one, side in zip(asked, sides, strict=True))
        found = [
            Candidate(side.answered.text, transcript(side.segments, side.dialect))
            for side in sides
            if side.answered and side.answered.text is not None
        ]
        if winner := majority(one.answer for one in found):
            rollout.answer(winner)  # stands if the budget is spent before the Selector
        return found

    async def _criticise(self, problem: Problem, rollout: Rollout, solved: Candidate) -> Candidate:
        ask = CRITIC.format(question=problem.question, solution=solved.text)
        return next(iter(await self._play(rollout, [ask])), solved)

    async def _select(self, problem: Problem, rollout: Rollout, found: Sequence[Candidate]) -> Answer:
        if not found:
            return rollout.answer(None, "no role had an answer")
        shown = numbered([f"{one.text}\nAnswer: {one.answer}" for one in found], "Solution")
        reply = await rollout.ask(SELECT.format(question=problem.question, solutions=shown, help=CHOICE_HELP))
        chosen = read_choice(reply, len(found))
        return rollout.answer(majority(o.answer for o in found) if chosen is None else found[chosen].answer)
