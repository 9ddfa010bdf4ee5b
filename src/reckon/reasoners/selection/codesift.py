"""CodeSift: An LLM-Based Reference-Less Framework for Automatic Code Validation, Aggarwal et al., 2024.
arXiv 2408.15630, section 3. System: CodeSift.

Programs are validated without being run: one that does not parse is out; the model says what the program does
without seeing the task; then it is asked how alike that is to the task, and how it differs, apart; a
program passes where both say that it is right. The first that passes answers, else the one most alike.
Differs from the paper: it sifts the model's own samples; only the one that is taken is run, for its result.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.candidates import require_at_least, require_share
from reckon.reasoners.material.replies import SCORE_HELP, VERDICT_HELP, read_score, read_verdict
from reckon.reasoners.material.together import within_budget
from reckon.reasoners.material.trials import run_trial, task_of, tests_of

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

DESCRIBE = """{program}

Say in words what this program does: what it takes, what it computes, what it prints or returns. Do not say
what it may be meant for."""
ALIKE = "A task:\n{task}\n\nWhat a program does:\n{description}\n\nDoes it do what the task asks? {help}"
DIFFER = """A task:
{task}

What a program does:
{description}

List what the task asks and the program lacks, or does otherwise. Is the list empty? {help}"""


@dataclass(frozen=True)
class CodeSift:
    """n: programs at most. judge: the model that describes and compares. least: the score that passes."""

    n: int = 4
    judge: str = ""
    least: float = 0.5
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")
        require_share(self, "least")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests = tests_of(problem)
        task = task_of(problem.question, tests)
        sifted: dict[str, float] = {}
        for _ in range(self.n):
            (passes,) = await within_budget([self._sift(task, rollout, sifted)])
            if passes is not False:  # it passes, or the budget is spent
                break
        if not sifted:
            return rollout.answer(None, "no program was written")
        trial = await run_trial(rollout, max(sifted, key=lambda program: sifted[program]), tests)
        return rollout.answer(trial.answer, "" if trial.answer else "the program did not run to a result")

    async def _sift(self, task: str, rollout: Rollout, sifted: dict[str, float]) -> bool:
        """Write a program and put its score into `sifted`; whether it passes."""
        writer = await rollout.fork()
        await writer.prompt(f"{task}\n\n{rollout.dialect.code_help}")
        written = await writer.write(temperature=self.temperature)
        if written.code is None or not _parses(written.code):
            rollout.note("no_program")
            return False
        sifted.setdefault(written.code, 0.0)  # stands if the budget ends here
        alike, passes = await self._validate(task, rollout, written.code)
        sifted[written.code] = alike + passes
        if not passes:
            rollout.note("sifted_out")
        return passes

    async def _validate(self, task: str, rollout: Rollout, program: str) -> tuple[float, bool]:
        """(how alike task and program are, in [0, 1]; whether nothing speaks against the program)."""
        description = await rollout.ask(DESCRIBE.format(program=program), model=self.judge)
        told = {"task": task, "description": description.strip()}
        score = read_score(await rollout.ask(ALIKE.format(**told, help=SCORE_HELP), model=self.judge))
        empty = read_verdict(await rollout.ask(DIFFER.format(**told, help=VERDICT_HELP), model=self.judge))
        alike = 0.5 if score is None else score
        return alike, alike >= self.least and empty is not False


def _parses(program: str) -> bool:
    try:
        ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
