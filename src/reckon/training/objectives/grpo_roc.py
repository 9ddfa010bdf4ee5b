"""rStar2-Agent's GRPO-RoC: resample on correct. Of twice the rollouts, the half with the cleanest successes.

Shang et al., "rStar2-Agent: Agentic Reasoning Technical Report", 2025, arXiv:2508.20722, section 3.2.
System: rStar2-Agent (GRPO-RoC); its objective.

    p_err    = failed runs / runs, 0.5 without a run
    p_format = 1 without an answer, else min(1, (answers - 1) / turns)
    p        = p_err + p_format

Right and wrong rollouts are kept in proportion, but `least` of each where there are so many. mode "weighted"
is the paper's wording: wrong ones drawn evenly, right ones with probability inverse to p. mode "sorted" is
its published code: right ones in ascending p, wrong ones in their order.
Differs from the paper: a fixed 0.1 is added to p before it is inverted, for p may be 0. A draw depends on the
seed and the rollout's id alone. Differs from the code: a run failed by its status, not where its output holds
the word "error"; right is by the grade, not a reward above 0.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from reckon.training.chance import chance
from reckon.training.fields import one_of, within
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.dapo import Dapo
from reckon.training.scored import Group, Scored, turns_of

FLOOR = 0.1


@dataclass(frozen=True, slots=True)
class GrpoRoc(Around):
    """inner: gets the kept halves, and its `select` may drop even ones.  The recipe's rollouts are 2G.

    least: of right and of wrong ones each, half of what is kept at most; the published 2 are for G = 16.
    """

    inner: Objective = Dapo()
    mode: Literal["sorted", "weighted"] = "sorted"
    least: int = 2
    seed: int = 0

    def __post_init__(self) -> None:
        check_inner(self)
        one_of(self, "mode", ("sorted", "weighted"))
        within(self, 0, math.inf, "seed", "least")

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        return self.inner.select([self._half(group) for group in groups])

    def _half(self, group: Group) -> Group:
        keep = (len(group) + 1) // 2
        right = [scored for scored in group if scored.right]
        wrong = [scored for scored in group if not scored.right]
        if self.mode == "weighted":
            right.sort(key=lambda scored: self._draw(scored, 1 / (flaws(scored) + FLOOR)), reverse=True)
            wrong.sort(key=lambda scored: self._draw(scored, 1.0), reverse=True)
        else:
            right.sort(key=flaws)
        least = max(1, min(self.least, keep // 2)) if self.least else 0
        fewest = max(min(least, len(right)), keep - len(wrong))
        most = min(len(right), keep - min(least, len(wrong)))
        rights = min(max(round(len(right) * keep / max(1, len(group))), fewest), max(fewest, most))
        kept = {id(scored) for scored in (*right[:rights], *wrong[: keep - rights])}
        return [scored for scored in group if id(scored) in kept]

    def _draw(self, scored: Scored, weight: float) -> float:
        """The highest of these are a draw without replacement (Efraimidis and Spirakis, 2006)."""
        return math.log(max(chance(self.seed, scored.trajectory.id), 1e-12)) / weight


def flaws(scored: Scored) -> float:
    """p of a rollout, in [0, 2]."""
    runs = scored.trajectory.executions
    error = sum(not run.ok for run in runs) / len(runs) if runs else 0.5
    answers = sum(segment.kind == "answer" for segment in scored.trajectory.segments)
    spare = (answers - 1) / max(1, len(turns_of(scored.trajectory)))
    return error + (min(1.0, spare) if answers else 1.0)
