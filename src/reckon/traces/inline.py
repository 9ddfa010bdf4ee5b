"""The trace as comments in the program, as in NExT.

Teaching Large Language Models to Reason about Code Execution.
Ni, Allamanis, Cohan, Deng, Shi, Sutton, Yin, 2024, arXiv 2404.14662, section 2.

    total = 0            # (0) total=0
    for x in [3, 4]:     # (1) x=3; (3) x=4; (5) no change
        total += x       # (2) total=3; (4) total=7

Step (k) is the k-th line that was executed. Of a line that ran often the first steps and the last are shown.

Differs from the paper: a line that ran and changed nothing says so; a line that did not run is left bare.
"""

from collections import defaultdict

from reckon.traces.record import Event, TraceRecord

FIRST, LAST = 2, 1


def inline(record: TraceRecord, first: int = FIRST, last: int = LAST) -> str:
    """The traced program with its steps; first, last: how many of a line are shown at each end."""
    steps = _steps(record)
    out: list[str] = []
    for number, line in enumerate(record.source.split("\n"), start=1):
        notes = steps.get(number, [])
        if len(notes) > first + last:
            notes = [*notes[:first], "…", *notes[len(notes) - last :]]
        out.append(f"{line}  # {'; '.join(notes)}" if notes else line)
    return "\n".join(out)


def _steps(record: TraceRecord) -> dict[int, list[str]]:
    """By line of the traced cell, what each step there did."""
    found: dict[int, list[str]] = defaultdict(list)
    at: dict[int, int] = {}
    step = -1
    for event in record.events:
        step += event.kind == "line"
        if event.kind == "line":
            at[event.frame] = step
        if event.cell != record.cell:
            continue
        note = _note(event)
        if event.kind == "line":
            found[event.line].append(f"({step}) {note or 'no change'}")
        elif note:
            found[event.line].append(f"({at.get(event.frame, step)}) {note}")
    return dict(found)


def _note(event: Event) -> str:
    value = event.value
    if value is not None and event.kind == "exception":
        return f"{value.type}: {value.text}" if value.text else value.type
    if value is not None and event.kind in ("return", "yield"):
        return f"__{event.kind}__={value.text}"
    changes = [f"{c.name}={c.value.text}" if c.value else f"del {c.name}" for c in event.changes]
    return ", ".join(changes)
