"""The synchronous face, for scripts and notebooks: solve a question, or drive rollouts by hand.

with reckon.Workbench(model="tiny") as bench:
    rollout = bench.rollout("What is 6 * 7?")
    rollout.prompt("What is 6 * 7?")
    written = rollout.write()
    branch = rollout.fork()
    print(bench.solve("What is 6 * 7?", reasoner="pal").answer.text)
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import AsyncExitStack
from typing import Any, TypeVar

from reckon import registry
from reckon.errors import InfrastructureError, UsageError
from reckon.rollout import Rollout, Setup, Watch
from reckon.rollout import solve as solve_async
from reckon.segmentation import Written
from reckon.values import Answer, Content, Execution, Problem, Trajectory
from reckon.workbench import Options, open_setup

T = TypeVar("T")


def solve(
    question: str, *, reasoner: str = "code_interpreter", watch: Watch | None = None, **options: Any
) -> Trajectory:
    """Let a model reason about one question; its trajectory, with `.answer.text` and `.executions`.

    options: the fields of `Options`, e.g. model="openai:NAME". Raises UsageError for a bad one,
    InfrastructureError for a fault of ours. For many questions, keep a Workbench open.
    """
    with Workbench(watch=watch, **options) as bench:
        return bench.solve(question, reasoner)


class Workbench:
    """An open model and interpreter, on an event loop of their own. Close it, or use `with`."""

    def __init__(self, options: Options | None = None, *, watch: Watch | None = None, **fields: Any) -> None:
        if options is not None and fields:
            raise UsageError("give a Workbench either Options or their fields, not both")
        self.options = options or Options(**fields)
        self._loop = asyncio.new_event_loop()
        self._owned = AsyncExitStack()
        self._thread = threading.Thread(target=self._loop.run_forever, name="reckon", daemon=True)
        self._thread.start()
        try:
            self.setup: Setup = self.wait(self._owned.enter_async_context(open_setup(self.options, watch)))
        except BaseException:
            self._end()
            raise

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every rollout, session and connection. Closing twice is nothing."""
        if not self._loop.is_closed():
            try:
                self.wait(self._owned.aclose())
            finally:
                self._end()

    def solve(self, question: str | Problem, reasoner: str = "code_interpreter", seed: int = 0) -> Trajectory:
        """The root trajectory. Raises InfrastructureError for a fault of ours."""
        built = registry.build("reasoners", reasoner)
        root = self.wait(solve_async(built, _problem(question), self.setup, seed=seed))[0]
        if root.void:
            raise InfrastructureError(root.void)
        return root

    def rollout(self, question: str | Problem, seed: int = 0) -> SyncRollout:
        """An empty rollout, closed with this workbench at the latest."""
        rollout = Rollout(_problem(question), self.setup, seed=seed)
        self._owned.push_async_exit(rollout)
        return SyncRollout(rollout, self)

    def wait(self, work: Coroutine[Any, Any, T]) -> T:
        """The result of a coroutine that runs on this workbench's loop."""
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except KeyboardInterrupt:
            future.cancel()
            raise

    def _end(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


class SyncRollout:
    """The verbs of a Rollout, each waiting for its result; `rollout` is the rollout itself."""

    def __init__(self, rollout: Rollout, bench: Workbench) -> None:
        self.rollout = rollout
        self._bench = bench

    def prompt(self, content: Content, **how: Any) -> None:
        self._bench.wait(self.rollout.prompt(content, **how))

    def write(self, **how: Any) -> Written:
        return self._bench.wait(self.rollout.write(**how))

    def run(self, code: str, **how: Any) -> Execution:
        return self._bench.wait(self.rollout.run(code, **how))

    def tell(self, text: str, **how: Any) -> None:
        self._bench.wait(self.rollout.tell(text, **how))

    def ask(self, question: Content, **how: Any) -> str:
        return self._bench.wait(self.rollout.ask(question, **how))

    def fork(self) -> SyncRollout:
        return SyncRollout(self._bench.wait(self.rollout.fork()), self._bench)

    def side(self, *, model: str = "") -> SyncRollout:
        return SyncRollout(self._bench.wait(self.rollout.side(model=model)), self._bench)

    def answer(self, text: str | None, reason: str = "") -> Answer:
        return self.rollout.answer(text, reason)

    def trajectories(self) -> tuple[Trajectory, ...]:
        return self.rollout.trajectories()


def _problem(question: str | Problem) -> Problem:
    return Problem("question", "question", question) if isinstance(question, str) else question
