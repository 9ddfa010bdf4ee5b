"""The server's side of one connection: a client's sessions live as long as it does.

    await serve(interpreter, lines, token="…")       until the client goes away, or says what is no message

Each request is a task of its own, begun in the order of arrival, so that many sessions go on at once and a
session's own lock keeps its requests in order. The client is trusted with sessions, and with nothing of ours:
messages are bounded and typed, its requests and sessions counted, and a client that does not read is dropped.
"""

import asyncio
import base64
import binascii
import hmac
import sys
from collections.abc import Mapping
from functools import partial
from typing import Literal, TypeVar

from reckon.errors import InfrastructureError, ReckonError, UsageError
from reckon.interpreter.caching import versions
from reckon.interpreter.check import Verdict
from reckon.interpreter.connection import messages
from reckon.interpreter.connection.cases import cases_of
from reckon.interpreter.connection.lines import Lines
from reckon.interpreter.connection.messages import Malformed, Request
from reckon.interpreter.interpreter import AsyncInterpreter
from reckon.interpreter.session import AsyncSession
from reckon.records import from_json, to_json
from reckon.values import JSON, Execution

GREETING_S = 10.0
REFUSAL_S = 0.5  # a client that guesses tokens is to guess slowly
SESSIONS = 4_096
REQUESTS = 4_096
T = TypeVar("T")


async def serve(interpreter: AsyncInterpreter, lines: Lines, *, token: str = "") -> None:
    """Serve one client to its end; whatever it had is closed then. token: "" takes every client."""
    client = _Client(interpreter, lines)
    try:
        if await client.greet(token):
            await client.listen()
    except Malformed as error:
        lines.tell({"id": None, "error": {"kind": "usage", "message": str(error)}})
        await lines.discard(REFUSAL_S)
    finally:
        await client.leave()
        await lines.close()


class _Stopped(ReckonError):
    """The client wants no more of this run; it knows why."""


class _Relay:
    """In the place of an Observation: the client's own one is asked. See hooks/answering.py."""

    def __init__(self, client: "_Client", number: int, mode: Mapping[str, JSON]) -> None:
        self._client = client
        self._number = number
        self.request = dict(mode)

    async def answer(self, call: Mapping[str, JSON], stopped: bool) -> dict[str, JSON]:
        answer = await self._client.ask(self._number, call, stopped)
        if answer.fault:
            self._client.stop(self._number)
            raise _Stopped("the client has no answer")
        return dict(answer.reply)

    def finish(self, execution: Execution) -> Execution:
        return execution


