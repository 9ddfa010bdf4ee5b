"""Unlocking Reasoning Potential in Large Language Models by Scaling Code-form Planning (CodePlan), Wen et
al., 2024, arXiv 2409.12452. System: CodePlan (code-form plans).

The model writes a plan in the form of code (functions, branches, loops, comments), then the answer along it.
The plan is never run.
Differs from the paper: the model is prompted in two turns, not fine-tuned to write plan and answer in one
pass; the prompts are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PLAN = """{question}

Do not answer yet. Write a plan for answering, in the form of short Python-like pseudocode: functions with
meaningful names for the steps, branches and loops for how they depend on each other, and comments for what
needs thought. The plan will not be run."""
FOLLOW = "Now follow your plan step by step, in words, to the answer. Do not write code. {answer_help}"


@dataclass(frozen=True)
class CodePlan:
    """Plan, then answer. plan_tokens: the longest plan."""

    plan_tokens: int = 512
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "plan_tokens")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        await rollout.prompt(PLAN.format(question=problem.question))
        await rollout.write(stop=(), max_tokens=self.plan_tokens, temperature=self.temperature)
        await rollout.prompt(FOLLOW.format(answer_help=speech.answer_help))
        written = await rollout.write(stop=[speech.answers[0].close], temperature=self.temperature)
        return rollout.answer(written.answer, "" if written.answer else "no answer was marked")
