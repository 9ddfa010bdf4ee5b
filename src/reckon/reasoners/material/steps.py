"""A program's steps on one test, as basic blocks with the variables before and after each.

The recorder runs inside the session as part of a program, so that every interpreter has it. What it says
guides the model and nothing else: a program could forge it.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from reckon.reasoners.material import on_stdin
from reckon.traces.blocks import render_blocks
from reckon.traces.record import Change, Event, TraceRecord, Value

if TYPE_CHECKING:
    from reckon.reasoners.material.trials import Trial
    from reckon.rollout import Rollout

EXPLAIN = """{task}

This program:
{program}

{report}

Its steps on the failing test, block by block:
{blocks}

Say in a few sentences at which block it goes wrong, and why."""

# Only functions of the program are followed, its top level too where there is no test. At `most` events the
# run is ended, so that one that would never end has steps to show.
_HARNESS = """def _reckon_steps(program, test, most):
    import sys
    class Enough(BaseException):
        pass
    events, held, pending, numbers = [], {}, {}, {}
    plain = (bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, type(None))
    def state(frame):
        kept = {}
        for name, value in list(frame.f_locals.items()):
            if isinstance(value, plain) and not name.startswith("__"):
                try:
                    kept[name] = repr(value)[:80]
                except Exception:
                    kept[name] = "?"
        return kept
    def settle(frame):
        event = pending.pop(frame, None)
        if event is not None:
            now = state(frame)
            event[3] = [(k, v) for k, v in now.items() if held[frame].get(k) != v]
            held[frame] = now
    def inside(frame, event, arg):
        settle(frame)
        if len(events) >= most:
            raise Enough
        if event == "line":
            pending[frame] = ["line", numbers[frame], frame.f_lineno, []]
            events.append(pending[frame])
        elif event == "return":
            events.append(["return", numbers[frame], frame.f_lineno, []])
        return inside
    def begin(frame, event, arg):
        code = frame.f_code
        if code.co_filename != "<steps>" or (test and code.co_name == "<module>"):
            return None
        numbers[frame], held[frame] = len(numbers) + 1, state(frame)
        events.append(["call", numbers[frame], code.co_firstlineno, list(held[frame].items())])
        return inside
    space = {"__name__": "__main__"}
    before = sys.gettrace()
    try:
        program = compile(program, "<steps>", "exec")
        if test:
            exec(program, space)
        sys.settrace(begin)
        exec(test or program, space)
    except (Exception, SystemExit, Enough):
        pass
    finally:
        sys.settrace(before)
    return events
_reckon_steps(PROGRAM, TEST, MOST)"""


async def steps_of(rollout: Rollout, program: str, test: str = "", *, most: int = 400) -> str:
    """The blocks as text, "" where nothing could be followed; at most `most` events, in a fork."""
    record = await recorded(await rollout.fork(), program, test, most=most)
    return render_blocks(record, most=20) if record is not None else ""


async def recorded(probe: Rollout, program: str, test: str = "", *, most: int = 400) -> TraceRecord | None:
    """The program's steps on a test, in the session of `probe`; None where nothing could be followed."""
    fed = on_stdin.pair_of(test)
    followed = "" if fed else test  # on its input a program is followed as a whole
    recorder = _HARNESS.replace("(PROGRAM, TEST, MOST)", f"({program!r}, {followed!r}, {most})")
    try:
        told = await probe.run(recorder, show=False, stdin=fed[0] if fed else None)
        read = ast.literal_eval(told.value or "")
        return TraceRecord(program, events=tuple(_event(*one) for one in read))
    except (SyntaxError, ValueError, TypeError, RecursionError, MemoryError):
        return None


async def explain_failure(rollout: Rollout, task: str, trial: Trial) -> str:
    """What the model says went wrong, shown the blocks that the first failing test ran through."""
    blocks = await steps_of(rollout, trial.program, trial.failed_test or "") or "(none)"
    told = {"program": trial.program, "report": trial.report, "blocks": blocks}
    return (await rollout.ask(EXPLAIN.format(task=task, **told))).strip()


def parsing(program: str) -> str:
    """The longest run of first lines that parse, an open block closed by `pass`; "" if there is none."""
    lines = program.splitlines()
    while lines:
        indent = len(lines[-1]) - len(lines[-1].lstrip()) + 4
        for ending in ("", "\n" + " " * indent + "pass"):
            try:
                ast.parse("\n".join(lines) + ending)
                return "\n".join(lines) + ending
            except (SyntaxError, ValueError, RecursionError, MemoryError):
                continue
        lines.pop()
    return ""


def _event(kind: str, frame: int, line: int, changes: list[tuple[str, str]]) -> Event:
    if kind not in ("line", "call", "return"):
        raise ValueError(kind)
    changed = tuple(Change(str(name), Value("", str(text))) for name, text in changes)
    return Event("line" if kind == "line" else kind, int(frame), 0, int(line), changed)  # type: ignore[arg-type]
