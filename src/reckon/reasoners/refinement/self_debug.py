"""Teaching Large Language Models to Self-Debug, Chen et al., 2023, arXiv 2304.05128.
System: LeDex (self-debug + explain); at inference.

Write a program, run it, let the model explain it line by line (or trace its execution) against what happened,
and mend it, until the tests that the question shows pass or, where it shows none, the model finds it right.
`feedback` takes the paper's kinds: "simple" (only that it is wrong), "unit_test" (what happened),
"explanation" and "trace" (what happened, and the model's own account of the program).
Differs from the paper: without few-shot examples of feedback; the prompts are our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import UsageError
from reckon.reasoners.material.best import Best
from reckon.reasoners.material.replies import VERDICT_HELP, read_verdict
from reckon.reasoners.material.trials import Trial, run_trial, task_of, tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

PROMPT = "{task} {code_help}"
HAPPENED = "This is what happened when the program was run:\n{report}\n\n"
ACCOUNTS = {
    "simple": "",
    "unit_test": "",
    "explanation": "Explain the program line by line: what does each line do, and how does that differ from"
    " what the question asks?",
    "trace": "Trace the program by hand, line by line, with the values of its variables, and say where they"
    " first leave what the question asks for.",
}
JUDGE = " Is the program right? " + VERDICT_HELP
MEND = "The program is not right. Mend it, and write all of it again."
NONE_WRITTEN = "No program was marked as one. "


@dataclass(frozen=True)
class SelfDebug:
    """feedback: one of ACCOUNTS. turns: of debugging, at most."""

    feedback: str = "explanation"
    turns: int = 3
    temperature: float | None = None

    def __post_init__(self) -> None:
        if self.feedback not in ACCOUNTS:
            raise UsageError(f"SelfDebug.feedback: no {self.feedback!r}; there are {', '.join(ACCOUNTS)}")
        if self.turns < 0:
            raise UsageError(f"SelfDebug.turns must be at least 0, got {self.turns}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task, code_help = task_of(problem.question, tests), rollout.dialect.code_help
        await rollout.prompt(PROMPT.format(task=task, code_help=code_help))
        trial = await self._write(rollout, tests)
        best.offer(trial)
        for turn in range(1, self.turns + 1):
            if trial is not None and tests and trial.passed:
                break
            seen = self._seen(trial)
            asked = ACCOUNTS[self.feedback] + ("" if tests else JUDGE)
            if trial is not None and asked:
                await rollout.prompt(seen + asked)
                account = await rollout.write(stop=(), temperature=self.temperature)
                if not tests and trial.answer is not None and read_verdict(account.text):
                    break
                seen = ""
            await rollout.prompt(seen + MEND)
            trial = await self._write(rollout, tests)
            best.offer(trial, 0.0 if tests else float(turn))  # without tests the last one counts
        return best.answer()

    async def _write(self, rollout: Rollout, tests: tuple[str, ...]) -> Trial | None:
        written = await rollout.write(temperature=self.temperature)
        return None if written.code is None else await run_trial(rollout, written.code, tests)

    def _seen(self, trial: Trial | None) -> str:
        if trial is None:
            return NONE_WRITTEN
        return "" if self.feedback == "simple" else HAPPENED.format(report=trial.report)
