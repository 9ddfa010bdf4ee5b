"""What client and server say to each other, one JSON object to a line.

The client greets first; nothing else is answered before the server has welcomed it:

    {"reckon": 1, "token": "…"}  →  {"reckon": 1, "limits": {…}, …}  or  {"reckon": 1, "error": {…}}

From then on it asks, with numbers of its own choosing, and does not wait for one answer to ask the next:

    {"id": 7, "do": "run", "session": 3, "arguments": {"code": "1 + 1"}, "opens": {"seed": 5}}
        session: a number of the client's choosing; with `opens` (a Settings) one that is not there is opened.
        A run without a session is one program in a session of its own.

and hears, any number of events and then one end for each:

    {"id": 7, "event": "output", "stream": "stdout", "text": "…"}     as it is printed, if it is asked for
    {"id": 7, "event": "call", "call": {…}, "stopped": false}     the program wants something of its host
    {"id": 7, "result": …}  or  {"id": 7, "error": {"kind": "usage", "message": "…"}}

Three things are said of a request that is going on, and have no answer of their own:

    {"id": 7, "do": "answer", "arguments": {"reply": {…}}}   to the call; {"fault": true}: there will be none
    {"id": 7, "do": "stop"}                                  as an interrupt, and then as a cancellation
    {"id": 7, "do": "cancel"}                                the program is killed; nothing more is said of 7

Times are seconds, files are base64. `call` and `reply` are what the session's process and its host exchange,
see hooks/answering.py: the client is that host. A line that is no message ends the connection.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, TypeAlias

from reckon.errors import InfrastructureError, ReckonError, SessionLost, UsageError
from reckon.interpreter.isolation import Tier
from reckon.interpreter.limits import Limits
from reckon.interpreter.settings import Settings
from reckon.records import from_json, to_json
from reckon.values import JSON

VERSION = 1
LINE_BYTES = 128 << 20  # a file of Limits' default size as base64, and room for its path
GREETING_BYTES = 16 << 10
PATIENCE_S = 15.0  # how long the client waits before it asks whether a request is still worked on
SILENCE_S = 30.0  # and how long for the answer to that

Fault: TypeAlias = Literal["usage", "session_lost", "infrastructure", "stopped"]
Verb: TypeAlias = Literal[
    "run", "begin", "fork", "put", "get", "files", "reset", "interrupt", "inspect", "close",
    "warm", "languages", "check", "working", "answer", "stop", "cancel",
]  # fmt: skip


class Malformed(Exception):
    """What came is no message of ours."""


@dataclass(frozen=True, slots=True)
class Hello:
    """reckon: the protocol's version."""

    reckon: int
    token: str = ""


@dataclass(frozen=True, slots=True)
class Welcome:
    """What a client is to know of the interpreter: see AsyncInterpreter and Isolation.

    environment: all that a seeded run depends on, for caches.  seeded: whether the interpreter has a seed.
    network: where its programs may connect to.
    """

    reckon: int
    environment: str
    concurrency: int
    limits: Limits
    tiers: tuple[Tier, ...]
    seeded: bool = False
    network: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    id: int
    do: Verb
    session: int | None = None
    opens: Settings | None = None
    arguments: Mapping[str, JSON] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Run:
    """mode: what is to be observed, see observing.py.  output: whether to tell it as it comes.
    language: of a run without a session, a name that the server knows.
    """

    code: str
    timeout_s: float | None = None
    stdin: str | None = None
    mode: Mapping[str, JSON] | None = None
    output: bool = False
    language: str = "python"


@dataclass(frozen=True, slots=True)
class Check:
    """cases: see cases.py."""

    program: str
    cases: Sequence[JSON]
    language: str = "python"
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Fork:
    """number: of the new session."""

    number: int


@dataclass(frozen=True, slots=True)
class Put:
    path: str
    data: str


@dataclass(frozen=True, slots=True)
class Get:
    path: str


@dataclass(frozen=True, slots=True)
class Begin:
    code: str


@dataclass(frozen=True, slots=True)
class Reset:
    keep_files: bool = True


@dataclass(frozen=True, slots=True)
class Working:
    """Whether the server still works on request `of`."""

    of: int


@dataclass(frozen=True, slots=True)
class Answer:
    reply: Mapping[str, JSON] = field(default_factory=dict)
    fault: bool = False


def encode(message: Mapping[str, JSON]) -> bytes:
    """The line of a message. Raises UsageError for what is no plain data, or longer than a line may be."""
    try:
        line = json.dumps(message, separators=(",", ":")).encode("ascii") + b"\n"
    except (TypeError, ValueError, RecursionError) as error:
        raise UsageError(f"what goes over a wire is plain data: {error}") from None
    if len(line) > LINE_BYTES:
        raise UsageError(f"a message of {len(line)} bytes: over a wire at most {LINE_BYTES} go at once")
    return line


def decode(line: bytes) -> dict[str, JSON]:
    """The message of a line. Raises Malformed."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"wanted a line of JSON, got {line[:80]!r} ({error})") from None
    if not isinstance(message, dict):
        raise Malformed(f"wanted a JSON object, got {line[:80]!r}")
    return message


def request_of(message: Mapping[str, JSON]) -> Request:
    """Raises Malformed."""
    try:
        request = from_json(Request, message)
    except UsageError as error:
        raise Malformed(str(error)) from None
    if not isinstance(request.arguments, dict):
        raise Malformed(f"Request.arguments: wanted an object, got {request.arguments!r:.60}")
    return request


def welcome_to(welcome: Welcome) -> dict[str, JSON]:
    """With every limit: what is the default here may not be the default there."""
    message: dict[str, JSON] = to_json(welcome)
    return {**message, "limits": asdict(welcome.limits)}


def fault_of(error: Exception) -> dict[str, JSON]:
    """An exception as data; one that is none of ours is a fault of the server's."""
    kind: Fault = "infrastructure"
    if isinstance(error, UsageError):
        kind = "usage"
    elif isinstance(error, SessionLost):
        kind = "session_lost"
    text = str(error) if isinstance(error, ReckonError) else f"{type(error).__name__}: {error}"
    return {"kind": kind, "message": text}


def error_of(data: JSON, where: str) -> ReckonError:
    """The exception that the data of an error stands for. Raises Malformed."""
    if not isinstance(data, Mapping) or not isinstance(data.get("message"), str):
        raise Malformed(f"error: wanted a kind and a message, got {data!r:.80}")
    kind, text = data.get("kind"), data["message"]
    if kind == "usage":
        return UsageError(text)
    if kind == "session_lost":
        return SessionLost(f"{where}: {text}")
    return InfrastructureError(f"{where}: {text}")
