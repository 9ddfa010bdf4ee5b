"""Where the seconds of a step go: what is going on at a time, however often, is counted once."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from reckon.around_model import AroundModel
from reckon.protocols import Model, OnText, Sample, Sampling, Task
from reckon.values import Grade, Problem, Segment

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter
    from reckon.tasks.graders.judging import Judging


class Clock:
    """Runs while anything goes on that it was told of."""

    def __init__(self) -> None:
        self._seconds, self._going, self._since = 0.0, 0, 0.0

    @contextmanager
    def running(self) -> Iterator[None]:
        if not self._going:
            self._since = time.perf_counter()
        self._going += 1
        try:
            yield
        finally:
            self._going -= 1
            if not self._going:
                self._seconds += time.perf_counter() - self._since

    def taken(self) -> float:
        """The seconds since it was last asked."""
        now = time.perf_counter()
        seconds = self._seconds + (now - self._since if self._going else 0.0)
        self._seconds, self._since = 0.0, now
        return seconds


class ClockedModel(AroundModel):
    """The clock runs while at least one sample is being written."""

    def __init__(self, inner: Model, clock: Clock) -> None:
        self.inner, self._clock = inner, clock

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        with self._clock.running():
            return await self.inner.sample(context, sampling, on_text)


class ClockedTask:
    """The clock runs while an answer is being graded."""

    def __init__(self, inner: Task, clock: Clock) -> None:
        self._inner, self._clock = inner, clock

    @property
    def name(self) -> str:
        return self._inner.name

    def __getattr__(self, name: str) -> Any:
        if name == "judge" and hasattr(self._inner, "judge"):
            return self._judge
        return getattr(self._inner, name)

    def grade(self, problem: Problem, answer: str) -> Grade:
        with self._clock.running():
            return self._inner.grade(problem, answer)

    async def _judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        with self._clock.running():
            return await cast("Judging", self._inner).judge(interpreter, problem, answer)
