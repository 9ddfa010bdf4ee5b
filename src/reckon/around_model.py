"""A model around another: what it does not change, the inner one does."""

from collections.abc import Sequence
from typing import Protocol

from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.values import Message, Segment


class AroundModel(Protocol):
    """A `Model` around `inner`: abstract. What stands around it changes `sample`."""

    inner: Model

    @property
    def name(self) -> str:
        return self.inner.name

    @property
    def context_tokens(self) -> int:
        return self.inner.context_tokens

    @property
    def continues(self) -> bool:
        return self.inner.continues

    @property
    def sees_images(self) -> bool:
        return bool(getattr(self.inner, "sees_images", False))

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        return self.inner.render(context, messages)

    def count(self, text: str) -> int:
        return self.inner.count(text)

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample: ...

    async def close(self) -> None:
        await self.inner.close()
