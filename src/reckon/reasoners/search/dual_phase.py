"""Adaptive Test-Time Reasoning via Reward-Guided Dual-Phase Search, Cui et al., 2025, arXiv 2509.25420.

System: DREAM (dual-phase search).

Every step is a plan and then its execution, and each phase is searched on its own: candidates are sampled,
scored, and the best `beams` kept. Budget allocation: a phase stops sampling at the first candidate above
`enough`, and what it saves may be spent by later phases that have none above `poor`.
Differs from the paper: one function, or side question, scores both phases, where the paper trains a reward
model for each; candidates of a phase are sampled one after the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reckon.reasoners.material.candidates import require_at_least, require_share
from reckon.reasoners.material.scorers import Judge, Scorer

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

    Scored: TypeAlias = tuple[float, Rollout]

PROMPT = "{question}\n\nWe solve this in steps. {code_help} {answer_help}"
PLAN = "Plan the next step only: say in one sentence what is to be done. If all is done, give the answer."
EXECUTE = "Now carry out this step. {code_help} {answer_help}"


@dataclass(frozen=True)
class DualPhase:
    """steps: at most. plans, executions: candidates of a phase. enough, poor: see the module; in [0, 1].

    scorer: a function in [0, 1]; without one `judge` names the model that is asked.
    """

    steps: int = 6
    plans: int = 3
    executions: int = 3
    beams: int = 1
    enough: float = 0.8
    poor: float = 0.4
    scorer: Scorer | None = None
    judge: str = ""
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "steps", "plans", "executions", "beams")
        require_share(self, "enough", "poor")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        speech = rollout.dialect
        help = {"code_help": speech.code_help, "answer_help": speech.answer_help}
        await rollout.prompt(PROMPT.format(question=problem.question, **help))
        search = _Search(self, problem, rollout, len(rollout.segments))
        beams: Sequence[Scored] = [(0.0, rollout)]
        for _ in range(self.steps):
            planned = await search.phase(beams, "Plan", PLAN, self.plans)
            beams = await search.phase(planned, "Execution", EXECUTE.format(**help), self.executions)
            if beams[0][1].answered is not None:
                break
        done = next((path.answered.text for _, path in beams if path.answered is not None), None)
        return rollout.answer(done, "" if done else "no path came to an answer")


@dataclass
class _Search:
    """saved: samples that phases did not need."""

    options: DualPhase
    problem: Problem
    root: Rollout
    begin: int
    saved: int = 0

    async def phase(self, beams: Sequence[Scored], kind: str, prompt: str, samples: int) -> list[Scored]:
        """The best continuations of all `beams`; a finished path stays as it is, with its score."""
        found: list[Scored] = []
        for score, path in beams:
            found += [(score, path)] if path.answered else await self._candidates(path, kind, prompt, samples)
        return sorted(found, key=lambda pair: pair[0], reverse=True)[: self.options.beams]

    async def _candidates(self, beam: Rollout, kind: str, prompt: str, samples: int) -> list[Scored]:
        found: list[Scored] = []
        best, spent = 0.0, 0
        while best < self.options.enough:
            if spent >= samples and (best > self.options.poor or self.saved <= 0):
                break
            self.saved -= spent >= samples
            spent += 1
            path = await beam.fork()
            await self._go_on(path, kind, prompt)
            if path.answered is not None and self.root.answered is None:
                self.root.answer(path.answered.text)  # stands if the budget is spent before the end
            judge = Judge(self.options.scorer, self.options.judge)
            score = await judge.score_path(self.problem, path, self.begin, kind)
            found.append((score, path))
            best = max(best, score)
        self.saved += max(0, samples - spent)
        return found

    async def _go_on(self, path: Rollout, kind: str, prompt: str) -> None:
        await path.prompt(prompt)
        written = await path.write(temperature=self.options.temperature)
        if written.answer is not None:
            path.answer(written.answer)
        elif written.code is not None and kind == "Execution":
            await path.run(written.code)
