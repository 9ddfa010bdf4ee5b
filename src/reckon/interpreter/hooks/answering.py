"""The host's end of an observed run: what it asks for, what it answers meanwhile, what it keeps."""

import asyncio
import inspect
import json
import keyword
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from dataclasses import dataclass, replace
from functools import partial
from threading import Thread
from typing import Protocol, TypeAlias

from reckon.errors import ReckonError, UsageError
from reckon.interpreter.hooks import literals
from reckon.interpreter.hooks.ask import Answerer, Ask, Kind, Question, Unknown
from reckon.interpreter.hooks.channel import QUESTION_BYTES
from reckon.interpreter.tracing.reading import read_trace
from reckon.interpreter.tracing.trace import Trace
from reckon.interpreter.turns import Wait, during
from reckon.tools import doc_of, signature_of
from reckon.traces.record import TraceRecord, Value
from reckon.values import JSON, Execution, ToolCall

Outcome: TypeAlias = tuple[object, Exception | SystemExit | None]
_TEXT = 1 << 16
_CALLS = 10_000
_RECORDED = 100  # calls of a run that its Execution tells of
_SHORT = 200  # characters of the arguments of one


@dataclass(frozen=True, slots=True)
class Bound:
    """A function of the host's; version: how many times its name has been bound.

    timeout_s: for all its calls in one run; None is no limit.
    """

    function: Callable[..., object]
    version: int
    timeout_s: float | None = None


def with_bound(
    bound: Mapping[str, Bound], name: str, function: Callable[..., object], timeout_s: float | None = None
) -> Mapping[str, Bound]:
    """`bound` and one more. Raises UsageError for a name that no program can write."""
    if (
        not isinstance(name, str)
        or not name.isidentifier()
        or keyword.iskeyword(name)
        or name.startswith("__")
    ):
        raise UsageError(f"name: wanted one that a program can call, got {name!r}")
    if not callable(function):
        raise UsageError(f"function: wanted something to call, got {function!r}")
    if timeout_s is not None and not timeout_s > 0:
        raise UsageError(f"timeout_s: wanted seconds above 0, or None for no limit, got {timeout_s!r}")
    version = bound[name].version + 1 if name in bound else 1
    return {**bound, name: Bound(function, version, timeout_s)}


class Observed(Protocol):
    """What a session asks of who observes a run: an Observation, or one that is reached over a wire."""

    @property
    def request(self) -> Mapping[str, JSON]: ...
    async def answer(self, call: Mapping[str, JSON], stopped: bool) -> dict[str, JSON]: ...
    def finish(self, execution: Execution) -> Execution: ...


