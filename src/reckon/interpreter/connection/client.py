"""An interpreter that is elsewhere: the verbs of AsyncInterpreter, over a wire.

    async with RemoteInterpreter("unix:/run/reckon.sock") as interpreter, interpreter.session() as session:
        execution = await session.run("1 + 1")

All sessions share one connection. When that is lost, so are they (SessionLost: a fault of ours, never of the
program); the next new session opens another connection. What a program asks of its host, and what it prints,
comes here as it runs: `ask`, `bind`, `on_output`, `trace` and `profile` are as in a session of this machine.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterable
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Self, TypeVar, overload

from reckon.errors import InfrastructureError, UsageError
from reckon.interpreter import many
from reckon.interpreter.connection import messages
from reckon.interpreter.connection.calls import Calls
from reckon.interpreter.connection.links import Where, link_of
from reckon.interpreter.connection.session import RemoteSession
from reckon.interpreter.isolation import Isolation, Level, check_level
from reckon.interpreter.limits import Limits, check_timeout
from reckon.interpreter.settings import Settings
from reckon.interpreter.toolchains import LanguageInfo
from reckon.records import from_json
from reckon.values import JSON, Execution, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter.caching import CachedSession, ExecutionCache
    from reckon.interpreter.check import Case, Verdict
    from reckon.interpreter.language import Language
    from reckon.interpreter.process import OnOutput
    from reckon.interpreter.replaying import Replay

TOKEN = "RECKON_TOKEN"
_MARGIN_S = 5.0
T = TypeVar("T")


class RemoteInterpreter:
    """where: "unix:PATH", "tcp://HOST:PORT", "container:IMAGE", or a link (see links.py, containers.py).

    token: what the server wants to hear, from the environment's RECKON_TOKEN if None.
    require: refuse a server whose isolation is less; it is the server's own word that is taken for it.
    """

    def __init__(self, where: Where, *, token: str | None = None, require: Level = "none") -> None:
        check_level(require)
        self._link = link_of(where)
        self._token = os.environ.get(TOKEN, "") if token is None else token
        self._level = require
        self._calls: Calls | None = None
        self._known: messages.Welcome | None = None
        self._opening = asyncio.Lock()
        self._is_open = False

    async def __aenter__(self) -> Self:
        if self._is_open:
            raise UsageError("this interpreter is open already: make another")
        self._is_open = True
        try:
            await self.calls()
        except BaseException:
            await self.close()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    @property
    def limits(self) -> Limits:
        """The server's."""
        return self._welcome.limits

    @property
    def concurrency(self) -> int:
        return self._welcome.concurrency

    @overload
    def session(self, *, seed: int | None = None, clock: float | None = None) -> "RemoteSession": ...
    @overload
    def session(
        self, *, seed: int | None = None, clock: float | None = None, cache: "ExecutionCache"
    ) -> "CachedSession": ...
    def session(
        self, *, seed: int | None = None, clock: float | None = None, cache: "ExecutionCache | None" = None
    ) -> "RemoteSession | CachedSession":
        """A new session, usable at once; the server makes it with its first verb. See AsyncInterpreter."""
        settings = Settings(seed, clock)
        welcome = self._welcome
        session = RemoteSession(self, settings)
        if cache is None:
            return session
        if not welcome.seeded:
            raise UsageError("cache: wanted a server with a seed: start it with --seed 0")
        if welcome.network:
            raise UsageError("cache: what the network answers is not kept: wanted a server without --network")
        from reckon.interpreter.caching import CachedSession

        return CachedSession(session, cache, repr((welcome.environment, settings)))

    async def open(self) -> "RemoteSession":
        """A new session whose process is up; the caller closes it."""
        session = self.session()
        await session.run("")
        return session

    async def run(
        self,
        code: str,
        *,
        language: "str | Language" = "python",
        timeout_s: float | None = None,
        stdin: str | None = None,
        on_output: "OnOutput | None" = None,
    ) -> Execution:
        """Run one program in a session of its own. language: one that the server has, by its name."""
        check_timeout(timeout_s)
        arguments = messages.Run(
            code, timeout_s, stdin, output=on_output is not None, language=_name_of(language)
        )
        patience_s = self.patience_s(timeout_s)
        result = await (await self.calls()).call("run", arguments, patience_s=patience_s, on_output=on_output)
        return await self.told(Execution, result)

    async def languages(self) -> tuple[LanguageInfo, ...]:
        """Every language, and whether the server has it."""
        return await self.told(tuple[LanguageInfo, ...], await self.call("languages"))

    async def map(
        self, codes: Iterable[str], *, language: "str | Language" = "python", timeout_s: float | None = None
    ) -> list[Execution]:
        """Run many programs, each in a session of its own; the results in the order of the programs."""
        return await many.in_order(self.as_completed(codes, language=language, timeout_s=timeout_s))

    def as_completed(
        self, codes: Iterable[str], *, language: "str | Language" = "python", timeout_s: float | None = None
    ) -> AsyncGenerator[tuple[int, Execution], None]:
        """The same, as they end: (which program, its result)."""
        check_timeout(timeout_s)

        run = partial(self.run, language=language, timeout_s=timeout_s)
        return many.as_completed(run, codes, self.concurrency)

    async def check(
        self,
        program: str,
        cases: "Iterable[Case]",
        *,
        language: "str | Language" = "python",
        timeout_s: float | None = None,
    ) -> "Verdict":
        """Whether a program passes its cases: the server checks, see check.py."""
        from reckon.interpreter.check import Verdict
        from reckon.interpreter.connection.cases import cases_to_json

        check_timeout(timeout_s)
        arguments = messages.Check(program, cases_to_json(tuple(cases)), _name_of(language), timeout_s)
        return await self.told(Verdict, await self.call("check", arguments))

    async def replay(
        self, trajectory: Trajectory, *, seed: int | None = None, clock: float | None = None
    ) -> "Replay":
        """Run a trajectory's programs again in a fresh session, and say what differs: see replaying.py."""
        from reckon.interpreter.replaying import replay_in

        async with self.session(seed=seed, clock=clock) as session:
            return await replay_in(session, trajectory, self.run)

    async def warm(self) -> None:
        """Wait until the server's zygotes are up."""
        await self.call("warm")

    async def isolation(self) -> Isolation:
        """What confines the sessions: what the server found, and what the link adds."""
        return self._isolation(self._welcome)

    async def close(self) -> None:
        """End the connection; the server ends its sessions then. Safe to repeat."""
        self._is_open = False
        calls, self._calls = self._calls, None
        if calls is not None:
            await calls.close("the interpreter was closed")

    async def calls(self) -> Calls:
        """The connection, another one if it was lost. Raises InfrastructureError where there is none."""
        if self._standing is not None:
            return self._standing
        async with self._opening:
            self._check_open()
            if self._standing is None:
                lost, self._calls = self._calls, None
                if lost is not None:
                    await lost.close("")
                calls = await Calls.open(self._link, self._token)
                try:
                    self._require(calls.welcome)
                except UsageError:
                    await calls.close("it confines too little")
                    raise
                self._calls, self._known = calls, calls.welcome
        assert self._calls is not None
        return self._calls

    async def call(self, do: messages.Verb, arguments: object = None) -> JSON:
        return await (await self.calls()).call(do, arguments)

    def patience_s(self, timeout_s: float | None) -> float:
        """How long a run may take before the server is asked about it."""
        return (timeout_s or self.limits.timeout_s) + self.limits.grace_s + _MARGIN_S

    async def told(self, kind: type[T], result: JSON) -> T:
        """A result as a value. For what is none the connection is ended, and InfrastructureError raised."""
        try:
            return from_json(kind, result)
        except (UsageError, TypeError) as error:
            if self._calls is not None:
                await self._calls.close("the server answers nonsense")
            raise InfrastructureError(f"{self._link.name} answered nonsense: {error}") from None

    @property
    def _standing(self) -> Calls | None:
        return self._calls if self._is_open and self._calls is not None and not self._calls.lost else None

    @property
    def _welcome(self) -> messages.Welcome:
        self._check_open()
        assert self._known is not None
        return self._known

    def _isolation(self, welcome: messages.Welcome) -> Isolation:
        return Isolation((*self._link.tiers, *welcome.tiers), welcome.network)

    def _require(self, welcome: messages.Welcome) -> None:
        if missing := self._isolation(welcome).missing(self._level):
            told = "; ".join(f"{tier.feature} ({tier.remedy})" for tier in missing)
            less = f"{self._link.name} does not confine programs as {self._level!r} wants"
            raise UsageError(f"require: {less}: it lacks {told}")

    def _check_open(self) -> None:
        if not self._is_open:
            raise UsageError("the interpreter is not open: use it as a context manager")


def _name_of(language: "str | Language") -> str:
    if not isinstance(language, str):
        raise UsageError(f"language: over a wire, wanted a name such as 'rust', got {language!r:.80}")
    return language
