"""Outcome-Refining Process Supervision for Code Generation, Yu et al., 2024, arXiv 2412.15118.

System: ORPS.

A beam of chains. In each round every chain reasons, writes a whole program, and sees what its tests and its
running time say; the model criticises it with those facts and gives the process a score. Score and outcome
together are the step's reward; the best `beams` chains go on. The best program by outcome answers.
Differs from the paper: a chain goes on in forks of its own rollout; of the profile the seconds count only,
as a word to the critic, and, between programs that pass alike, by its score.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least, require_share
from reckon.reasoners.material.replies import SCORE_HELP, read_score
from reckon.reasoners.material.together import within_budget
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

BEGIN = (
    "{task}\n\n{code_help}\n\nReason about a strategy first: the idea, its cost, its pitfalls. Then write it."
)
REFINE = """{report}
It ran for {seconds:.3f} s.

What a reviewer says of it: {critique}

Reason again: keep the strategy or take a better one. Then write the whole program."""
CRITIC = """{task}

A program:
{program}

{report}
It ran for {seconds:.3f} s.

Judge the reasoning behind it with these facts: is it right, is it fast, what is the next thing to change? Be
brief. {help}"""


@dataclass(frozen=True)
class OutcomeRefining:
    """beams: chains kept. children: continuations of each. rounds: at most. outcome: its weight."""

    beams: int = 2
    children: int = 2
    rounds: int = 3
    outcome: float = 0.5
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "beams", "children", "rounds")
        require_share(self, "outcome")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = task_of(problem.question, tests)
        prompt = BEGIN.format(task=task, code_help=rollout.dialect.code_help)
        chains = [(await rollout.fork(), prompt) for _ in range(self.beams * self.children)]
        for _ in range(self.rounds):
            tried = await within_budget(self._step(best, task, tests, *chain) for chain in chains)
            alive = sorted((step for step in tried if step), key=lambda step: step.reward, reverse=True)
            for step in alive:
                best.offer(step.trial, step.reward)
            if not alive or (best.trial is not None and best.trial.passed):
                break
            chains = [
                (await step.rollout.fork(), step.refine)
                for step in alive[: self.beams]
                for _ in range(self.children)
            ]
        return best.answer()

    async def _step(
        self, best: Best, task: str, tests: Sequence[str], chain: Rollout, prompt: str
    ) -> _Step | None:
        trial = await try_program(chain, prompt, tests, self.temperature)
        if trial is None:
            return None
        best.offer(trial)
        facts = {"report": trial.report, "seconds": trial.execution.wall_s}
        ask = CRITIC.format(task=task, program=trial.program, help=SCORE_HELP, **facts)
        critique = (await chain.ask(ask)).strip()
        score = read_score(critique)
        process = 0.5 if score is None else score
        reward = self.outcome * trial.score + (1 - self.outcome) * process
        return _Step(chain, trial, reward, REFINE.format(critique=critique, **facts))


@dataclass(frozen=True)
class _Step:
    rollout: Rollout
    trial: Trial
    reward: float
    refine: str
