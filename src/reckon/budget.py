"""What the rollouts of one problem may use up, and the tokens of those that write at the same time.

What a sample will take is not known before it ends, so it is lent the most it may take. Who asks for more
than is left then waits, in the order of asking, until samples under way return what they did not use. So what
one is lent depends on the order of asking alone, and not on which sample ends first: all it asked for or,
with none under way any more, what is left.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from reckon.errors import UsageError


@dataclass(frozen=True, slots=True)
class Limits:
    """What one problem may use up, all its forks and side questions together.

    tokens: written by models. runs: programs. seconds: wall time. timeout_s: wall time of one program.
    tool_s: of all its calls of one tool, besides.
    show_tokens: the longest output that a model is shown; the middle of a longer one is left out.
    """

    tokens: int = 16_384
    runs: int = 64
    seconds: float = 600.0
    timeout_s: float = 10.0
    tool_s: float = 60.0
    show_tokens: int = 1024

    def __post_init__(self) -> None:
        for name in self.__dataclass_fields__:
            if getattr(self, name) <= 0:
                raise UsageError(f"limits.{name} must be above 0, got {getattr(self, name)}")


@dataclass(slots=True)
class Tokens:
    """limit: of all samples together.  used: by those that have ended."""

    limit: int
    used: int = 0
    _lent: int = 0
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    _returned: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def left(self) -> int:
        """What is lent is not taken off."""
        return self.limit - self.used

    @asynccontextmanager
    async def lend(self, wanted: int, reserve: int) -> AsyncIterator[int]:
        """At most `wanted` tokens, of which `used` takes what was written; 0 or less where there are none.

        reserve: tokens that have to be left besides.
        """
        async with self._turn:
            while self._lent and self.left - self._lent - reserve < wanted:
                self._returned.clear()
                await self._returned.wait()
            given = min(wanted, self.left - reserve)
        lent = max(0, given)
        self._lent += lent
        try:
            yield given
        finally:
            self._lent -= lent
            self._returned.set()
