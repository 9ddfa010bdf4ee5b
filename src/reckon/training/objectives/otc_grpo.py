"""OTC-PO in its GRPO form: a right answer earns most with as few programs as any right one has needed so far.

Wang et al., "Acting Less is Reasoning More! Teaching Model to Act Efficiently" (OTC: Optimal Tool Calls via
Reinforcement Learning), 2025, arXiv:2504.14870, OTC-GRPO.
System: OTC-PO.

    reward = alpha r_tool R; m programs ran, n the fewest of the question's right rollouts
    f = 2 n m / (m + n)
    r_tool = 1 if m = n = 0;  cos(m pi / (2 m + c)) if n = 0;  sin(f pi / (2 n)) otherwise

n is a minimum over the group and over earlier steps. The latter is the field `best_calls`, by problem id,
handed in: `after(groups)` gives the objective that knows these groups too, and nothing is kept elsewhere.
Differs from the paper: only a reward above 0 is scaled (see `otc_po`); without any right rollout, n is
unknown and the reward stays.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from reckon.training.fields import within
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.grpo import Grpo
from reckon.training.objectives.otc_po import few, scaled
from reckon.training.scored import Group


@dataclass(frozen=True, slots=True)
class OtcGrpo(Around):
    """alpha: scale.  c: see `otc_po`.  best_calls: n so far, by problem id."""

    inner: Objective = Grpo()
    alpha: float = 1.0
    c: float = 4.0
    best_calls: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_inner(self)
        within(self, 0.0, math.inf, "alpha")
        within(self, 1e-9, math.inf, "c")

    def shape(self, group: Group) -> Group:
        best = self.after([group]).best_calls
        shaped = []
        for scored in group:
            n = best.get(scored.trajectory.problem.id)
            factor = 1.0 if n is None else self.alpha * as_few(scored.calls, n, self.c)
            shaped.append(scaled(scored, factor))
        return self.inner.shape(shaped)

    def after(self, groups: Sequence[Group]) -> "OtcGrpo":
        best = dict(self.best_calls)
        for scored in (scored for group in groups for scored in group if scored.right):
            name = scored.trajectory.problem.id
            best[name] = min(scored.calls, best.get(name, scored.calls))
        return replace(self, best_calls=best)


def as_few(m: int, n: int, c: float) -> float:
    """r_tool of m calls where n are enough."""
    if n == 0:
        return few(m, c)
    return math.sin(2 * n * m / (m + n) * math.pi / (2 * n))
