"""Single trajectories with a label, for preference methods that want no pairs: liked when right, else not.

M-KTO (Xiong et al., 2024, arXiv 2409.02392) and Orca-Math's rounds of KTO (Mitra et al., 2024, arXiv
2402.14830) learn from these. Problems that came out all right or all wrong are of use here, too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from reckon.data.pairs import bounded, by_prompt, grade_of
from reckon.errors import UsageError
from reckon.values import Trajectory


class Labelled(NamedTuple):
    """A trajectory and whether it is liked."""

    trajectory: Trajectory
    liked: bool


@dataclass(frozen=True)
class Labels:
    """per_problem: liked ones of a problem, and others, at most.  per_task: of a task; 0 is no bound."""

    per_problem: int = 4
    per_task: int = 0
    seed: int = 0

    paired = False

    def __post_init__(self) -> None:
        if self.per_problem < 1 or self.per_task < 0:
            raise UsageError("Labels wants per_problem of 1 or more and per_task of 0 or more")

    def choose(self, trajectories: Iterable[Trajectory]) -> list[Labelled]:
        """The labelled ones, in an order that does not depend on that of the trajectories."""
        chosen: dict[str, list[list[Labelled]]] = {}
        for rows in by_prompt(trajectories, self.seed):
            for liked in (True, False):
                kept = [Labelled(t, liked) for t in rows if (grade_of(t) >= 1) == liked][: self.per_problem]
                chosen.setdefault(rows[0].problem.task, []).append(kept)
        return [one for task in sorted(chosen) for one in bounded(chosen[task], self.per_task)]
