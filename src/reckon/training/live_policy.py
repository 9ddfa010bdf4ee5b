"""A policy whose weights change while rollouts are under way.

A rollout is text, then a program, then text: its weights may change between two samples, never inside one. So
whoever changes them holds new samples back, waits for those in progress, and lets the others go on; programs
run all the while. Every sample keeps the log-probabilities of the weights that wrote it, which is what an
importance ratio wants.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from reckon.around_model import AroundModel
from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.values import Segment


class LivePolicy(AroundModel):
    """version: how often the weights have changed."""

    def __init__(self, inner: Model, version: int = 0) -> None:
        self.inner = inner
        self.version = version
        self._sampling = 0
        self._free, self._idle = asyncio.Event(), asyncio.Event()
        self._free.set()
        self._idle.set()

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """As the inner model's; waits while the weights change."""
        return (await self.sample_by(context, sampling, on_text))[0]

    async def sample_by(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> tuple[Sample, int]:
        """The sample and the version of the weights that wrote it."""
        while not self._free.is_set():  # it may be taken again before a waiter wakes
            await self._free.wait()
        self._sampling += 1
        self._idle.clear()
        try:
            return await self.inner.sample(context, sampling, on_text), self.version
        finally:
            self._sampling -= 1
            if not self._sampling:
                self._idle.set()

    @asynccontextmanager
    async def still(self) -> AsyncIterator[None]:
        """No sample is in progress inside; new ones wait."""
        self._free.clear()
        try:
            await self._idle.wait()
            yield
        finally:
            self._free.set()


class Heard(AroundModel):
    """One rollout's ear on the policy. versions: of the weights that wrote its samples, in order."""

    def __init__(self, inner: LivePolicy) -> None:
        self.inner: Model = inner
        self._policy = inner
        self.versions: list[int] = []

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        sample, version = await self._policy.sample_by(context, sampling, on_text)
        self.versions.append(version)
        return sample
