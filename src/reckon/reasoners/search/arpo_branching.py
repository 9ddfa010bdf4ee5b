"""Agentic Reinforced Policy Optimization, Dong et al., 2025, arXiv 2507.19849, section 3.1.

The rollout side of ARPO: a reasoner around another. `roots` lines begin at the question. After each program's
output the uncertainty of what the model writes next is held against that of its first words, and the line
branches where it has grown; the leaves are a group for the objective `arpo`.

    H_t = -(sum of the log-probabilities of the first `words` tokens after output t) / log |V|
    branch where u - weight (H_t - H_0) <= 0.5, u even in [0, 1)

A branch goes on before those tokens, in a fork of the live session. What is left of `leaves` begins anew.
Differs from the paper: the entropy of a token is estimated by the surprise at the one that was sampled, whose
mean it is, since a record holds no others; the session is forked with the context; a new branch does not
branch at once again, and begins when its parent has ended; every root has an equal share of the branches. So
a run repeats itself, as long as no two branches of a root want its last one.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, cast

from reckon.errors import BudgetSpent, UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.material.candidates import require_at_least
from reckon.reasoners.material.retracing import Done, Line
from reckon.reasoners.material.together import together
from reckon.values import Answer

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Problem


@dataclass(frozen=True)
class ArpoBranching:
    """inner: a reasoner of a single line.  leaves: M, lines in all.  roots: N.  beam: lines that one becomes.

    vocabulary: |V|.  The rollout's limits are of the whole tree; the answer is the first line's.
    """

    inner: Reasoner = field(default_factory=lambda: CodeInterpreter(temperature=1.0))
    leaves: int = 16
    roots: int = 8
    beam: int = 2
    weight: float = 0.2
    words: int = 20
    vocabulary: int = 151_936

    def __post_init__(self) -> None:
        require_at_least(self, 1, "roots", "words")
        require_at_least(self, 2, "beam", "vocabulary")
        if self.leaves < self.roots:
            raise UsageError(
                f"ArpoBranching.leaves must be at least its roots, {self.roots}; got {self.leaves}"
            )

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        forks = [await rollout.fork() for _ in range(self.roots - 1)]
        tree = _Tree(self, problem)
        shares = [[(self.leaves - self.roots + n) // self.roots] for n in range(self.roots)]
        await together(map(tree.follow, [rollout, *forks], shares))
        anew = [await rollout.fork(keep=0) for _ in range(sum(left[0] for left in shares))]
        await together(tree.follow(fork, [0]) for fork in anew)
        return rollout.answered or rollout.answer(None, "no answer")


class _Tree:
    def __init__(self, plan: ArpoBranching, problem: Problem) -> None:
        self.plan, self.problem = plan, problem
        self._first: dict[str, float] = {}  # H_0 of each line

    async def follow(self, rollout: Rollout, spare: list[int], past: Sequence[Done] = ()) -> None:
        """A line to its end, then those that branch off it. spare: how many may, of all lines of its root."""
        branches: list[tuple[Rollout, list[Done]]] = []
        line = Line(rollout, partial(self._look, branches, spare), past)
        try:
            answer = await self.plan.inner.solve(self.problem, cast("Rollout", line))
        except BudgetSpent as spent:
            rollout.note("budget_spent")
            answer = rollout.answered or Answer(None, str(spent))
        rollout.answer(answer.text, answer.reason)
        await together(self.follow(branch, spare, told) for branch, told in branches)

    async def _look(
        self, branches: list[tuple[Rollout, list[Done]]], spare: list[int], line: Line, steps: int, begin: int
    ) -> None:
        """Branch before the sample that was just written, where it follows an output and is unsure."""
        rollout, plan = line.rollout, self.plan
        surprise = [-p for s in rollout.segments[begin:] for p in s.logprobs or ()][: plan.words]
        entropy = sum(surprise) / math.log(plan.vocabulary)
        grown = entropy - self._first.setdefault(rollout.id, entropy)
        after_output = any(s.execution for s in rollout.segments[begin - 1 : begin])
        if not after_output or (line.past and rollout.cost.samples == 1):
            return
        drawn = random.Random(f"{rollout.seed}/{rollout.id}/{begin}").random()
        if drawn - plan.weight * grown > 0.5:
            return
        for _ in range(min(plan.beam - 1, spare[0])):
            spare[0] -= 1
            branch = await rollout.fork(keep=begin)
            self._first[branch.id] = self._first[rollout.id]
            branches.append((branch, line.done[:steps]))
