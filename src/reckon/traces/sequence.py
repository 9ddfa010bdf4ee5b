"""The trace as one line a step, as in Code Execution with Pre-trained Language Models (CodeExecutor).

Liu, Lu, Chen, Jiang, Svyatkovskiy, Fu, Sundaresan, Duan, 2023, arXiv 2305.05383, section 3.

    <line> <2> <state> total : 3 <dictsep> x : 3 </state>

The state is that of the line's frame, after the line.

Differs from the paper: functions are followed into; their variables are the state while they run.
"""

from collections.abc import Iterator

from reckon.traces.record import Change, Event, TraceRecord


def states(record: TraceRecord) -> Iterator[tuple[Event, dict[str, str]]]:
    """Each line event of the traced cell with its frame's variables after it."""
    frames: dict[int, dict[str, str]] = {}
    for event in record.events:
        state = frames.setdefault(event.frame, {})
        apply(state, event.changes)
        if event.kind == "line" and event.cell == record.cell:
            yield event, dict(state)


def apply(state: dict[str, str], changes: tuple[Change, ...]) -> None:
    for change in changes:
        if change.value is None:
            state.pop(change.name, None)
        else:
            state[change.name] = change.value.text


def sequence(record: TraceRecord) -> str:
    """The whole trace; "" for a program that executed no line."""
    return "\n".join(
        f"<line> <{event.line}> <state> {' <dictsep> '.join(f'{k} : {v}' for k, v in state.items())} </state>"
        for event, state in states(record)
    )
