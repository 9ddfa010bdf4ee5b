"""Debug like a Human: A Large Language Model Debugger via Verifying Runtime Execution Step-by-step (LDB).

Zhong, Wang, Shang, 2024, arXiv 2402.16906.
System: Multi-agent + runtime debugging study; its debugger, and with `analyst` its chain of roles.

A program is written; on the first shown test that it fails, its run is cut into basic blocks with the
variables before and after each; the model says of every block whether it does what the task needs, and why;
with these verdicts the program is written again, until the tests pass.
Differs from the paper: blocks are judged in one question; where the question shows no tests, the program's
top level is followed and only a program that does not run to a result is debugged.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.steps import steps_of
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

ANALYSE = "{question}\n\nYou are the analyst. Break the task down and plan the solution, without code."
SEED = "{task}\n\n{code_help}{plan}"
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
    """repairs: at most. events: steps of a failing test that are recorded. analyst: plans before coding."""

    repairs: int = 5
    events: int = 400
    analyst: bool = False
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "repairs")
        require_at_least(self, 1, "events")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = task_of(problem.question, tests)
        plan = await rollout.ask(ANALYSE.format(question=problem.question)) if self.analyst else ""
        plan = f"\n\nThe analyst's plan:\n{plan.strip()}" if plan else ""
        prompt = SEED.format(task=task, code_help=rollout.dialect.code_help, plan=plan)
        for repair in range(1 + self.repairs):
            trial = await try_program(rollout, prompt, tests, self.temperature)
            best.offer(trial)
            if trial is not None and trial.passed:
                break
            if repair < self.repairs:
                prompt = await self._debugged(rollout, task, trial) if trial else "That holds no program."
        return best.answer()

    async def _debugged(self, rollout: Rollout, task: str, trial: Trial) -> str:
        """The prompt for the next program: what failed and what was said of each block."""
        blocks = await steps_of(rollout, trial.program, trial.failed_test or "", most=self.events)
        told = {"program": trial.program, "report": trial.report, "blocks": blocks or "(none)"}
        verdicts = (await rollout.ask(JUDGE.format(task=task, **told))).strip()
        return REGENERATE.format(report=trial.report, verdicts=verdicts)
