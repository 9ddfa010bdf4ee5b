"""What Makes Large Language Models Reason in (Multi-Turn) Code Generation?, Zheng et al., 2024.

arXiv 2410.08105. System: Multi-turn code-gen grid (+RFT).

A grid: a reasoning prompt before the code, an instruction with it, and after a failing program feedback of a
chosen grain, for `turns` programs in one context. The last program, or the best by the shown tests, answers.
Differs from the paper: the prompts are our own, and a choice from its grid; the line trace is the blocks that
the first failing test ran through.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from reckon.errors import UsageError
from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.steps import steps_of
from reckon.reasoners.material.trials import Trial, run_trial, task_of, tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

Feedback: TypeAlias = Literal["binary", "failed", "all", "trace"]
REASONING = {
    "none": "",
    "tags": "Which kinds of problem is this? Name the techniques that it calls for. Give no code yet.",
    "reflect": "Restate the problem in your own words: goal, input and output. Give no code yet.",
    "plan": "Write a plan of the solution in words. Give no code yet.",
    "difficulties": "What makes this problem hard, and which cases are easily missed? Give no code yet.",
}
INSTRUCTIONS = {
    "none": "",
    "modules": "Divide it into small functions.",
    "comments": "Begin every part with a comment that says what it does.",
    "analysis": "Before the code, explain it and give its running time.",
}
AGAIN = "{feedback}\n\nSay what is wrong with the program, then write the whole program again."


@dataclass(frozen=True)
class Reprompting:
    """turns: programs at most. reasoning: of REASONING. instruction: of INSTRUCTIONS. feedback: its grain."""

    turns: int = 3
    reasoning: str = "plan"
    instruction: str = "none"
    feedback: Feedback = "failed"
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "turns")
        grains = ("binary", "failed", "all", "trace")
        for name, known in (("reasoning", REASONING), ("instruction", INSTRUCTIONS), ("feedback", grains)):
            if getattr(self, name) not in known:
                raise UsageError(
                    f"Reprompting.{name} is one of {', '.join(known)}; got {getattr(self, name)!r}"
                )

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = task_of(problem.question, tests)
        ask = f"{rollout.dialect.code_help} {INSTRUCTIONS[self.instruction]}".strip()
        if REASONING[self.reasoning]:
            await rollout.prompt(f"{task}\n\n{REASONING[self.reasoning]}")
            await rollout.write(stop=(), temperature=self.temperature)
            await rollout.prompt(f"Now write the code. {ask}")
        else:
            await rollout.prompt(f"{task}\n\n{ask}")
        for turn in range(self.turns):
            written = await rollout.write(temperature=self.temperature)
            feedback = written.malformed or "That holds no program."
            if written.code is not None:
                trial = await run_trial(rollout, written.code, tests)
                best.offer(trial)
                if trial.passed:
                    break
                feedback = await self._feedback(rollout, trial)
            if turn + 1 < self.turns:
                await rollout.prompt(AGAIN.format(feedback=feedback))
        return best.answer()

    async def _feedback(self, rollout: Rollout, trial: Trial) -> str:
        if self.feedback == "binary":
            return "The program is wrong."
        if self.feedback == "failed" and trial.execution.ok and trial.tests:
            failed = zip(trial.tests, trial.outcomes, strict=True)
            return "\n".join(f"failed: {test}\n    {why}" for test, why in failed if why)
        if self.feedback == "trace":
            blocks = await steps_of(rollout, trial.program, trial.failed_test or "")
            return f"{trial.report}\n\nThe steps of the failing test:\n{blocks or '(none)'}"
        return trial.report
