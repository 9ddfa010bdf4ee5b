"""How long a program's tests take and how much memory, measured in the session as part of a run.

It guides a search and nothing else: a program could forge it. Best of several runs, as other work on the
machine only ever adds to a time; the program is begun anew for each, so that it has remembered nothing.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.reasoners.material import on_stdin
from reckon.reasoners.material.trials import RUNS, Trial, run_trial

if TYPE_CHECKING:
    from reckon.rollout import Rollout

LONG_S = 1.0  # all tests together; what takes longer is run once, and its memory is that of the process
_HARNESS = """def _reckon_measure(program, tests, repeats, long_s):
    import time, tracemalloc
    program, *tests = [compile(text, "<measured>", "exec") for text in (program, *tests)]
    def once():
        space, seconds = {{"__name__": "__main__"}}, []
        exec(program, space)
        for test in tests:
            begun = time.perf_counter()
            exec(test, space)
            seconds.append(time.perf_counter() - begun)
        return seconds
    best, peak = once(), 0
    if sum(best) < long_s:
        for _ in range(repeats - 1):
            best = [min(pair) for pair in zip(best, once())]
        tracemalloc.start()
        once()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    return best, peak
_reckon_measure({program!r}, {tests!r}, {repeats}, {long_s})"""


@dataclass(frozen=True, slots=True)
class Measured:
    """seconds: of each test of the trial, of the whole program where it has none. peak_bytes: or 0."""

    trial: Trial
    seconds: tuple[float, ...]
    peak_bytes: int = 0

    @property
    def total_s(self) -> float:
        return sum(self.seconds)

    @property
    def slowest(self) -> str:
        """The test that took longest, "" without tests."""
        timed = _timed(self.trial.tests)
        return max(zip(self.seconds, timed, strict=False), default=(0.0, ""))[1]


async def measure(
    rollout: Rollout, program: str, tests: Sequence[str], *, trial: Trial | None = None, repeats: int = 3
) -> tuple[Trial, Measured | None]:
    """The program's trial, and what it takes; None for one that does not pass. In forks."""
    trial = trial or await run_trial(rollout, program, tests)
    if not trial.passed or trial.answer is None:
        return trial, None
    timed = _timed(tests)
    if not timed:
        return trial, Measured(trial, (trial.execution.wall_s,), trial.execution.peak_memory_bytes)
    harness = _HARNESS.format(program=program, tests=timed, repeats=repeats, long_s=LONG_S)
    told = await (await rollout.fork()).run(harness, show=False)
    try:
        seconds, peak = ast.literal_eval(told.value or "")
        peak_bytes = int(peak) or told.peak_memory_bytes
        return trial, Measured(trial, tuple(float(one) for one in seconds), peak_bytes)
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return trial, None


def _timed(tests: Sequence[str]) -> list[str]:
    """Those that call functions; on its input a program is timed as a whole."""
    return [test for test in tests if test != RUNS and on_stdin.pair_of(test) is None]
