"""PairCoder: A Pair Programming Framework for Code Generation via Multi-Plan Exploration and Feedback-Driven
Refinement, Zhang et al., 2024, arXiv 2409.05001. System: PairCoder.

The Navigator reflects on the question, samples plans, keeps k unlike ones and chooses one. The Driver writes
a program, which is run on the shown tests. The Navigator, who remembers every program and what it led to,
then directs a repair, or goes over to another plan when the history repeats itself.
Differs from the paper: unlike plans are found by the words that they share, not by k-means over embeddings;
where the question shows no tests, a program passes that runs to a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import numbered, require_at_least
from reckon.reasoners.material.plans import unlike
from reckon.reasoners.material.replies import CHOICE_HELP, read_choice, read_items
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

REFLECT = """{question}

You are the Navigator. Say in a few sentences what is asked, what the examples show, what is easily missed."""
PLANS = """{question}

What we know: {reflection}

Give {n} different plans to solve it, in words, as a numbered list with one line each."""
CHOOSE = """{question}

{plans}

Which plan is most likely right, and simple? {help}"""
DRIVE = "{task}\n\n{code_help}\n\nWhat we know: {reflection}\n\nYou are the Driver. Follow this plan: {plan}"
DIRECT = """{question}

The plan: {plan}

The program:
{program}

{report}

You are the Navigator. Tell the Driver in a few sentences how to repair it."""
REPAIR = "{report}\n\nThe Navigator says: {directive}\n\nWrite the whole program again."


@dataclass(frozen=True)
class Paircoder:
    """samples: plans. k: unlike ones that are kept. iterations: programs at most. navigator: its model."""

    samples: int = 6
    k: int = 3
    iterations: int = 10
    navigator: str = ""
    temperature: float | None = None

    def __post_init__(self) -> None:
        require_at_least(self, 1, "samples", "k", "iterations")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best, seen = tests_of(problem), Best(rollout), set[tuple[str, str]]()
        task, question = task_of(problem.question, tests), problem.question
        reflection = (await self._ask(rollout, REFLECT.format(question=question))).strip()
        ask = PLANS.format(question=question, reflection=reflection, n=self.samples)
        plans = unlike(read_items(await self._ask(rollout, ask), self.samples), self.k)
        plan, driver, prompt = "", rollout, ""
        for _ in range(self.iterations):
            if not plan:
                if not plans:
                    break
                plan = plans.pop(await self._choose(rollout, question, plans))
                known = {"code_help": rollout.dialect.code_help, "reflection": reflection}
                driver, prompt = await rollout.fork(), DRIVE.format(task=task, plan=plan, **known)
            trial = await try_program(driver, prompt, tests, self.temperature)
            best.offer(trial)
            if trial is not None and trial.passed:
                break
            memory = (trial.program.strip(), trial.report) if trial else ("", "")
            if trial is None or memory in seen or any(report == memory[1] for _, report in seen):
                plan = ""  # the history repeats itself
            else:
                prompt = await self._directed(rollout, question, plan, trial)
            seen.add(memory)
        return best.answer()

    async def _directed(self, rollout: Rollout, question: str, plan: str, trial: Trial) -> str:
        told = {"program": trial.program, "report": trial.report}
        directive = await self._ask(rollout, DIRECT.format(question=question, plan=plan, **told))
        return REPAIR.format(report=trial.report, directive=directive.strip())

    async def _choose(self, rollout: Rollout, question: str, plans: Sequence[str]) -> int:
        if len(plans) == 1:
            return 0
        ask = CHOOSE.format(question=question, plans=numbered(plans, "Plan"), help=CHOICE_HELP)
        return read_choice(await self._ask(rollout, ask), len(plans)) or 0

    async def _ask(self, rollout: Rollout, question: str) -> str:
        return await rollout.ask(question, model=self.navigator)
