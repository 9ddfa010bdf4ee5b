"""SRA-MCTS: Self-driven Reasoning Augmentation with Monte Carlo Tree Search for Code Generation.

Xu et al., 2024, arXiv 2411.11053. System: SRA-MCTS; its search.

The model grows a plan in words step by step: selection by UCB, expansion by several next steps, evaluation by
the model's own score of the plan so far from 0 to 10, backing up. The plan with the best value is turned into
a program by the same model.
Differs from the paper: what the evaluation says of a plan is shown when the plan is gone on with, it does not
rewrite the step; the program is run, and with `plans` above 1 the next best plan follows one that fails.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.monte_carlo import Node, back_up, select, ucb
from reckon.reasoners.material.replies import SCORE_HELP, read_items, read_score
from reckon.reasoners.material.trials import task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

END = "the plan is complete"
STEP = (
    """{question}

Plan so far:
{path}
{feedback}
Give {k} different next steps of the plan, in words, as a numbered list with one line each. Where nothing is
missing, write: """
    + END
)
REFLECT = """{question}

A plan:
{path}

Say what is wrong or missing in it, in two sentences. Would a program that follows it be right? {help}"""
CODE = "{task}\n\n{code_help}\n\nFollow this plan:\n{path}"


@dataclass(frozen=True)
class SraMcts:
    """iterations: expansions. width: steps per expansion. depth: steps at most. plans: programs at most."""

    iterations: int = 6
    width: int = 3
    depth: int = 6
    plans: int = 1
    c: float = 0.5
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "iterations", "width", "depth", "plans")
        require_at_least(self, 0, "c")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, root, best = tests_of(problem), Node(), Best(rollout)
        judged: list[Node] = []
        for _ in range(self.iterations):
            leaf = select(root, ucb, self.c)
            if leaf is None:
                break
            await self._expand(problem, rollout, leaf)
            for child in leaf.children:
                back_up(child, await self._evaluate(problem, rollout, child))
                judged.append(child)
        for plan in sorted(judged, key=lambda node: (node.closed, node.value), reverse=True)[: self.plans]:
            task, help = task_of(problem.question, tests), rollout.dialect.code_help
            prompt = CODE.format(task=task, code_help=help, path=plan.outline)
            best.offer(await try_program(await rollout.fork(), prompt, tests, self.temperature))
            if best.trial is not None and best.trial.passed:
                break
        return best.answer()

    async def _expand(self, problem: Problem, rollout: Rollout, node: Node) -> None:
        feedback = f"What was said of it: {node.feedback}\n" if node.feedback else ""
        ask = STEP.format(question=problem.question, path=node.outline, feedback=feedback, k=self.width)
        steps = read_items(await rollout.ask(ask, temperature=self.temperature), self.width)
        node.expand((step, 1.0) for step in steps)
        node.closed = not steps
        for child in node.children:
            child.closed = END in child.thought.lower() or len(child.path) >= self.depth

    async def _evaluate(self, problem: Problem, rollout: Rollout, node: Node) -> float:
        ask = REFLECT.format(question=problem.question, path=node.outline, help=SCORE_HELP)
        node.feedback = (await rollout.ask(ask)).strip()
        score = read_score(node.feedback)
        return 0.5 if score is None else score
