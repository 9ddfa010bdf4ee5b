"""Two answers, in both orders: which is better, or neither."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from reckon.evaluation.judges.cases import entrants
from reckon.evaluation.judges.judgement import number_in
from reckon.values import Trajectory

_QUESTION = (
    "Which answer is better? To be right counts before all else. Their order means nothing. Your own answer"
    " is 1, 2, or 0 where neither is better, and nothing else."
)


@dataclass(frozen=True)
class Pairwise:
    """Every pair of a problem's answers, first one way round, then the other: a place's favour shows."""

    name: str = "pairwise"

    def cases(self, tries: Sequence[Trajectory], rng: random.Random) -> Iterator[tuple[Trajectory, ...]]:
        for one, two in combinations(entrants(tries), 2):
            yield one, two
            yield two, one

    def question(self, shown: int) -> str:
        return _QUESTION

    def read(self, answer: str, shown: int) -> int | None:
        return 0 if answer.strip().lower().rstrip(".") == "tie" else number_in(answer, 0, 2)

    def gold(self, scores: Sequence[float]) -> tuple[int, ...]:
        first, second = scores
        return (0,) if first == second else (1,) if first > second else (2,)
