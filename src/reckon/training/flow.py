"""What a step rolls out, and when: groups that are under way, and which of them a step waits for.

Dynamic sampling with refill: Yu et al., "DAPO", 2025, arXiv:2503.14476, section 3.2. Groups that the
objective drops are replaced by those of other problems, until the step has its count or has drawn `max_draws`
times.

Partial rollouts under a staleness bound, as in Fu et al., "AReaL: A Large-Scale Asynchronous Reinforcement
Learning System for Language Reasoning", 2025, arXiv:2505.24298, section 5: with `max_staleness` s the
problems of s further steps are under way, and a step takes the groups that are finished, whichever step they
were begun at. It waits only for those begun s steps ago. Differs: the rollouts of a group are taken together;
weights change between two samples of a rollout, never inside one (`live_policy.py`).

    s = 0: every rollout is begun and finished with the weights of its step, in an order that repeats.
    s > 0: the order is that of finishing, and a resumed run begins the open ones again.
"""

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from reckon.values import Trajectory

Rolled: TypeAlias = list[Trajectory]
# The groups to begin: of a step's problems, or of its n-th refill.
Begin: TypeAlias = Callable[[int, int], Sequence[Coroutine[Any, Any, Rolled]]]


@dataclass(frozen=True, slots=True)
class Taken:
    """groups: to train on.  drawn: all that the step has seen, those included.  draws: how often it drew."""

    groups: Sequence[Rolled]
    drawn: Sequence[Rolled]
    draws: int


@dataclass(frozen=True, slots=True)
class _Flight:
    task: asyncio.Task[Rolled]
    step: int  # at which it was begun


@dataclass
class Flow:
    """The groups under way. Whoever makes one closes it.

    begin: gives a step's groups, or those of its n-th refill.  steps: of the whole run.  max_draws: how often
    a step draws problems at most.  max_staleness: how many updates old the policy may be that begins a group.
    """

    begin: Begin
    steps: int
    max_draws: int = 1
    max_staleness: int = 0
    _flights: list[_Flight] = field(default_factory=list)
    _next: int = -1

    async def take(self, step: int, count: int, keep: Callable[[Rolled], bool]) -> Taken:
        """The groups of a step; `keep` says which ones the objective would not drop."""
        drawn: list[Rolled] = []
        kept: list[Rolled] = []
        draws, most = 0, self.max_draws
        self._begin_ahead(step)
        while draws < most and (draws == 0 or len(kept) < count):
            if draws:
                self._start(step, step, draws)
            landed = await self._land(step, count)
            drawn += landed
            kept += filter(keep, landed if most > 1 else ())
            draws += 1
        return Taken(kept[:count] if most > 1 else drawn, drawn, draws)

    async def close(self) -> None:
        """End what is under way."""
        tasks = [flight.task for flight in self._flights]
        self._flights.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin_ahead(self, step: int) -> None:
        self._next = max(self._next, step)
        while self._next <= min(step + self.max_staleness, self.steps - 1):
            self._start(step, self._next, 0)
            self._next += 1

    def _start(self, now: int, step: int, again: int) -> None:
        self._flights += [_Flight(asyncio.create_task(work), now) for work in self.begin(step, again)]

    async def _land(self, step: int, count: int) -> list[Rolled]:
        """`count` finished groups; all those that must not grow older, and others as they finished."""
        due = [flight for flight in self._flights if step - flight.step >= self.max_staleness]
        if due:
            await asyncio.wait([flight.task for flight in due])
        wanted = max(len(due), min(count, len(self._flights)))
        while sum(flight.task.done() for flight in self._flights) < wanted:
            open_ones = [flight.task for flight in self._flights if not flight.task.done()]
            await asyncio.wait(open_ones, return_when=asyncio.FIRST_COMPLETED)
        others = [flight for flight in self._flights if flight not in due and flight.task.done()]
        landed = [*due, *others][:wanted]
        self._flights = [flight for flight in self._flights if flight not in landed]
        return [rolled for flight in landed if (rolled := flight.task.result())]
