"""One answer at a time: how sure is the judge that it is right, from 0 to 10."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reckon.evaluation.judges.judgement import number_in
from reckon.values import Trajectory

_QUESTION = (
    "Is this answer right? Work it out as far as you need. Your own answer is a whole number from 0 (surely"
    " wrong) to 10 (surely right), and nothing else."
)
MIDDLE = 5


@dataclass(frozen=True)
class Pointwise:
    """Above 5 says right, below it wrong; 5 agrees with neither."""

    name: str = "pointwise"

    def cases(self, tries: Sequence[Trajectory], rng: random.Random) -> Iterator[tuple[Trajectory, ...]]:
        yield from ((one,) for one in tries)

    def question(self, shown: int) -> str:
        return _QUESTION

    def read(self, answer: str, shown: int) -> int | None:
        return number_in(answer, 0, 10)

    def gold(self, scores: Sequence[float]) -> tuple[int, ...]:
        return tuple(range(MIDDLE + 1, 11)) if scores[0] >= 1 else tuple(range(MIDDLE))
