"""Agentic-R1: Distilled Dual-Strategy Reasoning, Du et al., 2025, arXiv 2507.05707, section 3 (DualDistill).
System: Agentic-R1 (DualDistill); its two strategies.

Two strategies, programs or long reasoning in text, and one that changes over in the middle: the model takes
the one that fits, doubts what it found, and where it is wrong goes on in the same context by the other, after
a phrase that says so. This is the form of the trajectories that DualDistill composes from two teachers.
Differs from the paper: the model is prompted, not distilled; it says itself whether its answer holds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from reckon.errors import UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.replies import VERDICT_HELP, read_verdict
from reckon.reasoners.text import Text

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

CHOOSE = """{question}

Do not solve it. Would a program settle this better than reasoning in words: is it arithmetic, search or data
rather than an argument? {help}"""
DOUBT = """Question:
{question}

An answer: {answer}
Check it against every demand of the question. Does it hold? {help}"""
CHANGE = {
    "code": "Wait, that may not hold. Let me use programs instead.\n\n{question}",
    "text": "Wait, that may not hold. Let me reason in words instead.\n\n{question}",
}


@dataclass(frozen=True)
class AgenticR1:
    """first: the strategy to begin with. code, text: the two."""

    first: Literal["choose", "code", "text"] = "choose"
    code: Reasoner = CodeInterpreter()
    text: Reasoner = Text()

    def __post_init__(self) -> None:
        if self.first not in ("choose", "code", "text"):
            raise UsageError(f"AgenticR1.first: wanted choose, code or text, got {self.first!r}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        way = await self._choose(problem, rollout)
        rollout.note(f"chose_{way}")
        first = await (self.code if way == "code" else self.text).solve(problem, rollout)
        if first.text is not None and await self._holds(problem, rollout, first.text):
            return first
        other = "text" if way == "code" else "code"
        rollout.note("changed_over")
        told = replace(problem, question=CHANGE[other].format(question=problem.question))
        second = await (self.text if way == "code" else self.code).solve(told, rollout)
        return second if second.text is not None else rollout.answer(first.text, first.reason)

    async def _choose(self, problem: Problem, rollout: Rollout) -> str:
        if self.first != "choose":
            return self.first
        reply = await rollout.ask(CHOOSE.format(question=problem.question, help=VERDICT_HELP))
        return "text" if read_verdict(reply) is False else "code"

    async def _holds(self, problem: Problem, rollout: Rollout, answer: str) -> bool:
        ask = DOUBT.format(question=problem.question, answer=answer, help=VERDICT_HELP)
        return read_verdict(await rollout.ask(ask)) is not False
