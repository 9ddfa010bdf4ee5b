"""Who judges a candidate: a function, such as a trained value model, or the model by a side question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from reckon.errors import UsageError
from reckon.reasoners.material.replies import SCORE_HELP, read_score
from reckon.reasoners.material.transcripts import transcript
from reckon.values import Problem

if TYPE_CHECKING:
    from reckon.rollout import Rollout

Scorer: TypeAlias = Callable[[Problem, str], Awaitable[float]]
ASK = "Question:\n{question}\n\n{kind}:\n{text}\n\nHow likely does this lead to the right answer? {help}"
UNREAD = 0.5  # where the judging model gave no score


@dataclass(frozen=True, slots=True)
class Judge:
    """scorer: a function of the problem and a text, in [0, 1]; None asks `model` ("" is the own one)."""

    scorer: Scorer | None = None
    model: str = ""

    def __post_init__(self) -> None:
        if self.scorer is not None and not callable(self.scorer):
            raise UsageError(f"a scorer is an async function of problem and text, got {self.scorer!r}")

    async def score(self, problem: Problem, rollout: Rollout, text: str, kind: str = "Solution") -> float:
        """In [0, 1]. Raises UsageError for a function that gives anything else."""
        if self.scorer is None:
            ask = ASK.format(question=problem.question, kind=kind, text=text, help=SCORE_HELP)
            read = read_score(await rollout.ask(ask, model=self.model))
            return UNREAD if read is None else read
        value = await self.scorer(problem, text)
        if not 0.0 <= value <= 1.0:
            raise UsageError(f"a scorer gives a number from 0 to 1, got {value!r} from {self.scorer!r}")
        return value

    async def score_path(self, problem: Problem, path: Rollout, begin: int, kind: str) -> float:
        """Of what was written, and shown of runs, from segment `begin` on."""
        return await self.score(problem, path, transcript(path.segments[begin:], path.dialect), kind)
