"""SimpleTIR: a rollout with a void turn teaches nothing.

Xue et al., "SimpleTIR: End-to-End Reinforcement Learning for Multi-Turn Tool-Integrated Reasoning", 2025,
arXiv:2509.02479, section 3.2.

A void turn has neither a complete program nor an answer. Its whole rollout is masked from the loss. `stats`
says whether its reward still counts in the group's mean and deviation: "include" is the published code,
"exclude" takes it out before.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from reckon.training.fields import one_of
from reckon.training.objectives import Around, Objective, check_inner
from reckon.training.objectives.dapo import Dapo
from reckon.training.scored import Group, Scored, turns_of


@dataclass(frozen=True, slots=True)
class SimpleTir(Around):
    """inner: what the rest is trained with."""

    inner: Objective = Dapo()
    stats: Literal["include", "exclude"] = "include"

    def __post_init__(self) -> None:
        check_inner(self)
        one_of(self, "stats", ("include", "exclude"))

    def shape(self, group: Group) -> Group:
        return [replace(s, trained=False) if has_void_turn(s) else s for s in self.inner.shape(group)]

    def select(self, groups: Sequence[Group]) -> Sequence[Group]:
        if self.stats == "exclude":
            groups = [[s for s in group if not has_void_turn(s)] for group in groups]
        return self.inner.select([group for group in groups if any(s.trained for s in group)])


def has_void_turn(scored: Scored) -> bool:
    """Whether one of its turns holds neither a complete program nor an answer."""
    return any(not {"code", "answer"} & {s.kind for s in turn} for turn in turns_of(scored.trajectory))
