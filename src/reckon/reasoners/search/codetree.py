"""CodeTree: Agent-guided Tree Search for Code Generation with Large Language Models, Li et al., 2024.

arXiv 2411.04329. System: CodeTree.

A Thinker proposes strategies, a Solver writes a program for each, a Debugger refines those that fail with
what their tests said. A Critic scores every program and says whether to go on from it, to drop it or to take
it. Breadth-first or depth-first, at most `budget` programs.
Differs from the paper: a refinement is written in a fork of the rollout that wrote the failing program; the
Thinker's reflections on a program come from the Critic's words.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from reckon.errors import UsageError
from reckon.reasoners.material.best import Best
from reckon.reasoners.material.candidates import require_at_least, require_share
from reckon.reasoners.material.replies import SCORE_HELP, VERDICT_HELP, read_items, read_score, read_verdict
from reckon.reasoners.material.trials import Trial, task_of, tests_of, try_program

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem

THINK = """{task}

You are the Thinker. Name {k} different strategies to solve this, without code, as a numbered list with one
line each."""
SOLVE = "{task}\n\n{code_help}\n\nYou are the Solver. Follow this strategy: {strategy}"
DEBUG = "{report}\n\nA critic says: {critique}\n\nYou are the Debugger. Write the whole program again."
CRITIC = """{task}

A program:
{program}

{report}

You are the Critic. In three sentences: does it do what was asked, does its strategy hold, what is to be
changed? {score} Then say whether it is worth going on from this program. {verdict}"""


@dataclass(frozen=True)
class Codetree:
    """strategies: of the Thinker. refinements: children of a failed program. depth: programs on a path."""

    strategies: int = 3
    refinements: int = 1
    depth: int = 3
    budget: int = 20
    order: Literal["breadth", "depth"] = "breadth"
    accept: float = 0.5
    temperature: float | None = 0.7

    def __post_init__(self) -> None:
        require_at_least(self, 1, "strategies", "refinements", "depth", "budget")
        require_share(self, "accept")
        if self.order not in ("breadth", "depth"):
            raise UsageError(f'Codetree.order is "breadth" or "depth", got {self.order!r}')

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        tests, best = tests_of(problem), Best(rollout)
        task = task_of(problem.question, tests)
        thinking = await rollout.ask(THINK.format(task=task, k=self.strategies), temperature=self.temperature)
        nodes: deque[_Node] = deque()
        for strategy in read_items(thinking, self.strategies):
            prompt = SOLVE.format(task=task, code_help=rollout.dialect.code_help, strategy=strategy)
            nodes.append(_Node(await rollout.fork(), prompt, 1))
        for _ in range(self.budget):
            if not nodes:
                break
            node = nodes.popleft()
            trial = await try_program(node.rollout, node.prompt, tests, self.temperature)
            if trial is None:
                continue
            score, worth_it, critique = await self._criticise(rollout, task, trial)
            best.offer(trial, score)
            if trial.passed and score >= self.accept:
                break
            if worth_it and node.depth < self.depth:
                prompt = DEBUG.format(report=trial.report, critique=critique)
                grown = [
                    _Node(await node.rollout.fork(), prompt, node.depth + 1) for _ in range(self.refinements)
                ]
                nodes.extend(grown) if self.order == "breadth" else nodes.extendleft(reversed(grown))
        return best.answer()

    async def _criticise(self, rollout: Rollout, task: str, trial: Trial) -> tuple[float, bool, str]:
        """(score in [0, 1], whether to go on from this program, what the Critic said)."""
        told = {"program": trial.program, "report": trial.report}
        ask = CRITIC.format(task=task, score=SCORE_HELP, verdict=VERDICT_HELP, **told)
        critique = (await rollout.ask(ask)).strip()
        score = read_score(critique)
        return 0.5 if score is None else score, read_verdict(critique) is not False, critique


@dataclass(frozen=True)
class _Node:
    """A program that is still to be written, in `rollout` by `prompt`; depth 1 is the Solver's."""

    rollout: Rollout
    prompt: str
    depth: int
