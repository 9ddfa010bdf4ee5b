"""The client's side of one connection: requests go out numbered, replies and events find their way."""

import asyncio
import contextlib
import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from reckon.errors import InfrastructureError, SessionLost, UsageError
from reckon.interpreter.connection import messages
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.connection.links import Link
from reckon.interpreter.connection.messages import Malformed, Welcome
from reckon.interpreter.hooks.answering import Observation
from reckon.interpreter.settings import Settings
from reckon.records import from_json, to_json
from reckon.values import JSON

if TYPE_CHECKING:
    from reckon.interpreter.process import OnOutput

_END_S = 30.0


@dataclass(slots=True)
class _Call:
    """A request that is going on.  fault: what the caller's own functions raised."""

    number: int
    session: int | None
    end: "asyncio.Future[JSON]"
    on_output: "OnOutput | None" = None
    observation: Observation | None = None
    fault: Exception | SystemExit | None = None
    answering: "set[asyncio.Task[None]]" = field(default_factory=set)


class Calls:
    """One connection.

    lost: why it is no more, "" while it stands.  welcome: what the server said of itself.
    sessions: numbers for new ones.
    """

    def __init__(self, name: str, lines: Lines, welcome: Welcome) -> None:
        self._name = name
        self._lines = lines
        self._numbers = itertools.count(1)
        self._going: dict[int, _Call] = {}
        self.sessions = itertools.count(1)
        self.welcome = welcome
        self.lost = ""
        self._listening = asyncio.ensure_future(self._listen())

    @staticmethod
    async def open(link: Link, token: str) -> "Calls":
        """Connect and be welcomed. Raises UsageError where the server refuses, else InfrastructureError."""
        lines = await link.open()
        try:
            hello: dict[str, JSON] = to_json(messages.Hello(messages.VERSION, token))
            await lines.send(hello)
            answer = await asyncio.wait_for(lines.receive(), link.greeting_s)
            if answer is not None and "error" in answer:
                raise messages.error_of(_told_by(link.name, answer["error"]), link.name)
            if answer is not None:
                return Calls(link.name, lines, _welcome_of(answer))
        except (Malformed, TimeoutError) as error:
            lines.cut()
            await lines.close()
            raise InfrastructureError(
                f"{link.name}: what answers there is no interpreter of this version: {error or 'no greeting'}"
            ) from None
        except BaseException:
            lines.cut()
            await lines.close()
            raise
        words = await lines.close()
        raise InfrastructureError(f"{link.name}: no interpreter answered{f': {words}' if words else ''}")

    async def call(
        self,
        do: messages.Verb,
        arguments: object = None,
        *,
        session: int | None = None,
        opens: Settings | None = None,
        patience_s: float = messages.PATIENCE_S,
        on_output: "OnOutput | None" = None,
        observation: Observation | None = None,
    ) -> JSON:
        """The result of a request, whose line is sent before this first waits.

        A caller that is cancelled cancels it. Raises what the server says, SessionLost with the connection,
        and what `on_output` or the observation's functions raise.
        """
        call = _Call(next(self._numbers), session, asyncio.get_running_loop().create_future())
        call.on_output, call.observation = on_output, observation
        request = messages.Request(call.number, do, session, opens)
        message = {**to_json(request), "arguments": to_json(arguments) if arguments is not None else {}}
        if self.lost:
            raise SessionLost(self.lost)
        self._going[call.number] = call
        try:
            await self._lines.send(message)
            return await self._patiently(call, patience_s)
        except asyncio.CancelledError:
            self._tell(call, "cancel")
            raise
        finally:
            self._going.pop(call.number, None)
            for task in call.answering:
                task.cancel()

    def abandon(self, session: int) -> None:
        """Have a session closed that may have been opened, without waiting for it."""
        if not self.lost:
            self._lines.tell({"id": next(self._numbers), "do": "close", "session": session})

    async def close(self, why: str) -> None:
        """End the connection, and what is going on over it."""
        await self._lose(why)
        await asyncio.wait([self._listening], timeout=_END_S)
        self._listening.cancel()

    async def _patiently(self, call: _Call, patience_s: float) -> JSON:
        """The end of a call. One that takes long is asked after: the server may not have it any more."""
        while not (await asyncio.wait([call.end], timeout=patience_s))[0]:
            patience_s = messages.PATIENCE_S
            asking = asyncio.ensure_future(self._is_worked_on(call.number))
            both: list[asyncio.Future[Any]] = [asking, call.end]
            done, _ = await asyncio.wait(both, timeout=messages.SILENCE_S, return_when="FIRST_COMPLETED")
            if not done:
                asking.cancel()
                self._lines.cut()
                await self._lose(f"the server says nothing for {messages.SILENCE_S:g} s")
            elif asking in done and not asking.result() and not call.end.done():
                raise InfrastructureError(f"{self._name}: the server has lost a request")
        if call.fault is not None:
            raise call.fault
        return call.end.result()

    async def _is_worked_on(self, number: int) -> bool:
        try:
            return (
                await self.call("working", messages.Working(number), patience_s=messages.SILENCE_S * 2)
                is True
            )
        except InfrastructureError:
            return True  # the connection is lost, which the call itself is told

    async def _listen(self) -> None:
        """Take what the server says until it says no more."""
        why = "the server has gone"
        try:
            while (message := await self._lines.receive()) is not None:
                if message.get("id") is None:
                    why = str(messages.error_of(message.get("error"), self._name))
                    break
                call = self._going.get(_number(message))
                if call is not None:
                    self._hear(call, message)
        except Malformed as error:
            why = f"the server does not keep to the protocol: {error}"
        await self._lose(why)

    def _hear(self, call: _Call, message: Mapping[str, JSON]) -> None:
        event = message.get("event")
        if event == "output":
            self._show(call, message)
        elif event == "call":
            task = asyncio.ensure_future(self._answer(call, message))
            call.answering.add(task)
            task.add_done_callback(call.answering.discard)
        elif call.end.done():
            return
        elif "error" in message:
            call.end.set_exception(messages.error_of(message["error"], self._name))
            call.end.exception()  # a caller that raises its own fault never looks
        elif "result" in message:
            call.end.set_result(message["result"])

    def _show(self, call: _Call, message: Mapping[str, JSON]) -> None:
        stream: Literal["stdout", "stderr"] = "stderr" if message.get("stream") == "stderr" else "stdout"
        if call.on_output is None:
            return
        try:
            call.on_output(stream, str(message.get("text")))
        except (Exception, SystemExit) as fault:
            call.on_output, call.fault = None, call.fault or fault
            self._tell(call, "stop")

    async def _answer(self, call: _Call, message: Mapping[str, JSON]) -> None:
        """Have the caller's function answer what the program asks; its fault stops the run."""
        asked = message.get("call")
        answer = messages.Answer(fault=True)
        if call.observation is not None and isinstance(asked, dict):
            try:
                answer = messages.Answer(await call.observation.answer(asked, message.get("stopped") is True))
            except (Exception, SystemExit) as fault:
                call.fault = call.fault or fault
        try:
            await self._lines.send(self._about(call, "answer", to_json(answer)))
        except UsageError as fault:  # longer than a line
            call.fault = call.fault or fault
            self._tell(call, "stop")

    def _about(self, call: _Call, do: messages.Verb, arguments: JSON) -> dict[str, JSON]:
        return {"id": call.number, "do": do, "session": call.session, "arguments": arguments}

    def _tell(self, call: _Call, do: messages.Verb) -> None:
        if not self.lost:
            self._lines.tell(self._about(call, do, {}))

    async def _lose(self, why: str) -> None:
        if self.lost:
            return
        self.lost = f"{self._name}: the connection is lost, and its sessions with it: {why}"
        words = ""
        with contextlib.suppress(OSError):
            words = await self._lines.close()
        if words:
            self.lost += f": {words}"
        for call in self._going.values():
            if not call.end.done():
                call.end.set_exception(SessionLost(self.lost))
                call.end.exception()


def _number(message: Mapping[str, JSON]) -> int:
    number = message.get("id")
    if isinstance(number, bool) or not isinstance(number, int):
        raise Malformed(f"id: wanted a number, got {number!r:.60}")
    return number


def _welcome_of(answer: Mapping[str, JSON]) -> Welcome:
    try:
        welcome = from_json(Welcome, answer)
    except UsageError as error:
        raise Malformed(str(error)) from None
    if welcome.reckon != messages.VERSION or welcome.concurrency < 1:
        raise Malformed(f"wanted version {messages.VERSION}, got {welcome.reckon}")
    return welcome


def _told_by(name: str, error: Any) -> JSON:
    """A refusal, with the name of who refuses."""
    if not isinstance(error, dict):
        raise Malformed(f"error: wanted a kind and a message, got {error!r:.80}")
    return {**error, "message": f"{name}: {error.get('message')}"}
