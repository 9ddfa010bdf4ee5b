"""Profile a run: the program runs twice, once as it is and once in a fork of the session, to be counted.

Counting slows a program up to 100 times, so its time and its count cannot come from one run. The fork is made
first: both runs begin from the same variables, files and random numbers. The functions of the host that are
bound to the session are called in both.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from reckon.interpreter.hooks.answering import Observation
from reckon.traces.record import Profile
from reckon.values import JSON, Execution

if TYPE_CHECKING:
    from reckon.interpreter.connection.session import RemoteSession
    from reckon.interpreter.process import OnOutput
    from reckon.interpreter.session import AsyncSession

_SLOWER = 300
_LEAST_S = 10.0


async def run_profiled(
    session: "AsyncSession | RemoteSession",
    code: str,
    *,
    timeout_s: float | None,
    stdin: str | None,
    on_output: "OnOutput | None",
) -> Execution:
    """The plain run's Execution, with its profile. Raises UsageError where the session cannot be forked."""
    await session.begin(code)
    twin = await session.fork()
    async with twin:
        execution = await session.run(code, timeout_s=timeout_s, stdin=stdin, on_output=on_output)
        if execution.status not in ("ok", "error"):
            return replace(
                execution, profile=Profile(execution.wall_s, execution.cpu_s, 0, 0, execution.status)
            )
        counting = Observation(twin, code, bound=session.bound, count=True)
        allowed_s = _LEAST_S + _SLOWER * execution.wall_s
        counted = await twin.run_observed(code, counting, timeout_s=allowed_s, stdin=stdin)
    return replace(execution, profile=_profile(execution, counted.status, counting.counted))


def _profile(execution: Execution, status: str, counted: Mapping[str, JSON]) -> Profile:
    return Profile(
        execution.wall_s,
        execution.cpu_s,
        _whole(counted.get("instructions")),
        _whole(counted.get("peak")),
        status,
    )


def _whole(value: JSON) -> int:
    return value if type(value) is int and 0 <= value < 1 << 63 else 0
