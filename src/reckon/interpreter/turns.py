"""Programs that wait for functions of the host's, which run programs themselves.

In the session that waits for it, such a function would wait for itself: that is refused. In another one its
program stands a level deeper, and each level has places of its own: when programs that wait hold all the
places of one level, what they wait for still finds some.
"""

import asyncio
import contextlib
from collections import defaultdict
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Literal

from reckon.errors import UsageError


@dataclass(slots=True, eq=False)
class Wait:
    """A session's program waits for the host, until its run is over."""

    session: object
    over: bool = False


_WAITS: ContextVar[tuple[Wait, ...]] = ContextVar("waits", default=())


@contextlib.contextmanager
def during(wait: Wait) -> Iterator[None]:
    """What is done here, and in the threads and tasks started here, is waited for."""
    token = _WAITS.set((*_WAITS.get(), wait))
    try:
        yield
    finally:
        _WAITS.reset(token)


def check_not_waiting(session: object) -> None:
    """Raise UsageError where the session's own program waits for us."""
    if any(wait.session is session and not wait.over for wait in _WAITS.get()):
        raise UsageError(
            "this session's program waits for the function that uses it: use another session there"
        )


class Turn(asyncio.Lock):
    """A session's lock."""

    def __init__(self, session: object) -> None:
        super().__init__()
        self._session = session

    async def acquire(self) -> Literal[True]:
        check_not_waiting(self._session)
        return await super().acquire()


class Slots:
    """Room for `count` programs at once on each level."""

    def __init__(self, count: int) -> None:
        self._levels = defaultdict[int, asyncio.Semaphore](lambda: asyncio.Semaphore(count))

    @property
    def here(self) -> asyncio.Semaphore:
        return self._levels[len(_WAITS.get())]
