"""VisPath: Automated Visualization Code Synthesis via Multi-Path Reasoning and Feedback-Driven Optimization.
Seo et al., 2025, arXiv 2502.11140, section 3. System: VisPath.

Multi-path: the request is rewritten into k detailed plans that differ. Code: a script is written for each
plan and run, to a figure or an error. Feedback: a model that sees is shown request, script and figure and
says what to improve, k times. Integration: one script is made of all scripts and their feedback.
Differs from the paper: a final script that does not run is answered by the best of the k; where the question
asks for no program, what the script prints is the answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.figures import look
from reckon.reasoners.material.replies import read_items
from reckon.reasoners.material.together import within_budget
from reckon.reasoners.material.trials import run_trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.reasoners.material.trials import Trial
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

EXPAND = """{question}

Before anything is drawn: think of {k} different ways to carry that out in detail. Each is to settle what the
request leaves open: how the data are prepared, which kind of chart shows it, scales, labels, legend. Reply
with a numbered list of {k} plans, one paragraph each, without any program."""
SCRIPT = "{task}\n\nFollow this plan:\n{plan}\n\n{code_help}"
FEEDBACK = """The request was:
{question}

The program:
{program}

Does the figure, or the output, do what the request asks? Say what is right and what has to be changed,
about the data shown, the kind of chart, labels, legend and legibility. Write no program."""
MERGE = """{task}

{k} programs were written for it, each looked at by a reviewer.

{reviewed}

Write one program that keeps what is right in each and mends what was criticised. {code_help}"""


@dataclass(frozen=True)
class VisPath:
    """k: plans. vision: the model that looks at figures, "" for the own one."""

    k: int = 3
    vision: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "k")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best, help = tests_of(problem), Best(rollout), rollout.dialect.code_help
        task = task_of(problem.question, tests)
        plans = read_items(await rollout.ask(EXPAND.format(question=problem.question, k=self.k)), self.k)
        asks = [SCRIPT.format(task=task, plan=plan, code_help=help) for plan in plans]
        forks = [await rollout.fork() for _ in plans]
        tried = await within_budget(
            try_program(fork, ask, tests, self.temperature) for fork, ask in zip(forks, asks, strict=True)
        )
        trials = [trial for trial in tried if trial is not None]
        for trial in trials:
            best.offer(trial)
        reviews = await within_budget(self._review(rollout, problem, trial) for trial in trials)
        reviewed = "\n\n".join(
            f"Program {n}:\n{trial.program}\nThe reviewer:\n{review or '(nothing)'}"
            for n, (trial, review) in enumerate(zip(trials, reviews, strict=True), 1)
        )
        await rollout.prompt(MERGE.format(task=task, k=len(trials), reviewed=reviewed, code_help=help))
        written = await rollout.write(temperature=self.temperature)
        if written.code is not None:
            best.offer(await run_trial(rollout, written.code, tests), 1.0)
        return best.answer()

    async def _review(self, rollout: Rollout, problem: Problem, trial: Trial) -> str:
        ask = FEEDBACK.format(question=problem.question, program=trial.program)
        return await look(rollout, trial.execution, ask, model=self.vision)
