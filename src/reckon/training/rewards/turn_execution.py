"""A reward of single turns by what their program did: one number for success, one for failure.

The tool execution reward of MT-GRPO (Zeng et al., 2025, arXiv:2505.11821, section 4) is 0.2 and 0, in its
published code as here by default. The other reward of a turn there, that a search found the answer, has no
counterpart here.
Differs from the paper: each turn has its own, where the paper has one turn with calls.
"""

import math
from dataclasses import dataclass

from reckon.training.fields import within
from reckon.training.rewards import counted
from reckon.training.scored import Scored
from reckon.values import Trajectory


@dataclass(frozen=True, slots=True)
class TurnExecution:
    """ok, failed: of a turn whose program ran to its end, or did not.  Parts: turn_execution, their sum."""

    ok: float = 0.2
    failed: float = 0.0

    def __post_init__(self) -> None:
        within(self, -math.inf, math.inf, "ok", "failed")

    def score(self, trajectory: Trajectory) -> Scored:
        turns: dict[int, float] = {}
        numbers: dict[int, int] = {}
        for segment in counted(trajectory).segments:
            if segment.sample is not None:
                numbers.setdefault(segment.sample, len(numbers))
            elif segment.execution is not None and numbers:
                n = len(numbers) - 1
                turns[n] = turns.get(n, 0.0) + (self.ok if segment.execution.ok else self.failed)
        return Scored(trajectory, 0.0, turns=turns, parts={"turn_execution": sum(turns.values())})
