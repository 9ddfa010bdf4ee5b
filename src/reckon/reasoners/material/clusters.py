"""Programs that behave alike: the same result, or the same results of the same calls."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from reckon.reasoners.material import on_stdin
from reckon.reasoners.material.candidates import Drafted
from reckon.reasoners.material.trials import RUNS
from reckon.votes import key

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Problem

ASK = """{question}

Give {n} calls of the function asked for that tell right programs from wrong ones: usual and extreme inputs.
One call per line and nothing else, each as in the tests that the question shows."""
_HARNESS = """def _reckon_calls(calls):
    shown = []
    for call in calls:
        try:
            shown.append(repr(eval(call, globals()))[:500])
        except Exception as error:
            shown.append("raises " + type(error).__name__)
    return shown
_reckon_calls({calls!r})"""


async def calls_for(problem: Problem, rollout: Rollout, tests: Sequence[str], n: int) -> tuple[str, ...]:
    """The calls that the tests make and `n` more by the model; () where the question shows no such tests."""
    tests = [test for test in tests if test != RUNS and on_stdin.pair_of(test) is None]
    if not tests:
        return ()
    reply = await rollout.ask(ASK.format(question=problem.question, n=n)) if n else ""
    asked = [line.strip().strip("`") for line in reply.splitlines()]
    own = [call for call in asked if _is_call(call)][:n]
    return tuple(dict.fromkeys([*(call for test in tests for call in _called(test)), *own]))


async def cluster(
    rollout: Rollout, drafted: Sequence[Drafted], calls: Sequence[str]
) -> tuple[tuple[Drafted, ...], ...]:
    """The programs by what they do, the largest cluster first; one that did not run is alone."""
    found: dict[object, list[Drafted]] = {}
    for number, one in enumerate(drafted):
        done = await _behaviour(rollout, one, calls)
        found.setdefault(number if done is None else done, []).append(one)
    return tuple(tuple(members) for members in sorted(found.values(), key=len, reverse=True))


async def _behaviour(rollout: Rollout, one: Drafted, calls: Sequence[str]) -> tuple[str, ...] | None:
    if not calls:
        return None if one.trial.result is None else (key(one.trial.result),)
    if not one.trial.execution.ok:
        return None
    probe = await rollout.fork()
    defined = await probe.run(one.trial.program, show=False)
    done = await probe.run(_HARNESS.format(calls=list(calls)), show=False)
    return (done.value,) if defined.ok and done.ok and done.value else None


def _called(test: str) -> list[str]:
    """The left sides of the comparison that a test asserts."""
    asserted = ast.parse(test).body[0]
    if isinstance(asserted, ast.Assert) and isinstance(asserted.test, ast.Compare):
        return [ast.unparse(asserted.test.left)]
    return []


def _is_call(text: str) -> bool:
    try:
        return isinstance(ast.parse(text, mode="eval").body, ast.Call)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