class Observation:
    """Of one run. `request` goes to the session; `answer` is given whatever comes back before the reply."""

    def __init__(
        self,
        session: object,
        code: str,
        trace: Trace | None = None,
        ask: Ask | Answerer | None = None,
        *,
        bound: Mapping[str, Bound] | None = None,
        count: bool = False,
    ) -> None:
        if trace is not None and not isinstance(trace, Trace):
            raise UsageError(f"trace: wanted a Trace, such as Trace(), got {trace!r:.80}")
        self._wait = Wait(session)
        self._code = code
        self._trace = trace
        self._ask = ask if ask is None or isinstance(ask, Ask) else Ask(ask)
        self._bound = bound or {}
        self._count = count
        self._asked = self._called = 0
        self._calls: list[ToolCall] = []
        self._spent_s: dict[str, float] = {}
        self._executor: ThreadPoolExecutor | None = None
        self.record: TraceRecord | None = None
        self.counted: Mapping[str, JSON] = {}

    @property
    def request(self) -> dict[str, JSON]:
        """Plain data for the session; empty where nothing is observed."""
        mode: dict[str, JSON] = {}
        if self._trace is not None:
            mode["trace"] = self._trace.request
        if self._count:
            mode["count"] = True
        if self._ask is not None:
            mode["ask"] = self._ask.kinds
        if self._bound:
            mode["bind"] = [
                [name, one.version, signature_of(one.function), doc_of(one.function)]
                for name, one in self._bound.items()
            ]
        return mode

    async def answer(self, call: Mapping[str, JSON], stopped: bool) -> dict[str, JSON]:
        """The answer to a question; a run that is being stopped is told nothing more.

        Raises what the answering function raises, where that is more than "unknown" or a tool's failure.
        """
        kind, reply = call.get("call"), {"number": call.get("number")}
        if kind == "trace" and self._trace is not None and self.record is None:
            self.record = read_trace(call, self._code)
        elif kind == "count" and self._count:
            self.counted = call
        elif kind == "ask" and self._ask is not None and not stopped:
            with during(self._wait):
                reply |= await self._value(self._ask, call)
        elif kind == "bound" and stopped:
            reply["error"] = "the run is being stopped"
        elif kind == "bound":
            with during(self._wait):
                reply |= await self._tool(call)
        return reply

    def finish(self, execution: Execution) -> Execution:
        """With what was recorded; an empty record where the session was killed before it told."""
        self._wait.over = True
        if self._executor is not None:
            self._executor.shutdown(wait=False)
        execution = replace(execution, calls=tuple(self._calls)) if self._calls else execution
        if self._trace is None:
            return execution
        lost = TraceRecord(self._code, truncated="the run ended before it told its trace")
        return replace(execution, trace=self.record or lost)

    async def _value(self, ask: Ask, call: Mapping[str, JSON]) -> dict[str, JSON]:
        question = _question(call, ask.kinds)
        self._asked += 1
        if question is None or self._asked > ask.questions:
            return {}
        try:
            value = await self._result(partial(ask.answer, question))
        except Unknown:
            return {}
        if question.kind == "statement" and not isinstance(value, dict):
            raise UsageError(f"wanted a dict of variables for a statement, the answer is {value!r:.200}")
        try:
            return {"value": literals.encode(value)}
        except (TypeError, ValueError) as error:
            raise UsageError(
                f"the answer to {question.name or question.source!r} is no literal: {error}"
            ) from None

    async def _tool(self, call: Mapping[str, JSON]) -> dict[str, JSON]:
        """Call a bound function. Its exception is the program's, but for Reckon's own."""
        self._called += 1
        if self._called > _CALLS:
            return {"error": f"the host answers {_CALLS} calls of a run, and no more"}
        bound = self._bound.get(str(call.get("name")))
        arguments, keywords = call.get("arguments"), call.get("keywords")
        if bound is None or not isinstance(arguments, list) or not isinstance(keywords, dict):
            return {"error": "no such function of the host"}
        begun, shown, reply = time.perf_counter(), "", {}
        name = str(call["name"])
        try:
            given = [literals.decode(value) for value in arguments]
            named = {str(key): literals.decode(value) for key, value in keywords.items()}
            shown = _short(given, named)
            value = literals.encode(
                await self._in_time(name, bound, partial(bound.function, *given, **named))
            )
            reply["value"] = _bounded(value)
        except ReckonError:
            raise
        except (Exception, SystemExit) as error:  # a tool that parses its arguments may end with the latter
            reply["error"] = f"{type(error).__name__}: {error}"[:_TEXT]
        seconds = time.perf_counter() - begun
        self._spent_s[name] = self._spent_s.get(name, 0.0) + seconds
        if len(self._calls) < _RECORDED:
            self._calls.append(ToolCall(name, shown, seconds, str(reply.get("error", ""))[:_SHORT]))
        return reply

    async def _in_time(self, name: str, bound: Bound, call: "partial[object]") -> object:
        """The result, in what is left of the function's time. Raises TimeoutError."""
        if bound.timeout_s is None:
            return await self._result(call)
        left_s = bound.timeout_s - self._spent_s.get(name, 0.0)
        timer = asyncio.timeout(left_s)
        try:
            async with timer:
                if left_s > 0:
                    return await self._result(call, apart=True)
        except TimeoutError:
            if not timer.expired():
                raise
        raise TimeoutError(f"{name} may take {bound.timeout_s:g} s in one run, which are over")

    async def _result(self, call: "partial[object]", *, apart: bool = False) -> object:
        """An async function on the loop, a plain one in a thread of the run's own: it may take its time.

        apart: in a thread of this call's own, which nobody waits for where it never ends.
        """
        function = call.func
        if inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(type(function).__call__):
            result = call()
        else:
            work = partial(_outcome, partial(copy_context().run, call))
            if apart:
                result, error = await _apart(work)
            else:
                # Not in the loop's threads: with all of those taken, what it waits for may never run.
                self._executor = self._executor or ThreadPoolExecutor(1, "reckon-answer")
                result, error = await asyncio.get_running_loop().run_in_executor(self._executor, work)
            if error is not None:
                raise error
        return await result if inspect.isawaitable(result) else result


def _outcome(work: Callable[[], object]) -> Outcome:
    """(result, exception): a future that is given a StopIteration would never be done."""
    try:
        return work(), None
    except (Exception, SystemExit) as error:
        return None, error


async def _apart(work: Callable[[], Outcome]) -> Outcome:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Outcome] = loop.create_future()

    def settle(outcome: Outcome) -> None:
        if not done.done():
            done.set_result(outcome)

    def run() -> None:
        outcome = work()
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(settle, outcome)

    Thread(target=run, name="reckon-answer", daemon=True).start()
    return await done


def _question(call: Mapping[str, JSON], kinds: tuple[Kind, ...]) -> Question | None:
    """None for one that was not agreed on, or is not of the form."""
    kind = next((k for k in kinds if k == call.get("kind")), None)
    line, arguments, state = call.get("line"), call.get("arguments"), call.get("state")
    if (
        kind is None
        or not isinstance(line, int)
        or not isinstance(arguments, list)
        or not isinstance(state, dict)
    ):
        return None
    return Question(
        kind,
        _text(call.get("name")),
        line,
        _text(call.get("source")),
        tuple(map(_text, arguments)),
        {
            _text(name): Value(_text(value[0]), _text(value[1]))
            for name, value in state.items()
            if isinstance(value, list) and len(value) == 2
        },
        _text(call.get("error")),
    )


def _short(arguments: list[object], keywords: Mapping[str, object]) -> str:
    """The arguments as a call shows them, cut to _SHORT characters."""
    pieces = [_cut(value) for value in arguments]
    pieces += [f"{name}={_cut(value)}" for name, value in keywords.items()]
    return _text(", ".join(pieces[:_SHORT]))[:_SHORT]


def _cut(value: object) -> str:
    try:
        return repr(value)[:_SHORT]
    except ValueError:  # an int of too many digits
        return f"<{type(value).__name__}>"


def _bounded(value: JSON) -> JSON:
    """Raises ValueError for a result that is too large to tell."""
    size = len(json.dumps(value))
    if size > QUESTION_BYTES:
        raise ValueError(f"a result of {size} bytes is too large, of {QUESTION_BYTES} at most")
    return value


def _text(value: object) -> str:
    return str(value)[:_TEXT].encode("utf-8", "replace").decode("utf-8")
