"""A model that is asked no faster than it may be: requests and tokens a minute."""

import asyncio
import time
from collections.abc import Sequence

from reckon.around_model import AroundModel
from reckon.errors import UsageError
from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.values import Segment

_MINUTE = 60.0


class Limited(AroundModel):
    """`inner`, with its starts spread over time; what waits, waits in the order of asking.

    requests, tokens: a minute; 0 is no limit. Tokens are those read and written: a request is let through
    while the account is not overdrawn, and pays when it is answered: nobody knows before how long it is.
    """

    def __init__(self, inner: Model, *, requests: float = 0.0, tokens: float = 0.0) -> None:
        if min(requests, tokens) < 0:
            raise UsageError("limits of requests and tokens a minute are 0 (none) or above")
        self.inner = inner
        self._turn = asyncio.Lock()
        self._accounts = [_Account(rate) if rate else None for rate in (requests, tokens)]

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        by_request, by_token = self._accounts
        async with self._turn:
            for account in (by_request, by_token):
                if account is not None:
                    await asyncio.sleep(account.wait_s())
            if by_request is not None:
                by_request.pay(1)
        sample = await self.inner.sample(context, sampling, on_text)
        if by_token is not None:
            by_token.pay(sample.tokens_in + sample.tokens)
        return sample


class _Account:
    """Fills at `rate` a minute, holds a second's worth, and may be overdrawn."""

    def __init__(self, rate: float) -> None:
        self._rate = rate / _MINUTE
        self._held = self._most = max(1.0, self._rate)
        self._at = time.monotonic()

    def wait_s(self) -> float:
        """Until one can be taken from it."""
        self._fill()
        return max(0.0, (1.0 - self._held) / self._rate)

    def pay(self, count: float) -> None:
        self._fill()
        self._held -= count

    def _fill(self) -> None:
        now = time.monotonic()
        self._held = min(self._most, self._held + (now - self._at) * self._rate)
        self._at = now
