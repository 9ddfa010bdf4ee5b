"""What a traced or a profiled run did, as plain frozen data.

    TraceRecord ── events ──> Event(kind, frame, cell, line, changes, value)
                ── frames ──> Frame(number, function, caller): 0 is the cell itself
                ── lines, missed, branches, steps: counted on after the events were cut

`reckon.records.to_json` and `from_json` write and read them.
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias, get_args

EventKind: TypeAlias = Literal["line", "call", "return", "yield", "resume", "exception"]
KINDS: tuple[EventKind, ...] = get_args(EventKind)


@dataclass(frozen=True, slots=True)
class Value:
    """A short view of a value, bounded, made without calling any method that the program defined."""

    type: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """A variable that a line gave a value, or changed in place; value None: the line deleted it."""

    name: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Event:
    """One step.

    line: `changes` is what this execution of the line did to its frame's variables.
    call: `changes` holds the arguments, `line` is where the function begins.
    return, yield: `value`.  exception: its type and message as `value`, once per frame it passes.
    cell, line: the place, in the cell of that number (as tracebacks count them).  frame: of whom.
    """

    kind: EventKind
    frame: int
    cell: int
    line: int
    changes: tuple[Change, ...] = ()
    value: Value | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """One call of a function of the user's; caller: the number of the user's frame it was called from."""

    number: int
    function: str
    caller: int


@dataclass(frozen=True, slots=True)
class Place:
    """A line of a cell, and how many times it was executed."""

    cell: int
    line: int
    count: int = 1


@dataclass(frozen=True, slots=True)
class Branch:
    """How many times a line with `if`, `while`, `for` or `match` went on to `target`; 0: it returned."""

    cell: int
    line: int
    target: int
    count: int


@dataclass(frozen=True, slots=True)
class TraceRecord:
    """source, cell: the traced program and its number.  lines: every line that ran.  missed: those of the
    program that did not.  steps: lines executed, also those past the cut.  truncated: "", or why events end.
    """

    source: str
    cell: int = 0
    events: tuple[Event, ...] = ()
    frames: tuple[Frame, ...] = ()
    lines: tuple[Place, ...] = ()
    missed: tuple[Place, ...] = ()
    branches: tuple[Branch, ...] = ()
    steps: int = 0
    truncated: str = ""

    @property
    def coverage(self) -> float:
        """Share of the program's executable lines that ran; 1 for one that has none."""
        ran = sum(place.cell == self.cell for place in self.lines)
        return ran / (ran + len(self.missed)) if self.missed else 1.0


@dataclass(frozen=True, slots=True)
class Profile:
    """What a run cost. The session's own account: for comparing programs, not for grading hostile ones.

    wall_s, cpu_s: of the plain run.  instructions, peak_bytes: of a second run of the same program in a fork
        of the session, where each is counted: bytecode instructions executed, and the high-water mark of
        memory allocated by Python above where the run began.  0 where that second run did not end.
    status: how the second run ended.
    """

    wall_s: float
    cpu_s: float
    instructions: int
    peak_bytes: int
    status: str = "ok"
