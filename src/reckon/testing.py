"""Fakes that pass the contracts of the real ones. For tests and examples; the session isolates nothing."""

import ast
import asyncio
import base64
import contextlib
import copy
import inspect
import io
import shutil
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from reckon.errors import ReckonError
from reckon.interpreter.hooks import literals
from reckon.interpreter.hooks.ask import Ask, Question, Unknown
from reckon.models.replay import Replay
from reckon.protocols import OnText, Sample, Sampling
from reckon.tools import Tool
from reckon.traces.record import Value
from reckon.values import Execution, Image, ProgramError, Segment, ToolCall


class InlineSession:
    """A session in this very process: no isolation, no timeout. `fork` copies what deepcopy can copy."""

    def __init__(self, variables: dict[str, object] | None = None) -> None:
        self.variables: dict[str, object] = variables or {"__name__": "__main__"}
        self.closed = False
        self._bound: dict[str, Tool] = {}
        self._calls: list[ToolCall] = []
        self._fault: ReckonError | None = None
        self._files: TemporaryDirectory[str] | None = None

    async def run(
        self, code: str, *, timeout_s: float | None = None, stdin: str | None = None, ask: Ask | None = None
    ) -> Execution:
        started, self._calls, self._fault = time.monotonic(), [], None
        stdout, value, error = io.StringIO(), None, None
        with contextlib.redirect_stdout(stdout), _reading(stdin or ""), self._among_files():
            try:
                tree = ast.parse(code, "<cell>")
                value = await self._mended(tree, code, ask) if ask else self._evaluate(tree)
            except (Exception, SystemExit) as raised:
                line = traceback.extract_tb(raised.__traceback__)[-1].lineno
                text = "".join(traceback.format_exception_only(raised))
                error = ProgramError(type(raised).__name__, str(raised), line, text)
        if self._fault is not None:
            raise self._fault
        return Execution(
            status="error" if error else "ok",
            stdout=stdout.getvalue(),
            value=None if value is None else repr(value),
            error=error,
            wall_s=time.monotonic() - started,
            calls=tuple(self._calls),
        )

    async def fork(self) -> "InlineSession":
        copied = {k: v for k, v in self.variables.items() if k != "__builtins__"}
        plain = {k: v for k, v in copied.items() if not hasattr(v, "__spec__")}
        other = InlineSession({**copied, **copy.deepcopy(plain)})
        for name, tool in self._bound.items():
            other.bind(name, tool)
        if self._files is not None:
            shutil.copytree(self._files.name, other._directory(), dirs_exist_ok=True)
        return other

    async def put(self, path: str, data: bytes) -> None:
        """As AsyncSession's: programs run in a directory of their own from the first file on."""
        file = Path(self._directory(), path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)  # noqa: ASYNC240 (a fake: nothing else runs)

    async def get(self, path: str) -> bytes:
        return Path(self._directory(), path).read_bytes()  # noqa: ASYNC240

    def bind(self, name: str, tool: Tool, *, timeout_s: float | None = None) -> None:
        """As AsyncSession's, in no time limit; an async function runs on a loop of its own."""

        def call(*arguments: object, **keywords: object) -> object:
            sent = literals.encode([arguments, keywords])
            shown, error = ", ".join(map(repr, [*arguments, *keywords.items()])), ""
            begun = time.monotonic()
            try:
                given, named = cast("Any", literals.decode(sent))
                result: Any = tool(*given, **named)
                result = _awaited(result) if inspect.isawaitable(result) else result
                return literals.decode(literals.encode(result))
            except ReckonError as fault:
                self._fault = fault
                raise
            except Exception as raised:
                error = f"{type(raised).__name__}: {raised}"
                raise RuntimeError(error) from None
            finally:
                self._calls.append(ToolCall(name, shown[:200], time.monotonic() - begun, error[:200]))

        self._bound[name] = tool
        self.variables[name] = call

    async def close(self) -> None:
        self.closed = True
        if self._files is not None:
            self._files.cleanup()

    def _directory(self) -> str:
        if self._files is None:
            self._files = TemporaryDirectory(prefix="reckon-inline-")
        return self._files.name

    def _among_files(self) -> contextlib.AbstractContextManager[None]:
        return contextlib.chdir(self._files.name) if self._files else contextlib.nullcontext()

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


class Seeing(Replay):
    """A scripted model that sees: the script says the next text, from the context's text and its pictures.

    script: takes the text, and the bytes of each picture in the order of the context.
    """

    sees_images = True

    def __init__(self, script: Callable[[str, list[bytes]], str]) -> None:
        super().__init__(lambda text: script(text, self._shown))
        self._shown: list[bytes] = []

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        parts = [part for segment in context for part in segment.parts]
        self._shown = [base64.b64decode(part.data) for part in parts if isinstance(part, Image)]
        return await super().sample(context, sampling, on_text)


@contextlib.contextmanager
def _reading(text: str) -> Iterator[None]:
    before, sys.stdin = sys.stdin, io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")
    try:
        yield
    finally:
        sys.stdin = before


def _awaited(work: Any) -> Any:
    """The result of a coroutine, waited for in a thread: this one's loop is in the middle of a run."""

    async def wait() -> Any:
        return await work

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, wait()).result()


async def open_inline_session() -> InlineSession:
    """An `open_session` for a Setup."""
    return InlineSession()
