"""MapCoder: Multi-Agent Code Generation for Competitive Problem Solving, Islam et al., 2024.

arXiv 2405.11403; with a model per role it is what MapCoder-Lite (2025) trains.
System: MapCoder-Lite; its roles.

Four roles. Retrieval recalls k similar problems with their solutions; planning makes a plan from each and
says how sure it is; coding follows the plans, the surest first; debugging repairs a program that fails the
shown tests, up to t times, with its plan at hand; then the next plan is tried.
Differs from the paper: one model plays all roles unless the fields name others; where the question shows no
tests, a program passes that runs to a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.replies import SCORE_HELP, read_items, read_score
from reckon.reasoners.material.trials import task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

RETRIEVE = """{question}

Recall {k} different problems that are solved in a similar way. Give them as a numbered list, one line each:
the problem, the algorithm that solves it, and how."""
PLAN = """A similar problem and how it is solved: {example}

Make a plan for this problem, step by step, in words:
{question}"""
CONFIDENCE = "{question}\n\nA plan:\n{plan}\n\nIs the plan right, and right for this problem? {help}"
CODE = "{task}\n\n{code_help}\n\nFollow this plan:\n{plan}"
DEBUG = """{report}

The plan was:
{plan}

Say where the program leaves the plan, or the plan is wrong, then write the whole program again."""


@dataclass(frozen=True)
class Mapcoder:
    """k: recalled problems, and plans. t: repairs of each plan's program.

    retriever, planner, coder: the models of these roles (the coder debugs), "" for the own one.
    """

    k: int = 3
    t: int = 3
    retriever: str = ""
    planner: str = ""
    coder: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "k")
        require_at_least(self, 0, "t")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = task_of(problem.question, tests)
        for plan in await self._plans(problem, rollout):
            coder = await rollout.side(model=self.coder) if self.coder else await rollout.fork()
            prompt = CODE.format(task=task, code_help=rollout.dialect.code_help, plan=plan)
            for _ in range(1 + self.t):
                trial = await try_program(coder, prompt, tests, self.temperature)
                best.offer(trial)
                if trial is not None and trial.passed:
                    return best.answer()
                report = trial.report if trial else "That holds no program."
                prompt = DEBUG.format(report=report, plan=plan)
        return best.answer()

    async def _plans(self, problem: Problem, rollout: Rollout) -> Sequence[str]:
        """A plan from each recalled problem, the surest first."""
        retrieve = RETRIEVE.format(question=problem.question, k=self.k)
        examples = read_items(await rollout.ask(retrieve, model=self.retriever), self.k)
        scored: list[tuple[float, str]] = []
        for example in examples:
            ask = PLAN.format(example=example, question=problem.question)
            plan = (await rollout.ask(ask, model=self.planner)).strip()
            doubt = CONFIDENCE.format(question=problem.question, plan=plan, help=SCORE_HELP)
            score = read_score(await rollout.ask(doubt, model=self.planner))
            scored.append((0.5 if score is None else score, plan))
        return [plan for _, plan in sorted(scored, key=lambda pair: pair[0], reverse=True)]
