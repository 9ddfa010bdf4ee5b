"""A run with something around it: a trace, a count, a host that may be asked. Inside the session.

The request's "mode" says what: {"trace": {…}, "count": true, "ask": [kinds], "bind": [[name, version, …]]}.
What was recorded goes to the host as a question of its own, before the run's reply.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from socket import socket
from typing import Any

from reckon.interpreter.counting import Counter
from reckon.interpreter.hooks.bindings import Bindings
from reckon.interpreter.hooks.channel import REPORT_BYTES, Channel
from reckon.interpreter.hooks.names import UndefinedNames
from reckon.interpreter.hooks.statements import Mender
from reckon.interpreter.program import Notebook, Outcome
from reckon.interpreter.tracing.monitoring import Monitoring
from reckon.interpreter.tracing.recorder import Recorder
from reckon.interpreter.tracing.settrace import SetTrace
from reckon.values import JSON

_Tracer = Monitoring if hasattr(sys, "monitoring") else SetTrace


class Observer:
    """Of one session: keeps what has to outlast a run, the host's functions and the undefined names."""

    def __init__(self, notebook: Notebook) -> None:
        self._notebook = notebook
        self._names = notebook.module.__dict__
        self._channel: Channel | None = None
        self._bindings = Bindings(self._names, self._call)
        self._undefined: UndefinedNames | None = None

    def run(self, message: Mapping[str, Any], control: socket) -> Outcome:
        mode, source = message["mode"], str(message["code"])
        channel = self._channel = Channel(control)
        self._bindings.place(mode.get("bind", ()))
        recorder = Recorder(**mode["trace"]) if "trace" in mode else None
        counter = Counter() if "count" in mode else None
        with ExitStack() as around:
            if "ask" in mode:
                around.enter_context(self._asking(frozenset(mode["ask"]), source))
            if recorder is not None:
                around.enter_context(_Tracer(recorder))
            if counter is not None:
                around.enter_context(counter)
            outcome = self._notebook.run(source)
            if recorder is not None and outcome.failure and outcome.failure.type == "KeyboardInterrupt":
                recorder.cut("the run was stopped")
        if channel.is_ours:
            if recorder is not None:
                channel.call("trace", recorder.report(), REPORT_BYTES)
            if counter is not None:
                channel.call("count", counter.report())
            channel.close()
        return outcome

    def _call(self, kind: str, data: dict[str, JSON]) -> dict[str, JSON]:
        if self._channel is None:
            raise RuntimeError("the host can only be asked while a run lasts")
        return self._channel.call(kind, data)

    @contextmanager
    def _asking(self, kinds: frozenset[str], source: str) -> Iterator[None]:
        if self._undefined is None:
            self._undefined = UndefinedNames(self._names, self._call)
        before = self._names["__builtins__"]
        if kinds - {"statement"}:
            self._undefined.refresh(kinds)
            self._names["__builtins__"] = self._undefined
        if "statement" in kinds:
            self._notebook.mend = Mender(source, self._names, self._call)
        try:
            yield
        finally:
            self._notebook.mend = None
            self._undefined.kinds = frozenset()
            self._names["__builtins__"] = before
