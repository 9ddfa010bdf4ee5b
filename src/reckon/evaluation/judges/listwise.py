"""All answers to a problem at once, in an order drawn for it: which is best."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reckon.evaluation.judges.cases import entrants
from reckon.evaluation.judges.judgement import number_in
from reckon.values import Trajectory

_QUESTION = (
    "Which answer is best? To be right counts before all else. Their order means nothing. Your own answer is"
    " its number, from 1 to {shown}, and nothing else."
)


@dataclass(frozen=True)
class Listwise:
    """Agrees with gold where the chosen answer's score is as high as any."""

    name: str = "listwise"

    def cases(self, tries: Sequence[Trajectory], rng: random.Random) -> Iterator[tuple[Trajectory, ...]]:
        shown = entrants(tries)
        if len(shown) > 1:
            yield tuple(rng.sample(shown, len(shown)))

    def question(self, shown: int) -> str:
        return _QUESTION.format(shown=shown)

    def read(self, answer: str, shown: int) -> int | None:
        return number_in(answer, 1, shown)

    def gold(self, scores: Sequence[float]) -> tuple[int, ...]:
        return tuple(n for n, score in enumerate(scores, 1) if score == max(scores))
