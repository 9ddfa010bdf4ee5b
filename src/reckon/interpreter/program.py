"""One cell: parse, run in the session's namespace, the last expression's value, an error the user can read.

Nothing of the text is rewritten: the last expression is found in the syntax tree and compiled by itself, and
the tracebacks keep only the frames whose code came from a cell.
"""

import __future__

import ast
import builtins
import contextlib
import errno
import linecache
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from types import CodeType, FrameType, ModuleType, TracebackType

from reckon.interpreter.displays import Bundle, Gallery

VALUE_CHARACTERS = 64 << 10
MESSAGE_CHARACTERS = 4 << 10
TRACEBACK_CHARACTERS = 16 << 10
_FRAMES = 40
_CELLS = 1000
_FUTURES = 0
for _name in __future__.all_feature_names:
    _FUTURES |= getattr(__future__, _name).compiler_flag


@dataclass(frozen=True, slots=True)
class Failure:
    """What a host is told of an exception."""

    status: str
    type: str
    message: str
    line: int | None
    traceback: str


@dataclass(frozen=True, slots=True)
class Outcome:
    value: str | None = None
    failure: Failure | None = None
    displays: Sequence[Bundle] = ()


class Notebook:
    """The namespace of a session and the cells it has run."""

    def __init__(self) -> None:
        self.module = ModuleType("__main__")
        self.module.__dict__["__builtins__"] = builtins
        sys.modules["__main__"] = self.module
        self.gallery = Gallery()
        self._cells = 0
        self._flags = 0
        self._interruptible = False
        self.mend: Callable[[ast.stmt, Exception], bool] | None = None

    def run(self, source: str) -> Outcome:
        """Run a cell. Every exception in it becomes an Outcome, an interrupt by the host included."""
        try:
            self._interruptible = True
            # In this order: the host takes a handler for the sign that an interrupt would be heard.
            signal.signal(signal.SIGINT, self._on_interrupt)
            outcome = self._run(source)
            self._interruptible = False
        except KeyboardInterrupt as late:
            self._interruptible = False
            outcome = Outcome(failure=_describe(late))
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        displays = self.gallery.take()
        return replace(outcome, displays=displays) if displays else outcome

    def _run(self, source: str) -> Outcome:
        try:
            value = self._execute(source, self._register(source))
            self.gallery.add_figures()
            return Outcome(value=value)
        except BaseException as error:
            failure = _describe(error)
            if not isinstance(error, KeyboardInterrupt):  # an interrupted program is to end now
                with contextlib.suppress(Exception):
                    self.gallery.add_figures()
            return Outcome(failure=failure)

    def _register(self, source: str) -> str:
        """Name the cell, and let tracebacks and `inspect` find its lines."""
        self._cells += 1
        name = f"<cell {self._cells}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        linecache.cache.pop(f"<cell {self._cells - _CELLS}>", None)
        return name

    def _execute(self, source: str, name: str) -> str | None:
        tree = ast.parse(source, name)
        last = tree.body[-1] if tree.body else None
        names = self.module.__dict__
        if self.mend is not None:
            return self._execute_each(tree.body, name, self.mend)
        if not isinstance(last, ast.Expr):
            exec(self._compile(tree, name, "exec"), names)
            return None
        tree.body.pop()
        expression = ast.Expression(last.value)
        if tree.body:
            exec(self._compile(tree, name, "exec"), names)
        return self._show(eval(self._compile(expression, name, "eval"), names))

    def _execute_each(
        self, statements: list[ast.stmt], name: str, mend: Callable[[ast.stmt, Exception], bool]
    ) -> str | None:
        """Statement by statement; where one raises, `mend` says whether to go on with the next."""
        names, value = self.module.__dict__, None
        for statement in statements:
            value = None
            try:
                if isinstance(statement, ast.Expr):
                    value = eval(self._compile(ast.Expression(statement.value), name, "eval"), names)
                else:
                    exec(self._compile(ast.Module([statement], []), name, "exec"), names)
            except Exception as error:
                if not mend(statement, error):
                    raise
        return self._show(value)

    def _show(self, value: object) -> str | None:
        """The repr of a cell's value, and what else it shows itself as."""
        if value is None:
            return None
        self.gallery.add_value(value)
        return _shorten(repr(value), VALUE_CHARACTERS)

    def _compile(self, tree: ast.Module | ast.Expression, name: str, mode: str) -> CodeType:
        """As the cells before it were: a `from __future__` import holds for the session."""
        code: CodeType = compile(tree, name, mode, flags=self._flags, dont_inherit=True)
        self._flags |= code.co_flags & _FUTURES
        return code

    def _on_interrupt(self, number: int, frame: FrameType | None) -> None:
        if self._interruptible:
            raise KeyboardInterrupt


def _describe(error: BaseException) -> Failure:
    """The exception in plain data. Its class may be hostile, so each question it answers may fail."""
    status = "memory" if isinstance(error, MemoryError) else "denied" if _was_denied(error) else "error"
    name = str(type.__getattribute__(type(error), "__name__"))
    try:
        for link in _chain(error):
            link.__traceback__ = _user_frames(link.__traceback__)
        message = _shorten(str(error), MESSAGE_CHARACTERS)
        shown = _shorten("".join(traceback.format_exception(error)), TRACEBACK_CHARACTERS)
        return Failure(status, name, message, _line(error), shown)
    except Exception:
        return Failure(status, name, "", None, name)


def _was_denied(error: BaseException) -> bool:
    """Whether the kernel's refusal is at the root, also under a library's own exception (URLError)."""
    return any(
        isinstance(link, OSError) and link.errno in (errno.EPERM, errno.EACCES, errno.EROFS)
        for link in _chain(error)
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it came from, at most 50 of them."""
    waiting, seen = [error], set[int]()
    while waiting and len(seen) < 50:
        link = waiting.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        yield link
        inner = link.exceptions if isinstance(link, BaseExceptionGroup) else ()
        waiting += [e for e in (link.__cause__, link.__context__, *inner) if e is not None]


def _user_frames(trace: TracebackType | None) -> TracebackType | None:
    """The same traceback without frames from outside the cells and the session's own files."""
    here = os.getcwd() + "/"
    kept: list[TracebackType] = []
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.startswith(("<cell ", here)):
            kept.append(trace)
        trace = trace.tb_next
    if len(kept) > _FRAMES:
        kept = kept[: _FRAMES // 2] + kept[-_FRAMES // 2 :]
    chained: TracebackType | None = None
    for link in reversed(kept):
        chained = TracebackType(chained, link.tb_frame, link.tb_lasti, link.tb_lineno)
    return chained


def _line(error: BaseException) -> int | None:
    if isinstance(error, SyntaxError) and (error.filename or "").startswith("<cell "):
        return error.lineno
    lines = [t.lineno for t in traceback.extract_tb(error.__traceback__) if t.filename.startswith("<cell ")]
    return lines[-1] if lines else None


def _shorten(text: str, characters: int) -> str:
    """The text itself, or its two ends around a word on what is missing."""
    if len(text) <= characters:
        return str(text)
    half = characters // 2
    return f"{text[:half]}\n… {len(text) - 2 * half} characters left out …\n{text[-half:]}"
