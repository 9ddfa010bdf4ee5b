"""What crosses folders: plain frozen data, written once.

    Problem ──> Trajectory(segments, answer) ──> Grade          Execution: what one run of a program did

A `Trajectory` is the exact context of one line of thought, cut into segments. Its ids are what was sampled
and what was inserted, never a re-tokenisation; `check` proves it and `training_arrays` refuses anything less.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import groupby
from typing import Literal, TypeAlias, get_args

from reckon.errors import RecordError
from reckon.traces.record import Profile, TraceRecord

JSON: TypeAlias = bool | int | float | str | Sequence["JSON"] | Mapping[str, "JSON"] | None
Role: TypeAlias = Literal["system", "user", "assistant", "tool"]
Kind: TypeAlias = Literal["prompt", "text", "code", "output", "answer", "end"]
Status: TypeAlias = Literal[
    "ok", "error", "timeout", "memory", "output", "denied", "crashed", "infrastructure"
]
STATUSES: tuple[Status, ...] = get_args(Status)


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Image:
    """A picture: `data` is base64 of a file of type `mime`; `path` its name in a session, "" for image_N."""

    data: str
    mime: str = "image/png"
    path: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file of the session, by its path inside the working directory; `data`: base64 to make it of."""

    path: str
    mime: str = "application/octet-stream"
    data: str | None = None


Part: TypeAlias = Text | Image | File
Content: TypeAlias = str | tuple[Part, ...]


def text_of(content: Content) -> str:
    """The text of a content: images and files count as nothing."""
    if isinstance(content, str):
        return content
    return "".join(part.text for part in content if isinstance(part, Text))


@dataclass(frozen=True, slots=True)
class Problem:
    """A question with what is needed to grade it.

    id: stable and unique within a suite, e.g. "product/seed7/12".
    answer: the gold answer, None where a checker needs none.
    """

    id: str
    task: str
    question: str
    answer: str | None = None
    difficulty: float = 0.0
    metadata: Mapping[str, JSON] = field(default_factory=dict)
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True, slots=True)
class Display:
    """A rich display: mime type to data (text, or base64 for binary types)."""

    data: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ProgramError:
    """The exception that ended a program; the traceback shows the user's code only."""

    type: str
    message: str
    line: int | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A program's call of a function outside its session: arguments in short; error "" where it succeeded."""

    name: str
    arguments: str
    seconds: float
    error: str = ""


@dataclass(frozen=True, slots=True)
class Execution:
    """What one run of a program did.

    status: "ok"; "error" (exception); "timeout"; "memory"; "output" (printed too much); "denied" (asked for
        something the sandbox forbids and died of it); "crashed" (signal, os._exit); "infrastructure" (ours).
    stdout, stderr: what was printed, partial where the run was cut short.
    value: repr of the last expression, None if the program does not end in one or it is None.
    Times are in seconds, peak_memory_bytes is the session's high-water mark, 0 where unknown.
    calls: of functions outside the session, the first hundred of the run.
    language: of the program, "" for Python.  stdin: what it was given to read. A rollout sets both.
    """

    status: Status
    stdout: str = ""
    stderr: str = ""
    value: str | None = None
    error: ProgramError | None = None
    displays: tuple[Display, ...] = ()
    files: tuple[str, ...] = ()
    wall_s: float = 0.0
    cpu_s: float = 0.0
    queue_s: float = 0.0
    peak_memory_bytes: int = 0
    truncated: bool = False
    note: str = ""
    trace: TraceRecord | None = None
    profile: Profile | None = None
    calls: tuple[ToolCall, ...] = ()
    language: str = ""
    stdin: str | None = None

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    @property
    def output(self) -> str:
        """What a reader of the run is shown: stdout, displays, value, stderr, error, a word on a cut run."""
        shown = [display.data.get("text/plain", "") for display in self.displays]
        pieces = [self.stdout, *shown, self.value or "", self.stderr]
        pieces.append(
            self.error.traceback or f"{self.error.type}: {self.error.message}" if self.error else ""
        )
        pieces.append("" if self.ok or self.status == "error" else self.note or f"[{self.status}]")
        return "\n".join(piece.rstrip("\n") for piece in pieces if piece.strip())


@dataclass(frozen=True, slots=True)
class Answer:
    """What the reasoner answers; text None means no answer, and reason says why."""

    text: str | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Grade:
    """score in [0, 1]; reason in a few words."""

    score: float
    reason: str = ""

    def __post_init__(self) -> None:
        if not 0.0 <= self.score <= 1.0:
            raise RecordError(f"a grade's score is in [0, 1], got {self.score}")

    @property
    def right(self) -> bool:
        return self.score >= 1.0


