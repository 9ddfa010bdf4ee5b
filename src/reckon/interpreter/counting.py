"""Bytecode instructions executed by a run, and the peak of the memory that it allocated.

Counts every instruction of the user's code and of what it calls, imports excepted: whether a module is loaded
already is no property of a program. What a C function does counts as the one call. Other threads count from
Python 3.12 on, not before.
"""

import _tracemalloc  # its Python half takes milliseconds to import, and is not wanted
import sys
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

from reckon.interpreter.tracing.recorder import is_users
from reckon.values import JSON

_monitoring: Any = getattr(sys, "monitoring", None)
_PLACE = 2  # sys.monitoring's place for profilers
_LOADER = ("<frozen importlib._bootstrap>", "_find_and_load")
_Local = Callable[[FrameType, str, Any], Any]


def _is_loader(code: CodeType) -> bool:
    return code.co_name == _LOADER[1] and code.co_filename == _LOADER[0]


class Counter:
    """While it is entered, instructions and memory are counted: up to 100 times slower than without."""

    def __init__(self) -> None:
        self.instructions = 0
        self._loading = 0
        self._inside = 0  # frames of the user's on the stack

    def __enter__(self) -> Self:
        _tracemalloc.start()
        if _monitoring is None:
            sys.settrace(self._on_call)
        else:
            self._monitor()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if _monitoring is None:
            sys.settrace(None)
        elif _monitoring.get_tool(_PLACE) is not None:
            _monitoring.set_events(_PLACE, 0)
            _monitoring.free_tool_id(_PLACE)

    def report(self) -> dict[str, JSON]:
        peak = _tracemalloc.get_traced_memory()[1]
        _tracemalloc.stop()
        return {"instructions": self.instructions, "peak": peak}

    def _on_call(self, frame: FrameType, event: str, value: object) -> _Local | None:
        is_own = is_users(frame.f_code)
        if self._loading or not (is_own or self._inside):
            return None
        if _is_loader(frame.f_code):
            self._loading += 1
            return self._on_loader
        frame.f_trace_lines = False
        frame.f_trace_opcodes = True
        self._inside += is_own
        return self._on_own_step if is_own else self._on_step

    # A local trace function that returns None stays in its place.
    def _on_step(self, frame: FrameType, event: str, value: object) -> None:
        if event == "opcode":
            self.instructions += 1

    def _on_own_step(self, frame: FrameType, event: str, value: object) -> None:
        if event == "opcode":
            self.instructions += 1
        elif event == "return":
            self._inside -= 1

    def _on_loader(self, frame: FrameType, event: str, value: object) -> None:
        if event == "return":
            self._loading -= 1

    def _monitor(self) -> None:
        events = _monitoring.events
        if _monitoring.get_tool(_PLACE) is not None:
            return
        _monitoring.use_tool_id(_PLACE, "reckon")
        wanted = events.INSTRUCTION
        _monitoring.register_callback(_PLACE, events.INSTRUCTION, self._on_instruction)
        for event in (events.PY_START, events.PY_RESUME, events.PY_THROW):
            _monitoring.register_callback(_PLACE, event, self._on_start)
            wanted |= event
        for event in (events.PY_RETURN, events.PY_YIELD, events.PY_UNWIND):
            _monitoring.register_callback(_PLACE, event, self._on_end)
            wanted |= event
        _monitoring.set_events(_PLACE, wanted)

    def _on_instruction(self, code: CodeType, offset: int) -> None:
        if self._inside and not self._loading:
            self.instructions += 1

    def _on_start(self, code: CodeType, offset: int, error: object = None) -> None:
        if self._inside and _is_loader(code):
            self._loading += 1
        elif not self._loading and is_users(code):
            self._inside += 1

    def _on_end(self, code: CodeType, offset: int, value: object) -> None:
        if self._inside and _is_loader(code):
            self._loading -= 1
        elif not self._loading and is_users(code):
            self._inside -= 1
