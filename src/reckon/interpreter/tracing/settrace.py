"""Feed a recorder from sys.settrace: Python 3.11. Frames of others are not stepped through."""

import sys
from collections.abc import Callable
from opcode import opmap
from types import FrameType, TracebackType
from typing import Any, Self

from reckon.interpreter.tracing.recorder import Recorder, is_end_of_loop, is_followed

_LEAVING = {opmap[name]: "return" for name in ("RETURN_VALUE",) if name in opmap}
_LEAVING |= {opmap[name]: "yield" for name in ("YIELD_VALUE", "RETURN_GENERATOR") if name in opmap}
_RESUME = opmap.get("RESUME", -1)
_WHICH = 3  # of RESUME's argument: 0 at the start of a function
_Local = Callable[[FrameType, str, Any], Any]


class SetTrace:
    """While it is entered, the calling thread is traced."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._tracer = self._on_call

    def __enter__(self) -> Self:
        sys.settrace(self._tracer)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if sys.gettrace() is not self._tracer:
            self._recorder.cut("the program ended the tracing")
        sys.settrace(None)

    def _on_call(self, frame: FrameType, event: str, value: object) -> _Local | None:
        if not is_followed(frame.f_code):
            return None
        try:
            code = frame.f_code.co_code
            if code[frame.f_lasti] == _RESUME and not code[frame.f_lasti + 1] & _WHICH:
                self._recorder.on_call(frame)
            else:  # after a yield, or with an exception thrown into it
                self._recorder.on_resume(frame)
        except Exception as fault:
            self._recorder.cut(f"the tracer failed: {type(fault).__name__}")
        return self._on_step

    def _on_step(self, frame: FrameType, event: str, value: Any) -> _Local | None:
        try:
            if event == "line":
                self._recorder.on_line(frame, frame.f_lineno)
            elif event == "return":
                self._recorder.on_leave(frame, self._way_out(frame, value), value)
            elif event == "exception" and not is_end_of_loop(frame.f_code, frame.f_lasti, value[0]):
                self._recorder.on_exception(frame, value[1])
        except Exception as fault:
            self._recorder.cut(f"the tracer failed: {type(fault).__name__}")
        return self._on_step

    def _way_out(self, frame: FrameType, value: object) -> str:
        """An exception that ends a frame is told like a return: the instruction it stands at says which."""
        way = _LEAVING.get(frame.f_code.co_code[frame.f_lasti], "")
        thrown_in = way == "yield" and value is None and self._recorder.is_raising(frame)
        return "" if thrown_in else way
