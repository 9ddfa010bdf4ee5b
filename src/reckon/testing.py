"""Fakes that pass the contracts of the real ones. For tests and examples; the session isolates nothing."""

import ast
import contextlib
import copy
import inspect
import io
import time
import traceback
from typing import Any

from reckon.interpreter.hooks.ask import Ask, Question, Unknown
from reckon.traces.record import Value
from reckon.values import Execution, ProgramError


class InlineSession:
    """A session in this very process: no isolation, no timeout. `fork` copies what deepcopy can copy."""

    def __init__(self, variables: dict[str, object] | None = None) -> None:
        self.variables: dict[str, object] = variables or {"__name__": "__main__"}
        self.closed = False

    async def run(self, code: str, *, timeout_s: float | None = None, ask: Ask | None = None) -> Execution:
        started = time.monotonic()
        stdout, value, error = io.StringIO(), None, None
        with contextlib.redirect_stdout(stdout):
            try:
                tree = ast.parse(code, "<cell>")
                value = await self._mended(tree, code, ask) if ask else self._evaluate(tree)
            except Exception as raised:
                line = traceback.extract_tb(raised.__traceback__)[-1].lineno
                text = "".join(traceback.format_exception_only(raised))
                error = ProgramError(type(raised).__name__, str(raised), line, text)
        return Execution(
            status="error" if error else "ok",
            stdout=stdout.getvalue(),
            value=None if value is None else repr(value),
            error=error,
            wall_s=time.monotonic() - started,
        )

    async def fork(self) -> "InlineSession":
        copied = {k: v for k, v in self.variables.items() if k != "__builtins__"}
        plain = {k: v for k, v in copied.items() if not hasattr(v, "__spec__")}
        return InlineSession({**copied, **copy.deepcopy(plain)})

    async def close(self) -> None:
        self.closed = True

    async def _mended(self, tree: ast.Module, code: str, ask: Ask) -> object:
        """Statement by statement; one that raises is asked for, and its answer sets variables."""
        value: object = None
        for statement in tree.body:
            try:
                value = self._evaluate(ast.Module([statement], []))
            except Exception as raised:
                state = {
                    k: Value(type(v).__name__, repr(v)) for k, v in self.variables.items() if k[:2] != "__"
                }
                source = ast.get_source_segment(code, statement) or ""
                error = f"{type(raised).__name__}: {raised}"
                question = Question("statement", "", statement.lineno, source, (), state, error)
                try:
                    answer: Any = ask.answer(question)
                    self.variables.update(await answer if inspect.isawaitable(answer) else answer)
                    value = None
                except Unknown:
                    raise raised from None
        return value

    def _evaluate(self, tree: ast.Module) -> object:
        last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
        exec(compile(tree, "<cell>", "exec"), self.variables)
        if isinstance(last, ast.Expr):
            return eval(compile(ast.Expression(last.value), "<cell>", "eval"), self.variables)
        return None


async def open_inline_session() -> InlineSession:
    """An `open_session` for a Setup."""
    return InlineSession()
