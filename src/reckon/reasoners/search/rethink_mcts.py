"""RethinkMCTS: Refining Erroneous Thoughts in Monte Carlo Tree Search for Code Generation, Li et al., 2024.

arXiv 2409.09584. System: RethinkMCTS.

A tree of thoughts (ways to solve), selected by P-UCB with the model's own scores as priors. A leaf is judged
by writing a program from its path and running it on the shown tests; from the blocks that a failing test
ran through a feedback is told in words, with it the leaf's thought is written anew, and judged again.
Differs from the paper: it ends at the first program that passes and that the model itself does not reject;
where the question shows no tests, a program passes that runs to a result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least, require_share
from reckon.reasoners.material.monte_carlo import Node, back_up, p_ucb, select
from reckon.reasoners.material.replies import read_scored_items
from reckon.reasoners.material.scorers import Judge
from reckon.reasoners.material.steps import explain_failure
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

THINK = """{task}

Thoughts so far:
{path}
{feedback}
Give {k} different next thoughts on how to solve it, without code, as a numbered list with one line
each. End each line with `Score: n`, n from 0 to 10: how sensible the thought is."""
CODE = "{task}\n\n{code_help}\n\nFollow these thoughts:\n{path}"
RETHINK = """{task}

Thoughts so far:
{path}

The last thought led to a wrong program:
{feedback}

Write the last thought anew so that it avoids this. One line, without code."""


@dataclass(frozen=True)
class RethinkMcts:
    """rollouts: leaves judged. width: thoughts per expansion. rethinks: of one leaf. c: exploration."""

    rollouts: int = 8
    width: int = 3
    rethinks: int = 1
    c: float = 4.0
    tests_weight: float = 0.8
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "rollouts", "width")
        require_at_least(self, 0, "rethinks", "c")
        require_share(self, "tests_weight")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, root, best = tests_of(problem), Node(), Best(rollout)
        for _ in range(self.rollouts):
            leaf = select(root, p_ucb, self.c) or root
            if leaf is root or leaf.visits:
                await self._expand(rollout, leaf, task_of(problem.question, tests))
                leaf = max(leaf.children, key=lambda child: child.prior)
            reward, trial = await self._judge(problem, rollout, leaf, tests)
            for _ in range(self.rethinks):
                best.offer(trial, reward)
                if trial is None or trial.passed:
                    break
                await self._rethink(problem, rollout, leaf, trial)
                reward, trial = await self._judge(problem, rollout, leaf, tests)
            best.offer(trial, reward)
            back_up(leaf, reward)
            if reward >= self.tests_weight + (1 - self.tests_weight) / 2:
                break
        return best.answer()

    async def _expand(self, rollout: Rollout, node: Node, task: str) -> None:
        feedback = f"What failed before: {node.feedback}\n" if node.feedback else ""
        ask = THINK.format(task=task, path=node.outline, feedback=feedback, k=self.width)
        node.expand(read_scored_items(await rollout.ask(ask, temperature=self.temperature), self.width))

    async def _judge(
        self, problem: Problem, rollout: Rollout, leaf: Node, tests: Sequence[str]
    ) -> tuple[float, Trial | None]:
        """The reward of a leaf in [0, 1]: tests passed, and the model's own word once all are."""
        prompt = CODE.format(
            task=task_of(problem.question, tests),
            code_help=rollout.dialect.code_help,
            path=leaf.outline,
        )
        trial = await try_program(await rollout.fork(), prompt, tests, self.temperature)
        own = await Judge().score(problem, rollout, trial.program) if trial and trial.passed else 0.0
        score = trial.score if trial else 0.0
        return self.tests_weight * score + (1 - self.tests_weight) * own, trial

    async def _rethink(self, problem: Problem, rollout: Rollout, leaf: Node, trial: Trial) -> None:
        task = task_of(problem.question, trial.tests)
        leaf.feedback = await explain_failure(rollout, task, trial)
        ask = RETHINK.format(task=task, path=leaf.outline, feedback=leaf.feedback)
        leaf.thought = (await rollout.ask(ask, temperature=self.temperature)).strip() or leaf.thought
