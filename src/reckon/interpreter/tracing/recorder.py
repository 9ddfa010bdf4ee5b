"""From frames to events: what stands here runs beside the program, and never raises into it.

Each line's effect is known when its frame takes its next step: then the frame's variables are compared with
those before, and the difference is written into the line's own event. Built-in scalars are compared by
identity, everything else by its short text. At the level of the cell only names that its code mentions count.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from opcode import opmap
from types import CodeType, FrameType

from reckon.interpreter.tracing.short import is_atom, short, type_name
from reckon.interpreter.tracing.source import CELL, INLINED, cell_number, executable, heads, mentioned
from reckon.values import JSON

_VARIABLES = 100
_PLACES = 20_000
_NAME = 200
_FUNCTION = 2  # CO_NEWLOCALS
_ASKS_NEXT = {opmap[name] for name in ("FOR_ITER", "SEND") if name in opmap}


def is_users(code: CodeType) -> bool:
    return code.co_filename.startswith(CELL)


def is_followed(code: CodeType) -> bool:
    """Whether a frame of this code is one of its own in the record."""
    return code.co_filename.startswith(CELL) and code.co_name not in INLINED


def is_end_of_loop(code: CodeType, offset: int, error: type[BaseException]) -> bool:
    """Whether this is how an iterator tells the instruction that asked it that there is no more."""
    return error is StopIteration and code.co_code[offset] in _ASKS_NEXT


@dataclass(slots=True, eq=False)
class _Call:
    """A frame while it is alive. names: those to look at, None for all.

    line: it is on.  origin: the same, 0 where an exception left it.  event: of its line, to be completed.
    """

    number: int
    cell: int
    names: frozenset[str] | None
    line: int = 0
    origin: int = 0
    event: "list[JSON] | None" = None
    seen: "dict[str, tuple[object, str]]" = field(default_factory=dict)


class Recorder:
    """Collects events until `events` or `bytes` of them; counts lines, arcs and steps to the end."""

    def __init__(self, events: int, bytes: int, value_characters: int) -> None:
        self._room, self._size, self._characters = events, bytes, value_characters
        self._calls: dict[int, _Call] = {}
        self._events: list[list[JSON]] = []
        self._frames: list[JSON] = []
        self._arcs: dict[tuple[int, int, int], int] = {}
        self._lines: dict[tuple[int, int], int] = {}
        self._cell: _Call | None = None
        self._codes: list[CodeType] = []
        self._count = 1  # of frames; the cell itself is the first
        self.steps = 0
        self.truncated = ""

    def on_call(self, frame: FrameType) -> None:
        code = frame.f_code
        if code.co_name == "<module>":
            self._on_cell(frame)
            return
        number = self._count
        if self._size > 0:
            self._frames.append([number, code.co_qualname[:_NAME], self._caller(frame)])
            self._size -= _weight(self._frames[-1])
        self._count += 1
        is_class = not code.co_flags & _FUNCTION
        names = frozenset(mentioned(code)) if is_class else None
        call = self._calls[id(frame)] = _Call(number, cell_number(code.co_filename), names)
        if not self.truncated:
            changes = self._changes(call, frame)
            self._add("call", call, code.co_firstlineno, [] if is_class else changes)

    def _on_cell(self, frame: FrameType) -> None:
        """A cell runs as two codes, the second its last expression: to the reader they are one frame."""
        code = frame.f_code
        if self._cell is None:
            self._cell = _Call(0, cell_number(code.co_filename), frozenset())
            self._frames.insert(0, [0, "<module>", 0])
        self._codes.append(code)
        self._cell.names = (self._cell.names or frozenset()) | mentioned(code)
        self._calls[id(frame)] = self._cell
        self._changes(self._cell, frame)

    def on_line(self, frame: FrameType, line: int) -> None:
        call = self._calls.get(id(frame))
        if call is None:
            return
        self.steps += 1
        self._count_line(call, line)
        if not self.truncated:
            self._settle(call, frame)
            call.event = self._add("line", call, line)
        call.line = call.origin = line

    def is_raising(self, frame: FrameType) -> bool:
        """Whether an exception came after the last line that the frame began."""
        call = self._calls.get(id(frame))
        return call is not None and call.origin == 0

    def on_leave(self, frame: FrameType, kind: str, value: object = None) -> None:
        """kind: "return", "yield", or "" for a frame that an exception ends."""
        call = self._calls.get(id(frame))
        if call is None:
            return
        if kind != "yield":
            del self._calls[id(frame)]
            if kind and call is not self._cell:
                self._count_arc(call, 0)
        if not self.truncated:
            self._settle(call, frame)
            if kind and call is not self._cell:
                self._add(kind, call, call.line, value=self._value(value))

    def on_resume(self, frame: FrameType) -> None:
        call = self._calls.get(id(frame))
        if call is None:
            self.on_call(frame)  # a generator that an earlier, untraced run began
        elif not self.truncated:
            self._add("resume", call, call.line)

    def on_exception(self, frame: FrameType, error: object) -> None:
        call = self._calls.get(id(frame))
        if call is not None:
            call.origin = 0
        if call is None or self.truncated:
            return
        self._settle(call, frame)
        arguments = BaseException.__dict__["args"].__get__(error) if isinstance(error, BaseException) else ()
        text = ", ".join(str(a) if type(a) is str else short(a, self._characters) for a in arguments)
        value: JSON = [type_name(error), _clip(text, self._characters)]
        self._add("exception", call, call.line, value=value)

    def report(self) -> dict[str, JSON]:
        """All of it, as the host's `reading` wants it."""
        cell = self._cell.cell if self._cell is not None else 0
        if self._cell is not None:
            self._count_arc(self._cell, 0)
        parting = {number: heads(number) for number in {key[0] for key in self._arcs}}
        missed = set().union(*map(executable, self._codes)) - {line for c, line in self._lines if c == cell}
        return {
            "cell": cell,
            "events": self._events,
            "frames": self._frames,
            "lines": [[*place, count] for place, count in sorted(self._lines.items())],
            "missed": [[cell, line] for line in sorted(missed)],
            "branches": [[*a, n] for a, n in sorted(self._arcs.items()) if a[1] in parting[a[0]]],
            "steps": self.steps,
            "truncated": self.truncated,
        }

    def cut(self, why: str) -> None:
        self.truncated = self.truncated or why

    def _caller(self, frame: FrameType) -> int:
        """The number of the nearest frame below that is followed; its own for the first."""
        back = frame.f_back
        for _ in range(_VARIABLES):
            if back is None:
                break
            call = self._calls.get(id(back))
            if call is not None:
                return call.number
            back = back.f_back
        return 0

    def _count_line(self, call: _Call, line: int) -> None:
        place = (call.cell, line)
        if place in self._lines or len(self._lines) < _PLACES:
            self._lines[place] = self._lines.get(place, 0) + 1
        self._count_arc(call, line)

    def _count_arc(self, call: _Call, target: int) -> None:
        arc = (call.cell, call.origin, target)
        if call.origin and (arc in self._arcs or len(self._arcs) < _PLACES):
            self._arcs[arc] = self._arcs.get(arc, 0) + 1

    def _add(
        self, kind: str, call: _Call, line: int, changes: list[JSON] | None = None, *, value: JSON = None
    ) -> list[JSON] | None:
        if self._room <= 0 or self._size <= 0:
            self.cut("events" if self._room <= 0 else "bytes")
            return None
        event: list[JSON] = [kind, call.number, call.cell, line, changes or [], value]
        self._room -= 1
        self._size -= 40 + _weight(changes or []) + _weight(value)
        self._events.append(event)
        return event

    def _settle(self, call: _Call, frame: FrameType) -> None:
        """Write into the line's event what it did."""
        changes = self._changes(call, frame)
        if call.event is not None and changes:
            call.event[4] = changes
            self._size -= _weight(changes)
        call.event = None

    def _changes(self, call: _Call, frame: FrameType) -> list[JSON]:
        """What differs from when it was last asked, which is remembered as of now."""
        before, now = call.seen, dict[str, tuple[object, str]]()
        changes: list[JSON] = []
        for name, value in _variables(frame.f_locals, call.names):
            atom = is_atom(value)
            old = before.get(name)
            if atom and old is not None and old[0] is value:
                now[name] = old
                continue
            kind, text = type_name(value), short(value, self._characters)
            # Only what cannot change is kept alive by the record of it.
            now[name] = (value if atom else None, f"{kind} {text}")
            if old is None or old[1] != now[name][1]:
                changes.append([name[:_NAME], [kind, text]])
        changes += [[name[:_NAME], None] for name in before if name not in now]
        call.seen = now
        return changes

    def _value(self, value: object) -> JSON:
        return [type_name(value), short(value, self._characters)]


def _variables(scope: Mapping[str, object], names: frozenset[str] | None) -> Iterator[tuple[str, object]]:
    """Those worth a record, in the order they came to be; at most 100."""
    room = _VARIABLES
    for name, value in list(scope.items()):
        if type(name) is not str or name.startswith(("__", ".")) or (names is not None and name not in names):
            continue
        yield name, value
        room -= 1
        if room == 0:
            return


def _clip(text: str, characters: int) -> str:
    return text if len(text) <= characters else text[: characters - 1] + "…"


def _weight(data: JSON) -> int:
    """The bytes of some changes or of a value on the wire, or a few more."""
    if isinstance(data, str):
        return (1 if data.isascii() and data.isprintable() else 12) * len(data) + 3
    return sum(map(_weight, data)) + 3 if isinstance(data, list) else 5
