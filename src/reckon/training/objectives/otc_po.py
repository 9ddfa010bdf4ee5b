"""OTC-PO in its PPO form: a right answer earns less, the more programs it ran.

Wang et al., "Acting Less is Reasoning More! Teaching Model to Act Efficiently" (OTC: Optimal Tool Calls via
Reinforcement Learning), 2025, arXiv:2504.14870, OTC-PPO.
System: OTC-PO.

    reward = alpha r_tool R,  r_tool = cos(m pi / (2 m + c)),  m programs ran

Differs from the paper: only a reward above 0 is scaled. A product with a negative one, as ReTool's -1, would
reward failures for running programs.
"""

import math
from dataclasses import dataclass, replace

from reckon.training.fields import within
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.ppo import Ppo
from reckon.training.scored import Group, Scored


@dataclass(frozen=True, slots=True)
class OtcPo(Around):
    """alpha: scale.  c: the larger, the flatter: with c calls r_tool is 0.5."""

    inner: Objective = Ppo()
    alpha: float = 1.0
    c: float = 4.0

    def __post_init__(self) -> None:
        check_inner(self)
        within(self, 0.0, math.inf, "alpha")
        within(self, 1e-9, math.inf, "c")

    def shape(self, group: Group) -> Group:
        return self.inner.shape([scaled(s, self.alpha * few(s.calls, self.c)) for s in group])


def few(calls: int, c: float) -> float:
    """r_tool without a known optimum, in (0, 1]."""
    return math.cos(calls * math.pi / (2 * calls + c))


def scaled(scored: Scored, factor: float) -> Scored:
    """A reward above 0 times `factor`; the difference is the part "calls"."""
    if scored.reward <= 0:
        return scored
    change = scored.reward * (factor - 1)
    return replace(scored, reward=scored.reward * factor, parts={**scored.parts, "calls": change})