@dataclass(frozen=True, slots=True)
class Message:
    """Something to put into a context. Role "assistant" continues the model's own turn in place."""

    role: Role
    content: Content


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the context.

    text: exactly what stands in the context, template mark-up included.
    ids: its tokens, None where the model (a chat API) keeps them to itself.
    sample: the number of the sample it was cut from; None for what was inserted. Segments of one sample are
        cut at token boundaries: a token belongs to the segment in which its text begins.
    logprobs: one per id, of the sampling policy; only for sampled segments.
    execution: on an "output" segment, the run that it shows. An output that the model was not shown has
        text "" and ids ().
    """

    kind: Kind
    text: str
    ids: tuple[int, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    sample: int | None = None
    role: Role = "assistant"
    parts: tuple[Part, ...] = ()
    execution: Execution | None = None

    @property
    def sampled(self) -> bool:
        return self.sample is not None


@dataclass(frozen=True, slots=True)
class Cost:
    """Samples, tokens read (`tokens_in`) and written (`tokens_out`), runs, failed runs, seconds by phase."""

    samples: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    runs: int = 0
    errors: int = 0
    generate_s: float = 0.0
    execute_s: float = 0.0
    queue_s: float = 0.0

    def __add__(self, other: "Cost") -> "Cost":
        return Cost(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(Cost)))


@dataclass(frozen=True, slots=True)
class Trajectory:
    """One finished line of thought.

    parent, shared: the rollout this one left, and how many leading segments it shares with it.
    relation: "root"; "fork" (shares a prefix); "side" (a question asked in a fresh context).
    cost: its own; tree: on a root, that of its forks and side questions too.
    void: why a fault of ours voids it; "" when it counts.
    """

    id: str
    problem: Problem
    segments: tuple[Segment, ...]
    answer: Answer | None = None
    grade: Grade | None = None
    model: str = ""
    reasoner: str = ""
    parent: str | None = None
    shared: int = 0
    relation: Literal["root", "fork", "side"] = "root"
    seed: int = 0
    cost: Cost = Cost()
    tree: Cost = Cost()
    notes: Mapping[str, int] = field(default_factory=dict)
    void: str = ""

    @property
    def text(self) -> str:
        return "".join(segment.text for segment in self.segments)

    @property
    def ids(self) -> tuple[int, ...]:
        """All tokens of the context. Raises RecordError where the model gave none."""
        out: list[int] = []
        for n, segment in enumerate(self.segments):
            if segment.ids is None:
                raise RecordError(f"trajectory {self.id}: segment {n} ({segment.kind}) has no token ids")
            out.extend(segment.ids)
        return tuple(out)

    @property
    def branch_token(self) -> int:
        """The token at which it left its parent."""
        return sum(len(segment.ids or ()) for segment in self.segments[: self.shared])

    @property
    def executions(self) -> tuple[Execution, ...]:
        return tuple(s.execution for s in self.segments if s.execution is not None)

    def check(self, decode: Callable[[Sequence[int]], str] | None = None) -> None:
        """Raise RecordError unless the record is token-exact: lengths, masks and, with `decode`, the text.

        Text is held per stretch (a whole sample, or one insertion): a segment inside a sample may begin in
        the middle of a token's text.
        """
        self._check_lengths()
        if decode is None:
            return
        for sample, group in groupby(enumerate(self.segments), lambda pair: (pair[1].sample, _key(*pair))):
            stretch = [segment for _, segment in group]
            text = "".join(segment.text for segment in stretch)
            ids = [i for segment in stretch for i in segment.ids or ()]
            if decode(ids) != text:
                raise RecordError(
                    f"trajectory {self.id}: the ids of sample {sample[0]} decode to {decode(ids)!r}, "
                    f"the record says {text!r}"
                )

    def _check_lengths(self) -> None:
        for n, segment in enumerate(self.segments):
            where = f"trajectory {self.id}: segment {n} ({segment.kind})"
            if segment.ids is None:
                raise RecordError(f"{where} has no token ids: its model does not give them")
            if segment.sampled and segment.kind in ("prompt", "output"):
                raise RecordError(f"{where} counts as written by the model")
            if not segment.sampled and segment.logprobs is not None:
                raise RecordError(f"{where} was inserted, yet has log-probabilities")
            if segment.logprobs is not None and len(segment.logprobs) != len(segment.ids):
                raise RecordError(f"{where}: {len(segment.ids)} ids, {len(segment.logprobs)} logprobs")
        if self.shared > len(self.segments):
            raise RecordError(f"trajectory {self.id} shares {self.shared} of {len(self.segments)} segments")

    def training_arrays(self) -> tuple[tuple[int, ...], tuple[bool, ...], tuple[float | None, ...]]:
        """(ids, mask, logprobs), each of length T; mask is True where the model wrote the token.

        Raises RecordError for a record that is void or not token-exact.
        """
        if self.void:
            raise RecordError(f"trajectory {self.id} is void ({self.void}) and may not be trained on")
        self._check_lengths()
        mask: list[bool] = []
        logprobs: list[float | None] = []
        for segment in self.segments:
            count = len(segment.ids or ())
            mask += [segment.sampled] * count
            logprobs += segment.logprobs if segment.logprobs is not None else [None] * count
        return self.ids, tuple(mask), tuple(logprobs)


def _key(index: int, segment: Segment) -> int:
    """Inserted segments are a stretch each; those of one sample belong together."""
    return -1 if segment.sampled else index
