"""The arguments of a run, checked before anything is started for it."""

import inspect

from reckon.errors import UsageError
from reckon.interpreter.limits import Limits, check_timeout


def check_run(
    code: object, timeout_s: float | None, stdin: object, on_output: object, limits: Limits
) -> None:
    """Raise UsageError for what cannot be run, cannot be read as input, or cannot be called with output."""
    check_code(code)
    check_timeout(timeout_s)
    if stdin is not None and not isinstance(stdin, str):
        raise UsageError(f"stdin: wanted text, got {type(stdin).__name__}")
    if stdin is not None and len(stdin) > limits.file_bytes:
        raise UsageError(f"stdin: wanted at most {limits.file_bytes} characters (Limits.file_bytes)")
    if on_output is not None and (not callable(on_output) or inspect.iscoroutinefunction(on_output)):
        raise UsageError(f"on_output: wanted a plain function of (stream, text), got {on_output!r:.80}")


def check_code(code: object) -> None:
    if not isinstance(code, str):
        raise UsageError(f"code: wanted text, got {type(code).__name__}")


def check_data(data: object, limits: Limits) -> None:
    """Of a file that is put into a session."""
    if not isinstance(data, bytes | bytearray | memoryview) or len(data) > limits.file_bytes:
        raise UsageError(f"data: wanted bytes, at most {limits.file_bytes} (Limits.file_bytes)")
