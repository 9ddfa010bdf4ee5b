"""FIRE: Flaming-hot Initiation with Regular Execution Sampling for Large Language Models.

Chen et al., 2024, arXiv 2410.21236. System: FIRE sampling.

The first token of a solution is sampled at a very high temperature, all later ones as usual: the samples
begin apart, so n of them cover more. Here n such samples, by any reasoner, vote.
Differs from the paper: `Sampling` has no top-k filter, which the paper puts on the hot token; `hot_top_p`
stands in for it, and the temperature is lower than the paper's for that reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from reckon.around_model import AroundModel
from reckon.errors import UsageError
from reckon.reasoners.material.candidates import require_at_least, solve_each
from reckon.reasoners.pal import Pal
from reckon.values import Segment
from reckon.votes import majority

if TYPE_CHECKING:
    from reckon.protocols import Model, OnText, Reasoner, Sample, Sampling
    from reckon.rollout import Rollout
    from reckon.values import Answer, Problem


@dataclass(frozen=True)
class FireSampling:
    """`n` forks solved by `inner`; the first token of each at temperature `hot`, out of top `hot_top_p`.

    Raises UsageError for a model whose turn cannot be gone on with: it has no first token of its own.
    """

    inner: Reasoner = field(default_factory=lambda: Pal(temperature=0.7))
    n: int = 5
    hot: float = 4.0
    hot_top_p: float = 0.95

    def __post_init__(self) -> None:
        require_at_least(self, 1, "n")
        if not self.hot > 0 or not 0 < self.hot_top_p <= 1:
            raise UsageError(f"FireSampling wants hot above 0 and hot_top_p in (0, 1], got {self!r}")

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer:
        model = rollout.setup.model
        if not model.continues:
            raise UsageError(
                f"FireSampling needs a model that can go on in its own turn, {model.name} cannot"
            )
        forks = [await rollout.fork() for _ in range(self.n)]
        for fork in forks:
            fork.setup = replace(fork.setup, model=_Fire(model, self.hot, self.hot_top_p, len(fork.segments)))
        answers = await solve_each(self.inner, problem, forks)
        winner = majority(answer.text for answer in answers)
        return rollout.answer(winner, "" if winner else "no sample had an answer")


@dataclass(frozen=True)
class _Fire(AroundModel):
    """The model with a hot first token: of the first sample after segment `begin`."""

    inner: Model
    hot: float
    top_p: float
    begin: int

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        if sampling.max_tokens < 2 or any(segment.sampled for segment in context[self.begin :]):
            return await self.inner.sample(context, sampling, on_text)
        hot = sampling.with_(max_tokens=1, temperature=self.hot, top_p=self.top_p)
        first = await self.inner.sample(context, hot, on_text)
        if first.finish != "length":
            return first
        begun = Segment("text", first.text, first.ids, first.logprobs, sample=-1)
        rest = sampling.with_(max_tokens=sampling.max_tokens - 1)
        return first.joined(await self.inner.sample((*context, begun), rest, on_text))
