"""Text2Vis: A Challenging and Diverse Benchmark for Generating Multimodal Visualizations from Text, 2025.
Rahman et al., arXiv 2507.19969, the cross-modal actor-critic. System: Text2Vis; its actor-critic.

The actor writes one program that gives a short answer and draws the chart. The critic is shown the
question, the program, what it printed and the picture that it drew, and judges both; the actor is told and
writes again, until the critic is content or `rounds` critiques were made.
Differs from the paper: any number of rounds; the program prints the answer instead of a JSON record of both.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.figures import look
from reckon.reasoners.material.replies import VERDICT_HELP, read_verdict
from reckon.reasoners.material.trials import run_trial, task_of, tests_of

if TYPE_CHECKING:
    from reckon.reasoners.material.trials import Trial
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

ACT = """{task}

Where the question can be answered by a chart, the program is to draw that chart with matplotlib as well:
the right kind of chart, with a title, labels and, where needed, a legend. {code_help}"""
CRITIC = """Question:
{question}

Program:
{program}

Judge both, the answer and the chart. Is the answer right, by the data? Does the chart show what the
question asks, with the right values, and can it be read: overlaps, labels, scale? List what has to be
changed. {verdict}"""
AGAIN = """A critic who saw the output and the chart says:
{critique}

Write the whole program again, with that mended."""
NONE_WRITTEN = "That holds no program. {code_help}"


@dataclass(frozen=True)
class Text2VisActorCritic:
    """rounds: critiques at most. critic: the model that looks, "" for the own one."""

    rounds: int = 2
    critic: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 0, "rounds")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best, help = tests_of(problem), Best(rollout), rollout.dialect.code_help
        await rollout.prompt(ACT.format(task=task_of(problem.question, tests), code_help=help))
        for turn in range(self.rounds + 1):
            written = await rollout.write(temperature=self.temperature)
            trial = None if written.code is None else await run_trial(rollout, written.code, tests)
            best.offer(trial, float(turn))  # the one that was criticised most counts
            if turn == self.rounds:
                break
            if trial is None:
                await rollout.prompt(NONE_WRITTEN.format(code_help=help))
                continue
            critique = await self._criticise(rollout, problem, trial)
            if trial.answer is not None and read_verdict(critique):
                break
            await rollout.prompt(AGAIN.format(critique=critique))
        return best.answer()

    async def _criticise(self, rollout: Rollout, problem: Problem, trial: Trial) -> str:
        ask = CRITIC.format(question=problem.question, program=trial.program, verdict=VERDICT_HELP)
        return await look(rollout, trial.execution, ask, model=self.critic)