class _Client:
    def __init__(self, interpreter: AsyncInterpreter, lines: Lines) -> None:
        self._interpreter = interpreter
        self._lines = lines
        self._sessions: dict[int, AsyncSession] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._calls: dict[int, asyncio.Future[messages.Answer]] = {}
        self._stopped: set[int] = set()
        self._graces: set[asyncio.Task[None]] = set()

    async def greet(self, token: str) -> bool:
        """Whether the client may come in; it is told why not. Raises Malformed for what is no greeting."""
        try:
            first = await asyncio.wait_for(self._lines.receive(messages.GREETING_BYTES), GREETING_S)
        except TimeoutError:
            return False
        if first is None:
            return False
        spoken = first.get("reckon")
        if not isinstance(spoken, int):
            raise Malformed('wanted a greeting, {"reckon": 1, "token": "…"}, as the first line')
        if spoken != messages.VERSION:
            return await self._refuse(
                f"this server speaks version {messages.VERSION} of the protocol, the client {spoken}: "
                "install the same version of reckon on both sides"
            )
        hello = _read(messages.Hello, first)
        if token and not hmac.compare_digest(_bytes(hello.token), _bytes(token)):
            await asyncio.sleep(REFUSAL_S)
            return await self._refuse("the token is not the server's: give connect(token=…) or RECKON_TOKEN")
        try:
            await self._lines.send(messages.welcome_to(await self._welcome()))
        except InfrastructureError as error:
            return await self._refuse(str(error))
        return True

    async def listen(self) -> None:
        """Take requests until there are no more."""
        while (message := await self._lines.receive()) is not None:
            request = messages.request_of(message)
            if request.do in ("answer", "stop", "cancel"):
                self._about(request)
            elif request.id in self._tasks:
                raise Malformed(f"Request.id: {request.id} is the number of a request that is going on")
            elif len(self._tasks) >= REQUESTS:
                await self._tell_error(request.id, UsageError(f"{REQUESTS} requests are going on: wait"))
            else:
                self._tasks[request.id] = asyncio.ensure_future(self._serve(request))

    async def ask(self, number: int, call: Mapping[str, JSON], stopped: bool) -> messages.Answer:
        """What the client answers to a call of a program that it runs."""
        waiting: asyncio.Future[messages.Answer] = asyncio.get_running_loop().create_future()
        self._calls[number] = waiting
        try:
            await self._lines.send({"id": number, "event": "call", "call": call, "stopped": stopped})
            return await waiting
        finally:
            del self._calls[number]

    def stop(self, number: int) -> None:
        """Nothing that request tells is wanted any more, but its end."""
        self._stopped.add(number)

    async def leave(self) -> None:
        """End what the client has going on, and its sessions."""
        self._stopped.clear()
        ending = [*self._tasks.values(), *self._graces]
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)
        sessions = list(self._sessions.values())
        self._sessions.clear()
        await asyncio.gather(*(session.close() for session in sessions), return_exceptions=True)

    async def _refuse(self, why: str) -> bool:
        error: JSON = {"kind": "usage", "message": why}
        await self._lines.send({"reckon": messages.VERSION, "error": error})
        return False

    async def _welcome(self) -> messages.Welcome:
        interpreter = self._interpreter
        isolation = await interpreter.isolation()
        return messages.Welcome(
            messages.VERSION,
            repr((versions(interpreter.preload), interpreter.preload, interpreter.limits, interpreter.seed)),
            interpreter.concurrency,
            interpreter.limits,
            isolation.tiers,
            interpreter.seed is not None,
            isolation.network,
        )

    async def _serve(self, request: Request) -> None:
        """Do what is asked and tell the end of it. A cancelled request is spoken of no more."""
        try:
            await self._lines.ready()  # who does not read gets nothing more done
            told: dict[str, JSON] = {"id": request.id, "result": await self._do(request)}
        except (_Stopped, asyncio.CancelledError):
            if request.id not in self._stopped:
                raise
            told = {"id": request.id, "error": {"kind": "stopped", "message": "by the client"}}
        except ReckonError as error:
            told = {"id": request.id, "error": messages.fault_of(error)}
        except Exception as error:
            print(f"reckon: request {request.do}: {error!r}", file=sys.stderr)
            told = {"id": request.id, "error": messages.fault_of(error)}
        finally:
            if self._tasks.get(request.id) is asyncio.current_task():
                del self._tasks[request.id]
                self._stopped.discard(request.id)
        try:
            await self._lines.send(told)
        except UsageError as error:  # longer than a line
            await self._tell_error(request.id, error)

    async def _do(self, request: Request) -> JSON:
        if request.do == "working":
            return _arguments(messages.Working, request).of in self._tasks
        if request.do == "warm":
            await self._interpreter.warm()
            return None
        if request.do == "languages":
            return _data(await self._interpreter.languages())
        if request.do == "check":
            return _data(await self._check(_arguments(messages.Check, request)))
        if request.do == "run" and request.session is None:
            return _data(await self._run_alone(request))
        if request.do == "close":
            session = self._sessions.pop(request.session or 0, None)
            if session is not None:
                await session.close()
            return None
        return await self._do_in(self._session(request), request)

    async def _do_in(self, session: AsyncSession, request: Request) -> JSON:
        match request.do:
            case "run":
                return _data(await self._run(session, request))
            case "begin":
                await session.begin(_arguments(messages.Begin, request).code)
            case "fork":
                await self._fork(session, _arguments(messages.Fork, request).number)
            case "put":
                put = _arguments(messages.Put, request)
                await session.put(put.path, _decoded(put.data))
            case "get":
                content = await session.get(_arguments(messages.Get, request).path)
                return base64.b64encode(content).decode("ascii")
            case "files":
                return _data(await session.files())
            case "reset":
                await session.reset(keep_files=_arguments(messages.Reset, request).keep_files)
            case "interrupt":
                return await session.interrupt()
            case "inspect":
                return _data(await session.inspect())
        return None

    async def _check(self, check: messages.Check) -> Verdict:
        if not isinstance(check.cases, list):
            raise UsageError("Check.cases: wanted a list")
        language = _language(check.language)
        cases = cases_of(check.cases)
        return await self._interpreter.check(
            check.program, cases, language=language, timeout_s=check.timeout_s
        )

    async def _run_alone(self, request: Request) -> Execution:
        run = _arguments(messages.Run, request)
        execution = await self._interpreter.run(
            run.code,
            language=_language(run.language),
            timeout_s=run.timeout_s,
            stdin=run.stdin,
            on_output=partial(self._tell_output, request.id) if run.output else None,
        )
        return self._wanted(execution, request)

    async def _run(self, session: AsyncSession, request: Request) -> Execution:
        run = _arguments(messages.Run, request)
        if run.language != "python":
            raise UsageError("Run.language: sessions are of Python; leave the session out")
        relay = _Relay(self, request.id, run.mode) if isinstance(run.mode, dict) and run.mode else None
        execution = await session.run_observed(
            run.code,
            relay,
            timeout_s=run.timeout_s,
            stdin=run.stdin,
            on_output=partial(self._tell_output, request.id) if run.output else None,
        )
        return self._wanted(execution, request)

    def _tell_output(self, number: int, stream: Literal["stdout", "stderr"], text: str) -> None:
        if number in self._stopped:
            raise _Stopped("the client wants no more")
        self._lines.tell({"id": number, "event": "output", "stream": stream, "text": text})

    def _wanted(self, execution: Execution, request: Request) -> Execution:
        """What a run that was stopped came to is not told: the client knows why."""
        if request.id in self._stopped:
            raise _Stopped("the client wants no more")
        return execution

    async def _fork(self, session: AsyncSession, number: int) -> None:
        self._check_new(number)
        fork = await session.fork()
        if number in self._sessions:
            await fork.close()
            self._check_new(number)
        self._sessions[number] = fork

    def _session(self, request: Request) -> AsyncSession:
        number = request.session
        if number is None:
            raise UsageError(f"{request.do}: wanted the number of a session")
        if number not in self._sessions:
            if request.opens is None:
                raise UsageError(f"session: there is no {number} on this connection")
            self._check_new(number)
            opens = request.opens
            self._sessions[number] = self._interpreter.session(seed=opens.seed, clock=opens.clock)
        return self._sessions[number]

    def _check_new(self, number: int) -> None:
        if number in self._sessions:
            raise UsageError(f"session: {number} is taken")
        if len(self._sessions) >= SESSIONS:
            raise UsageError(f"session: {SESSIONS} are open on this connection: close one")

    def _about(self, request: Request) -> None:
        """What is said of a request that is going on; one that has ended meanwhile is no fault."""
        if request.do == "answer":
            answer = _read(messages.Answer, request.arguments)
            if not isinstance(answer.reply, dict):
                raise Malformed("Answer.reply: wanted an object")
            waiting = self._calls.get(request.id)
            if waiting is not None and not waiting.done():
                waiting.set_result(answer)
        elif (task := self._tasks.get(request.id)) is not None and request.do == "cancel":
            del self._tasks[request.id]  # its number is free; `leave` need not wait for it
            self._keep(task)
            task.cancel()
        elif task is not None and request.id not in self._stopped:
            self._stopped.add(request.id)
            self._keep(asyncio.ensure_future(self._stop(task, request.session)))

    async def _stop(self, task: "asyncio.Task[None]", number: int | None) -> None:
        """Interrupt what runs in the session; cancel it if that does not help."""
        session = self._sessions.get(number or 0)
        if session is not None:
            await session.interrupt()
        done, _ = await asyncio.wait([task], timeout=self._interpreter.limits.grace_s)
        if not done:
            task.cancel()

    def _keep(self, task: "asyncio.Task[None]") -> None:
        self._graces.add(task)
        task.add_done_callback(self._graces.discard)

    async def _tell_error(self, number: int, error: ReckonError) -> None:
        await self._lines.send({"id": number, "error": messages.fault_of(error)})


def _read(kind: type[T], data: object) -> T:
    try:
        return from_json(kind, data)
    except UsageError as error:
        raise Malformed(str(error)) from None


def _arguments(kind: type[T], request: Request) -> T:
    return from_json(kind, request.arguments)


def _data(value: object) -> JSON:
    data: JSON = to_json(value)
    return data


def _language(name: str) -> str:
    """A language that stands here; what names a module is refused, since it would be imported."""
    if ":" in name:
        raise UsageError(f"language: over a wire, wanted a name such as 'rust', got {name!r:.80}")
    return name


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        raise UsageError("Put.data: wanted base64") from None


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")
