"""A session that is elsewhere: the verbs of AsyncSession, over the connection that it was first used on."""

import base64
import binascii
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import TYPE_CHECKING, Self

from reckon.errors import InfrastructureError, UsageError
from reckon.interpreter.arguments import check_data, check_run
from reckon.interpreter.connection import messages
from reckon.interpreter.connection.calls import Calls
from reckon.interpreter.hooks.answering import Bound, Observation, with_bound
from reckon.interpreter.hooks.ask import Answerer, Ask
from reckon.interpreter.limits import Limits
from reckon.interpreter.settings import Settings
from reckon.interpreter.told import FileInfo, Variable
from reckon.interpreter.tracing.trace import Trace
from reckon.interpreter.turns import check_not_waiting
from reckon.values import JSON, Execution

if TYPE_CHECKING:
    from reckon.interpreter.connection.client import RemoteInterpreter
    from reckon.interpreter.process import OnOutput

_IN_TURN = ("run", "begin", "fork", "reset", "inspect")


class RemoteSession:
    """Made by `RemoteInterpreter.session()` and by `fork()`; a context manager that closes itself."""

    def __init__(self, interpreter: "RemoteInterpreter", settings: Settings) -> None:
        self._interpreter = interpreter
        self._opens: Settings | None = settings
        self._calls: Calls | None = None
        self._number = 0
        self.bound: Mapping[str, Bound] = {}
        self.closed = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def limits(self) -> Limits:
        return self._interpreter.limits

    async def run(
        self,
        code: str,
        *,
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: "OnOutput | None" = None,
        trace: Trace | None = None,
        profile: bool = False,
        ask: Ask | Answerer | None = None,
    ) -> Execution:
        """As AsyncSession's. Raises SessionLost with the connection; times are the server's."""
        if profile:
            if trace is not None or ask is not None:
                raise UsageError("profile: the program runs twice, so it goes with neither trace nor ask")
            from reckon.interpreter.profiling import run_profiled

            return await run_profiled(self, code, timeout_s=timeout_s, stdin=stdin, on_output=on_output)
        observed = trace is not None or ask is not None or self.bound
        observation = Observation(self, code, trace, ask, bound=self.bound) if observed else None
        return await self.run_observed(
            code, observation, timeout_s=timeout_s, stdin=stdin, on_output=on_output
        )

    async def run_observed(
        self,
        code: str,
        observation: Observation | None,
        *,
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: "OnOutput | None" = None,
    ) -> Execution:
        """The same, with what is to be observed put together already."""
        check_run(code, timeout_s, stdin, on_output, self.limits)
        mode = observation.request if observation is not None else None
        arguments = messages.Run(code, timeout_s, stdin, mode, output=on_output is not None)
        patience_s = self._interpreter.patience_s(timeout_s)
        result = await self._call(
            "run", arguments, patience_s=patience_s, on_output=on_output, observation=observation
        )
        execution = await self._interpreter.told(Execution, result)
        return observation.finish(execution) if observation is not None else execution

    def bind(self, name: str, function: Callable[..., object], *, timeout_s: float | None = None) -> None:
        """Let programs call `name(…)` with literal values: `function` runs here, not at the server."""
        self.bound = with_bound(self.bound, name, function, timeout_s)

    async def begin(self, code: str) -> None:
        """Have the process up that `code` will run in."""
        await self._call("begin", messages.Begin(code))

    async def fork(self) -> "RemoteSession":
        """A second session that goes on from here, on the same connection."""
        calls = await self._connected()
        fork = RemoteSession(self._interpreter, Settings())
        fork._calls, fork._number, fork._opens = calls, next(calls.sessions), None
        try:
            await self._call("fork", messages.Fork(fork._number))
        except BaseException:
            calls.abandon(fork._number)
            raise
        fork.bound = self.bound
        return fork

    async def put(self, path: str, data: bytes) -> None:
        """Make or replace a file of the working directory. Raises UsageError for a path that leads out."""
        check_data(data, self.limits)
        await self._call("put", messages.Put(path, base64.b64encode(data).decode("ascii")))

    async def get(self, path: str) -> bytes:
        """A file of the working directory. Raises UsageError where there is none, or its path leads out."""
        content = await self._interpreter.told(str, await self._call("get", messages.Get(path)))
        try:
            return base64.b64decode(content, validate=True)
        except (binascii.Error, ValueError):
            raise InfrastructureError("the server answered nonsense: a file that is no base64") from None

    async def files(self) -> tuple[FileInfo, ...]:
        """The files of the working directory with their sizes, by path."""
        return await self._interpreter.told(tuple[FileInfo, ...], await self._call("files"))

    async def reset(self, *, keep_files: bool = True) -> None:
        """Forget the variables, after the run that is going on; with keep_files=False the files as well."""
        await self._call("reset", messages.Reset(keep_files))

    async def interrupt(self) -> bool:
        """KeyboardInterrupt in the program that runs now, whose variables stay; False where none runs."""
        return self._calls is not None and await self._call("interrupt") is True

    async def inspect(self) -> dict[str, Variable]:
        """Name to type and short value."""
        told: dict[str, JSON] = await self._interpreter.told(dict, await self._call("inspect"))
        return {name: await self._interpreter.told(Variable, value) for name, value in told.items()}

    async def close(self) -> None:
        """End the session with everything it started. Safe to repeat, and where the connection is lost."""
        if self.closed:
            return
        self.closed = True
        calls, self._calls = self._calls, None
        if calls is not None and not calls.lost:
            try:
                await calls.call("close", session=self._number)
            except InfrastructureError:
                return  # with the connection the session went

    async def _connected(self) -> Calls:
        self._check_open()
        if self._calls is None:
            calls = await self._interpreter.calls()
            # Another verb may have come this far while this one waited, or the session's end.
            self._check_open()
            if self._calls is None:
                self._calls, self._number = calls, next(calls.sessions)
        return self._calls

    def _check_open(self) -> None:
        if self.closed:
            raise UsageError("this session is closed: open another")

    async def _call(
        self,
        do: messages.Verb,
        arguments: object = None,
        *,
        patience_s: float = messages.PATIENCE_S,
        on_output: "OnOutput | None" = None,
        observation: Observation | None = None,
    ) -> JSON:
        if do in _IN_TURN:
            check_not_waiting(self)
        calls = await self._connected()
        return await calls.call(
            do,
            arguments,
            session=self._number,
            opens=self._opens,
            patience_s=patience_s,
            on_output=on_output,
            observation=observation,
        )
