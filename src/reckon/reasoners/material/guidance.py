"""A model under guidance: what it writes after a segment is guided by a second context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from reckon.protocols import Guided, Model, OnText, Sample, Sampling
    from reckon.values import Message, Segment


@dataclass(frozen=True)
class GuidedModel:
    """guide: stands in the place of the context before segment `begin`; () leaves the model alone."""

    model: Model
    gamma: float
    begin: int
    guide: tuple[Segment, ...]

    @property
    def name(self) -> str:
        return self.model.name

    @property
    def context_tokens(self) -> int:
        return self.model.context_tokens

    @property
    def continues(self) -> bool:
        return self.model.continues

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self.model.render(context, messages)

    def count(self, text: str) -> int:
        return self.model.count(text)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        if not self.guide:
            return await self.model.sample(context, sampling, on_text)
        guide = (*self.guide, *context[self.begin :])
        return await cast("Guided", self.model).sample_guided(context, guide, self.gamma, sampling)

    async def close(self) -> None:
        await self.model.close()
