"""GTPO's format reward of single turns: a turn that breaks the form costs 0.1.

"Empowering Multi-Turn Tool-Integrated Reasoning with Group Turn Policy Optimization", 2025, arXiv:2511.14846,
section 3. A turn breaks the form that holds neither a complete program nor an answer; the first one also if
it runs no program. Add it to an outcome with `Sum`.
System: GTPO; its format reward.
"""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.training.rewards import counted
from reckon.training.scored import Scored, turns_of
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class TurnFormat:
    """cost: of one such turn, in `Scored.turns`.  Parts: turn_format, their sum."""

    cost: float = 0.1

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "cost")

    def score(self, trajectory: Trajectory) -> Scored:
        turns = {}
        for n, turn in enumerate(turns_of(counted(trajectory))):
            wanted = {"code", "answer"} if n else {"code"}
            if not wanted & {segment.kind for segment in turn}:
                turns[n] = -self.cost
        return Scored(trajectory, 0.0, turns=turns, parts={"turn_format": sum(turns.values())})
