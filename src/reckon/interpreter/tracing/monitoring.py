"""Feed a recorder from sys.monitoring: Python 3.12 and later. Code of others runs at full speed."""

import _thread
import sys
from collections.abc import Callable
from types import CodeType, FrameType, TracebackType
from typing import Any, Self

from reckon.interpreter.tracing.recorder import Recorder, is_end_of_loop, is_followed
from reckon.interpreter.tracing.source import Comprehensions, cell_number, one_line_loops

_monitoring: Any = getattr(sys, "monitoring", None)
_NAME = "reckon"
_FREE = (4, 3, 0)  # debuggers, coverage and profilers have places of their own


class Monitoring:
    """While it is entered, the calling thread is traced.

    Only the starts of functions are watched everywhere, and at once no longer in code that is not the user's;
    lines, returns and yields are watched in the user's code objects alone, when one first starts.
    """

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._thread = _thread.get_ident()
        self._followed: dict[int, CodeType] = {}
        self._loops: dict[str, set[int]] = {}
        self._held: dict[str, Comprehensions] = {}
        self._place = -1

    def __enter__(self) -> Self:
        events = _monitoring.events
        self._place = next((n for n in _FREE if _monitoring.get_tool(n) is None), -1)
        if self._place < 0:
            self._recorder.cut("every place for a tracer is taken")
            return self
        _monitoring.use_tool_id(self._place, _NAME)
        for event, callback in self._callbacks().items():
            _monitoring.register_callback(self._place, event, callback)
        _monitoring.restart_events()
        everywhere = events.PY_START | events.PY_RESUME | events.PY_THROW | events.PY_UNWIND | events.RAISE
        _monitoring.set_events(self._place, everywhere)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._place < 0:
            return
        if _monitoring.get_tool(self._place) is not _NAME:
            self._recorder.cut("the program ended the tracing")
            return
        _monitoring.set_events(self._place, 0)
        for code in self._followed.values():
            _monitoring.set_local_events(self._place, code, 0)
        for event in self._callbacks():
            _monitoring.register_callback(self._place, event, None)
        _monitoring.free_tool_id(self._place)

    def _callbacks(self) -> dict[int, Callable[..., Any]]:
        events = _monitoring.events
        return {
            events.PY_START: self._on_start,
            events.PY_RESUME: self._on_resume,
            events.PY_THROW: self._on_throw,
            events.PY_UNWIND: self._on_unwind,
            events.RAISE: self._on_raise,
            events.LINE: self._on_line,
            events.JUMP: self._on_jump,
            events.PY_RETURN: self._on_return,
            events.PY_YIELD: self._on_yield,
        }

    def _follow(self, code: CodeType) -> None:
        if id(code) not in self._followed:
            self._followed[id(code)] = code
            events = _monitoring.events
            wanted = events.LINE | events.JUMP | events.PY_RETURN | events.PY_YIELD
            _monitoring.set_local_events(self._place, code, wanted)

    def _tell(self, step: Callable[..., None], *arguments: Any) -> None:
        if _thread.get_ident() != self._thread:
            return
        try:
            step(*arguments)
        except Exception as fault:
            self._recorder.cut(f"the tracer failed: {type(fault).__name__}")

    def _on_start(self, code: CodeType, offset: int) -> object:
        if not is_followed(code):
            return _monitoring.DISABLE
        self._follow(code)
        self._tell(self._recorder.on_call, _caller())
        return None

    def _on_resume(self, code: CodeType, offset: int) -> object:
        if not is_followed(code):
            return _monitoring.DISABLE
        self._follow(code)
        self._tell(self._recorder.on_resume, _caller())
        return None

    def _on_throw(self, code: CodeType, offset: int, error: BaseException) -> None:
        if is_followed(code):
            self._follow(code)
            self._tell(self._recorder.on_resume, _caller())

    def _on_unwind(self, code: CodeType, offset: int, error: BaseException) -> None:
        if is_followed(code):
            self._tell(self._recorder.on_leave, _caller(), "")

    def _on_raise(self, code: CodeType, offset: int, error: BaseException) -> None:
        if is_followed(code) and not is_end_of_loop(code, offset, type(error)):
            self._tell(self._recorder.on_exception, _caller(), error)

    def _on_line(self, code: CodeType, line: int) -> object:
        frame = sys._getframe(1)
        if self._comprehensions(code.co_filename).hold(code, frame.f_lasti):
            return _monitoring.DISABLE
        self._tell(self._recorder.on_line, frame, line)
        return None

    def _on_jump(self, code: CodeType, offset: int, target: int) -> object:
        """A loop within one line begins no new line; settrace tells each turn of it, and so do we."""
        line = _line_at(code, target)
        if target > offset or line is None or line != _line_at(code, offset):
            return _monitoring.DISABLE
        if code.co_name != "<genexpr>" and line not in self._one_line_loops(code.co_filename):
            return _monitoring.DISABLE  # of a comprehension, which is a part of its line
        self._tell(self._recorder.on_line, _caller(), line)
        return None

    def _one_line_loops(self, file: str) -> set[int]:
        if file not in self._loops:
            self._loops[file] = one_line_loops(cell_number(file))
        return self._loops[file]

    def _comprehensions(self, file: str) -> Comprehensions:
        if file not in self._held:
            self._held[file] = Comprehensions(cell_number(file))
        return self._held[file]

    def _on_return(self, code: CodeType, offset: int, value: object) -> None:
        self._tell(self._recorder.on_leave, _caller(), "return", value)

    def _on_yield(self, code: CodeType, offset: int, value: object) -> None:
        self._tell(self._recorder.on_leave, _caller(), "yield", value)


def _line_at(code: CodeType, offset: int) -> int | None:
    return next((line for begin, end, line in code.co_lines() if begin <= offset < end), None)


def _caller() -> FrameType:
    """The frame that the event is of: below this function and the callback."""
    return sys._getframe(2)
