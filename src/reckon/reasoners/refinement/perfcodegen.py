"""PerfCodeGen: Improving Performance of LLM Generated Code with Execution Feedback, Peng et al., 2024.
arXiv 2412.03578, section 3. System: PerfCodeGen.

Phase 1, correctness: several programs are sampled, and those that fail the tests are mended by what happened.
Phase 2, speed: each correct program is optimised; of what comes out the tests are timed, and the most
expensive one is told to the model, which writes the program again. The fastest correct program answers.
Differs from the paper: tests are those that the question shows; without any the program is timed as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.timing import Measured, measure
from reckon.reasoners.material.trials import task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

MEND = "{report}\n\nSay what is wrong, then write the whole program again."
OPTIMISE = """The program is right. Make it faster without changing what it does: a better algorithm, less
work done twice, better data structures. Write the whole program again."""
SLOWEST = """Of its tests this one takes longest ({seconds:.2g} s of {total:.2g} s):
{test}
Find out what it spends its time on, and write the whole program again, faster."""
WHOLE = "It took {total:.2g} s. Find out what it spends that on, and write the whole program again, faster."
BROKE = "That is no longer right.\n{report}\n\nWrite the whole program again, right and fast."


@dataclass(frozen=True)
class PerfCodeGen:
    """samples: programs. fixes: of a failing one. rounds: of optimising each correct one."""

    samples: int = 3
    fixes: int = 2
    rounds: int = 2
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "samples")
        require_at_least(self, 0, "fixes", "rounds")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = f"{task_of(problem.question, tests)}\n\n{rollout.dialect.code_help}"
        for _ in range(self.samples):
            line, prompt = await rollout.fork(), task
            measured = None
            for _ in range(1 + self.fixes):
                measured, report = await self._try(line, prompt, tests, best)
                if measured is not None:
                    break
                prompt = MEND.format(report=report)
            for number in range(self.rounds if measured is not None else 0):
                prompt = self._told(measured, report) if number else OPTIMISE
                measured, report = await self._try(line, prompt, tests, best)
        return best.answer()

    async def _try(
        self, line: Rollout, prompt: str, tests: tuple[str, ...], best: Best
    ) -> tuple[Measured | None, str]:
        """What the next program of a line takes, None if it is wrong, and what happened."""
        trial = await try_program(line, prompt, tests, self.temperature)
        if trial is None:
            return None, "That holds no program."
        best.offer(trial, float("-inf"))
        _, measured = await measure(line, trial.program, tests, trial=trial)
        if measured is not None:
            best.offer(trial, -measured.total_s)
        return measured, trial.report

    def _told(self, measured: Measured | None, report: str) -> str:
        if measured is None:
            return BROKE.format(report=report)
        told = {"seconds": max(measured.seconds), "total": measured.total_s, "test": measured.slowest}
        return SLOWEST.format(**told) if measured.slowest else WHOLE.format(**told)
