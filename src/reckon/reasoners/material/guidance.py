"""A model under guidance: what it writes after a segment is guided by a second context."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from reckon.around_model import AroundModel

if TYPE_CHECKING:
    from reckon.protocols import Guided, Model, OnText, Sample, Sampling
    from reckon.values import Segment


@dataclass(frozen=True)
class GuidedModel(AroundModel):
    """guide: stands in the place of the context before segment `begin`; () leaves the model alone."""

    inner: Model
    gamma: float
    begin: int
    guide: tuple[Segment, ...]

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        if not self.guide:
            return await self.inner.sample(context, sampling, on_text)
        guide = (*self.guide, *context[self.begin :])
        return await cast("Guided", self.inner).sample_guided(context, guide, self.gamma, sampling)
