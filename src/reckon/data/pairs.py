"""Pairs for preference training: two trajectories of one prompt, one better than the other.

    right   right against wrong: M-DPO (Xiong et al., 2024, arXiv 2409.02392), Orca-Math (2402.14830)
    grade   the most against the least, where grades are fractions
    turns   CodeSteer (Chen et al., 2025, arXiv 2502.04350): 15 - i for right at turn i, -i for wrong; with
            gap=2 as there. What is liked scores above 0, so that no pair teaches to give up early.

Trajectories are of one prompt when their tokens up to the model's first are the same: pairs never cross
reasoners or prompt variants. The widest gaps come first, then what is in the fewest pairs yet, then chance.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations, zip_longest
from typing import Literal, NamedTuple, TypeAlias, TypeVar

from reckon.errors import UsageError
from reckon.values import Trajectory

By: TypeAlias = Literal["right", "grade", "turns"]
MOST_TURNS = 15
T = TypeVar("T")


class Pair(NamedTuple):
    """Two trajectories of one prompt."""

    liked: Trajectory
    disliked: Trajectory


@dataclass(frozen=True)
class Pairs:
    """by: what is compared.  gap: scores differ by more.  per_problem, per_task: at most; per_task 0: all."""

    by: By = "right"
    gap: float = 0.0
    per_problem: int = 4
    per_task: int = 0
    seed: int = 0

    paired = True

    def __post_init__(self) -> None:
        if self.by not in ("right", "grade", "turns"):
            raise UsageError(f"Pairs: by wants 'right', 'grade' or 'turns', got {self.by!r}")
        if self.gap < 0 or self.per_problem < 1 or self.per_task < 0:
            raise UsageError("Pairs wants gap and per_task of 0 or more and per_problem of 1 or more")

    def choose(self, trajectories: Iterable[Trajectory]) -> list[Pair]:
        """The pairs, in an order that does not depend on that of the trajectories."""
        chosen: dict[str, list[list[Pair]]] = {}
        for rows in by_prompt(trajectories, self.seed):
            chosen.setdefault(rows[0].problem.task, []).append(self._of_problem(rows))
        return [pair for task in sorted(chosen) for pair in bounded(chosen[task], self.per_task)]

    def _of_problem(self, rows: Sequence[Trajectory]) -> list[Pair]:
        found: list[Pair] = []
        uses, score = [0] * len(rows), [self._score(row) for row in rows]
        every = [(a, b) for a, b in permutations(range(len(rows)), 2) if self._preferred(score[a], score[b])]
        while every and len(found) < self.per_problem:
            best = min(every, key=lambda p: (score[p[1]] - score[p[0]], uses[p[0]] + uses[p[1]]))
            every.remove(best)
            for n in best:
                uses[n] += 1
            found.append(Pair(rows[best[0]], rows[best[1]]))
        return found

    def _preferred(self, one: float, other: float) -> bool:
        return one - other > self.gap and one > 0

    def _score(self, trajectory: Trajectory) -> float:
        grade = grade_of(trajectory)
        turns = len({segment.sample for segment in trajectory.segments if segment.sampled})
        scores = {"grade": grade, "right": float(grade >= 1), "turns": MOST_TURNS * (grade >= 1) - turns}
        return scores[self.by]


def by_prompt(trajectories: Iterable[Trajectory], seed: int) -> list[list[Trajectory]]:
    """Groups of one problem and prompt, without side questions, branches that were left, void records and
    twins of the same tokens.

    Raises UsageError for a trajectory without a grade, RecordError for one without token ids.
    """
    groups: dict[tuple[str, tuple[int, ...]], dict[tuple[int, ...], Trajectory]] = {}
    for trajectory in trajectories:
        given_up = trajectory.answer is None and trajectory.grade is None  # a branch that was left
        if trajectory.relation == "side" or trajectory.void or given_up:
            continue
        grade_of(trajectory)
        first = next((n for n, s in enumerate(trajectory.segments) if s.sampled), None)
        if first is not None:
            prompt = tuple(i for segment in trajectory.segments[:first] for i in segment.ids or ())
            groups.setdefault((trajectory.problem.id, prompt), {}).setdefault(trajectory.ids, trajectory)
    return [sorted(groups[key].values(), key=lambda t: _draw(seed, t)) for key in sorted(groups)]


def bounded(problems: Sequence[Sequence[T]], most: int) -> list[T]:
    """Each problem's first, then each one's second, and so on: at most `most` of a task, 0 for all."""
    ranks = zip_longest(*problems)
    return [one for rank in ranks for one in rank if one is not None][: most or None]


def grade_of(trajectory: Trajectory) -> float:
    """Raises UsageError for a trajectory without a grade."""
    if trajectory.grade is None:
        raise UsageError(
            f"trajectory {trajectory.id} has no grade: wanted what 'reckon eval' or a training run wrote"
        )
    return trajectory.grade.score


def _draw(seed: int, trajectory: Trajectory) -> bytes:
    return hashlib.sha256(f"{seed}/{trajectory.id}/{trajectory.ids}".encode()).digest()
