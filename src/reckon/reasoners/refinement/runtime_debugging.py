"""Debug like a Human: A Large Language Model Debugger via Verifying Runtime Execution Step-by-step (LDB).

Zhong, Wang, Shang, 2024, arXiv 2402.16906; the roles before it: Ashrafi et al., 2025, arXiv 2505.02133.
System: Multi-agent + runtime debugging study; its debugger, with `analyst` and `reviews` its chain of roles.

A program is written, by an analyst's plan, and again while a tester, who reads it, finds faults. Its run on
the first shown test that it fails is cut into basic blocks, with the variables before and after each; the
model says of each whether it does what the task needs; with these verdicts the program is written again.
Differs from the paper: blocks are judged in one question; where the question shows no tests, the program's
top level is followed and only a program that does not run to a result is debugged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.replies import VERDICT_HELP, read_verdict
from reckon.reasoners.material.steps import steps_of
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from collections.abc import Sequence

    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

ANALYSE = "{question}\n\nYou are the analyst. Break the task down and plan the solution, without code."
SEED = "{task}\n\n{code_help}{plan}"
TEST = """{task}

A program:
{program}

You are the tester. Does it do what the task asks in every case, can it be read and maintained? Say what has
to be changed, without code. Can it stay as it is? {help}"""
REVIEWED = "A tester says:\n{review}\n\nWrite the whole program again, with that mended."
JUDGE = """{task}

This program fails:
{program}

{report}

How the failing test ran, block by block, with the variables before and after each:
{blocks}

Go through the blocks in order. For each write one line: [BLOCK-n] correct or incorrect: why."""
REGENERATE = """{report}

The blocks of the failing test were judged so:
{verdicts}

Write the whole program again, with this repaired."""


@dataclass(frozen=True)
class RuntimeDebugging:
    """repairs: at most. events: steps of a failing test that are recorded.

    analyst: plans before coding. reviews: of the tester, at most; the study's chain has 3.
    """

    repairs: int = 5
    events: int = 400
    analyst: bool = False
    reviews: int = 0
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "repairs", "reviews")
        require_at_least(self, 1, "events")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = task_of(problem.question, tests)
        plan = await rollout.ask(ANALYSE.format(question=problem.question)) if self.analyst else ""
        plan = f"\n\nThe analyst's plan:\n{plan.strip()}" if plan else ""
        prompt = SEED.format(task=task, code_help=rollout.dialect.code_help, plan=plan)
        trial = await self._write(rollout, prompt, tests, best)
        for _ in range(self.reviews):
            if trial is None or (review := await self._review(rollout, task, trial)) is None:
                break
            trial = await self._write(rollout, REVIEWED.format(review=review), tests, best)
        for _ in range(self.repairs):
            if trial is not None and trial.passed:
                break
            prompt = await self._debugged(rollout, task, trial) if trial else "That holds no program."
            trial = await self._write(rollout, prompt, tests, best)
        return best.answer()

    async def _write(self, rollout: Rollout, prompt: str, tests: Sequence[str], best: Best) -> Trial | None:
        trial = await try_program(rollout, prompt, tests, self.temperature)
        best.offer(trial)
        return trial

    async def _review(self, rollout: Rollout, task: str, trial: Trial) -> str | None:
        """What the tester, who is shown no run, wants changed; None if nothing."""
        review = await rollout.ask(TEST.format(task=task, program=trial.program, help=VERDICT_HELP))
        return review.strip() if read_verdict(review) is False else None

    async def _debugged(self, rollout: Rollout, task: str, trial: Trial) -> str:
        """The prompt for the next program: what failed and what was said of each block."""
        blocks = await steps_of(rollout, trial.program, trial.failed_test or "", most=self.events)
        told = {"program": trial.program, "report": trial.report, "blocks": blocks or "(none)"}
        verdicts = (await rollout.ask(JUDGE.format(task=task, **told))).strip()
        return REGENERATE.format(report=trial.report, verdicts=verdicts)
