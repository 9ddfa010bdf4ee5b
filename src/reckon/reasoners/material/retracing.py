"""A line of thought that another can take up in the middle: what its reasoner did so far is told again.

A coroutine cannot be copied, but a reasoner sees nothing beyond what the rollout's verbs gave it. So each
verb's result is kept; in a fork the same reasoner starts over, is given the kept results without anything
being done, and goes on live where they end.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from reckon.errors import UsageError

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.segmentation import Written
    from reckon.values import Answer, Execution

# What changes as the rollout goes on.
_READ = ("room", "runs_left", "tokens", "segments", "cost", "answered", "notes")
_KEPT = ("dialect", "problem", "setup", "seed", "id", "tools_help")
Done = tuple[str, Any]  # a verb and what it gave
# Called after each live sample: the line, its steps and its segments before the sample.
AfterWrite = Callable[["Line", int, int], Awaitable[None]]


@dataclass
class Line:
    """What a reasoner takes for its rollout. past: what is told again.  done: what was done, told or live."""

    rollout: Rollout
    after_write: AfterWrite
    past: Iterable[Done] = ()
    done: list[Done] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._past = deque(self.past)

    async def prompt(self, *args: Any, **how: Any) -> None:
        await self._do("prompt", lambda: self.rollout.prompt(*args, **how))

    async def write(self, **how: Any) -> Written:
        live, steps, segments = not self._past, len(self.done), len(self.rollout.segments)
        written: Written = await self._do("write", lambda: self.rollout.write(**how))
        if live:
            await self.after_write(self, steps, segments)
        return written

    async def run(self, code: str, **how: Any) -> Execution:
        execution: Execution = await self._do("run", lambda: self.rollout.run(code, **how))
        return execution

    async def tell(self, text: str, **how: Any) -> None:
        await self._do("tell", lambda: self.rollout.tell(text, **how))

    async def ask(self, *args: Any, **how: Any) -> str:
        reply: str = await self._do("ask", lambda: self.rollout.ask(*args, **how))
        return reply

    def answer(self, *args: Any, **how: Any) -> Answer:
        answer: Answer = self._now("answer", lambda: self.rollout.answer(*args, **how))
        return answer

    def fits(self, reserve: int) -> bool:
        fits: bool = self._now("fits", lambda: self.rollout.fits(reserve))
        return fits

    def note(self, name: str) -> None:
        self._now("note", lambda: self.rollout.note(name))

    def __getattr__(self, name: str) -> Any:
        if name in _KEPT:
            return getattr(self.rollout, name)
        if name in _READ:
            return self._now(name, lambda: getattr(self.rollout, name))
        raise UsageError(
            f"a reasoner that uses rollout.{name} cannot be retraced: give the branching one of a single line"
        )

    async def _do(self, verb: str, act: Callable[[], Awaitable[Any]]) -> Any:
        result = self._told(verb) if self._past else await act()
        self.done.append((verb, result))
        return result

    def _now(self, verb: str, act: Callable[[], Any]) -> Any:
        result = self._told(verb) if self._past else act()
        self.done.append((verb, result))
        return result

    def _told(self, verb: str) -> Any:
        was, result = self._past.popleft()
        if was != verb:
            raise UsageError(f"a reasoner that does not repeat itself cannot be retraced: {was}, then {verb}")
        return result
