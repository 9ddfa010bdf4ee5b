"""Afterburner: Reinforcement Learning Facilitates Self-Improving Code Efficiency Optimization, 2025.
Du et al., arXiv 2505.23387, section 3. System: Afterburner (+Venus); its iteration.
With `feedback` it is the self-refinement of ECCO, Waghjale et al., 2024, arXiv 2407.14044, section 4.
System: ECCO; its self-refinement.

The model is given the problem, an objective (time, memory, or their product), the best program so far and
what it was measured to take; it writes a better one, the session measures that, and the better is kept.
feedback: "execution" (what was measured), "words" (the model's own critique of the program), or "both".
Differs from the papers: the integral over time is the product of seconds and peak; a program that fails is
told and not kept; tests are those that the question shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from reckon.errors import UsageError
from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.timing import Measured, measure
from reckon.reasoners.material.trials import task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

Objective: TypeAlias = Literal["time", "memory", "integral"]
Feedback: TypeAlias = Literal["execution", "words", "both"]
OBJECTIVES = {
    "time": "its running time",
    "memory": "its peak memory",
    "integral": "the product of its running time and its peak memory",
}
IMPROVE = """{task}

The best program so far:
{program}

{feedback}Improve {objective} without changing what the program does. Think about what it spends, then write
the whole program again. {code_help}"""
MEASURED = "It was measured to take {seconds:.3g} s and {peak} bytes at its peak.\n\n"
CRITIC = """{task}

A program for it:
{program}

Without writing code: how could {objective} be improved? Say in a few sentences what it wastes."""
SAID = "A reviewer says:\n{critique}\n\n"
LAST = "The last attempt was not kept:\n{report}\n\n"


@dataclass(frozen=True)
class Afterburner:
    """rounds: programs after the first; until one is right they are written from the task alone."""

    rounds: int = 3
    objective: Objective = "time"
    feedback: Feedback = "execution"
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "rounds")
        if self.objective not in OBJECTIVES or self.feedback not in ("execution", "words", "both"):
            raise UsageError(
                f"Afterburner: no objective {self.objective!r} or no feedback {self.feedback!r};"
                f" there are {', '.join(OBJECTIVES)}, and execution, words, both"
            )

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task, report = task_of(problem.question, tests), ""
        kept: Measured | None = None
        prompt = f"{task}\n\n{rollout.dialect.code_help}"
        for _ in range(1 + self.rounds):
            if kept is not None:
                prompt = await self._ask(rollout, task, kept, report)
            kept, report = await self._try(rollout, prompt, tests, best, kept)
        return best.answer()

    async def _try(
        self, rollout: Rollout, prompt: str, tests: Sequence[str], best: Best, kept: Measured | None
    ) -> tuple[Measured | None, str]:
        """The better of `kept` and what is written now, and what happened to that where it is not kept."""
        line = await rollout.fork(0)
        trial = await try_program(line, prompt, tests, self.temperature)
        best.offer(trial, float("-inf"))
        if trial is None:
            return kept, "That held no program."
        _, measured = await measure(line, trial.program, tests, trial=trial)
        if measured is None or (kept is not None and self._cost(measured) >= self._cost(kept)):
            return kept, trial.report
        best.offer(trial, -self._cost(measured))
        return measured, ""

    async def _ask(self, rollout: Rollout, task: str, kept: Measured, report: str) -> str:
        told = {"task": task, "program": kept.trial.program, "objective": OBJECTIVES[self.objective]}
        feedback = LAST.format(report=report) if report else ""
        if self.feedback != "words":
            feedback += MEASURED.format(seconds=kept.total_s, peak=kept.peak_bytes)
        if self.feedback != "execution":
            feedback += SAID.format(critique=(await rollout.ask(CRITIC.format(**told))).strip())
        return IMPROVE.format(**told, feedback=feedback, code_help=rollout.dialect.code_help)

    def _cost(self, measured: Measured) -> float:
        costs = {"time": measured.total_s, "memory": float(measured.peak_bytes)}
        return costs.get(self.objective, measured.total_s * measured.peak_bytes)
