"""The seams, on one page. Whatever fits one of these plugs in; nothing else is asked of it.

Problem ──> Rollout(Model, Session) ──Reasoner──> Trajectory ──Task.grade──> Grade
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from reckon.errors import RecordError
from reckon.values import Answer, Execution, Grade, Message, Problem, Segment

if TYPE_CHECKING:
    import random

    from reckon.interpreter.hooks.ask import Ask
    from reckon.rollout import Rollout
    from reckon.traces.record import Value

OnText: TypeAlias = Callable[[str], None]
Finish: TypeAlias = Literal["stop", "end", "length"]


@dataclass(frozen=True, slots=True)
class Sampling:
    """How to sample: temperature 0 is greedy; the first of `stop` to appear ends the sample, and stays."""

    max_tokens: int = 1024
    temperature: float = 0.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()
    seed: int | None = None

    def with_(self, **changes: object) -> Sampling:
        return replace(self, **{k: v for k, v in changes.items() if v is not None})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Sample:
    """What a model wrote.

    pieces: the text of each token, in order; their concatenation is the text. A model that gives no tokens
        gives one piece. A token that completes a stop string stays whole: text may run past the stop.
    ids, logprobs: as long as pieces, or None.
    finish: "stop" (a stop string came), "end" (the model ended its turn), "length" (max_tokens).
    ended: the last piece is the model's end-of-turn token, which is no part of what it says.
    tokens: how many tokens were written, also where ids are None.
    """

    pieces: tuple[str, ...]
    finish: Finish
    ids: tuple[int, ...] | None = None
    logprobs: tuple[float, ...] | None = None
    ended: bool = False
    tokens: int = 0
    tokens_in: int = 0

    def __post_init__(self) -> None:
        for name, values in (("ids", self.ids), ("logprobs", self.logprobs)):
            if values is not None and len(values) != len(self.pieces):
                raise RecordError(f"a sample has {len(self.pieces)} pieces and {len(values)} {name}")

    @property
    def text(self) -> str:
        """What the model said, its end-of-turn token left out."""
        return "".join(self.pieces[:-1] if self.ended else self.pieces)

    def joined(self, rest: Sample) -> Sample:
        """This sample and the one that went on right after it, as one."""
        return replace(
            rest,
            pieces=self.pieces + rest.pieces,
            ids=None if self.ids is None or rest.ids is None else self.ids + rest.ids,
            logprobs=(
                None if self.logprobs is None or rest.logprobs is None else self.logprobs + rest.logprobs
            ),
            tokens=self.tokens + rest.tokens,
            tokens_in=self.tokens_in,
        )


class Model(Protocol):
    """Context in, tokens out. Knows nothing about code.

    context_tokens: how many tokens fit, prompt and answer together.
    continues: whether text can be inserted into the model's own turn and the model goes on from there.
    A model that is to be shown pictures has `sees_images = True`, and renders `Image` parts (parts.py).
    """

    @property
    def name(self) -> str: ...
    @property
    def context_tokens(self) -> int: ...
    @property
    def continues(self) -> bool: ...

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        """The segments (kind "prompt", inserted) that add `messages` to `context`, template mark-up included.

        The one place where inserted text becomes ids; the content of a message can never become a special
        token. After it the model is ready to write: unless the last message has role "assistant", the
        opening of a new model turn is part of what is inserted.
        """
        ...

    def count(self, text: str) -> int:
        """How many tokens `text` takes, exactly or as a safe estimate."""
        ...

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """Go on writing after `context`; `on_text` gets each new stretch of text as it comes.

        Raises ModelUnavailable for a fault of the server, UsageError for a request that can never work,
        BudgetSpent where the context fills the model's window.
        """
        ...

    async def close(self) -> None: ...


class Guided(Protocol):
    """What a model whose logits are at hand can do besides (tiny, hf); others lack the method."""

    async def sample_guided(
        self, context: Sequence[Segment], guide: Sequence[Segment], gamma: float, sampling: Sampling
    ) -> Sample:
        """Go on after `context`, each token by log p = (1 - gamma) log p(context) + gamma log p(guide)."""
        ...


class Session(Protocol):
    """A live interpreter: variables, files and imports persist from run to run."""

    async def run(
        self, code: str, *, timeout_s: float | None = None, stdin: str | None = None, ask: Ask | None = None
    ) -> Execution:
        """Run a program. Its failure is data; SessionLost is raised only for a fault of ours.

        stdin: what it reads there; None is nothing.
        ask: who answers what the program asks for, its failed statements for one.
        """
        ...

    async def fork(self) -> Session:
        """A second session that continues from here; neither ever sees what the other does next."""
        ...

    async def close(self) -> None: ...


class RunLanguage(Protocol):
    """Runs one program in another language than Python, in a session of its own: `Interpreter.run`."""

    async def __call__(
        self, code: str, *, language: str, timeout_s: float | None = None, stdin: str | None = None
    ) -> Execution:
        """Raises UsageError where there is no such language here, SessionLost for a fault of ours."""
        ...


class FailedStatement(Protocol):
    """A whole statement of a program that raised: its text, the error, the variables in sight."""

    @property
    def source(self) -> str: ...
    @property
    def error(self) -> str: ...
    @property
    def state(self) -> Mapping[str, Value]: ...


class Missing(Protocol):
    """What a program uses and nobody defined. kind: "name", "attribute" ("shop.price") or "call"."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def arguments(self) -> tuple[str, ...]: ...
    @property
    def state(self) -> Mapping[str, Value]: ...


# (its value,), a literal; None leaves the program its NameError.
Supply: TypeAlias = Callable[[Missing], Awaitable[tuple[object] | None]]
# New values of variables, as after the statement; None leaves the program its error.
Emulate: TypeAlias = Callable[[FailedStatement], Awaitable[Mapping[str, object] | None]]


class Reasoner(Protocol):
    """A published way to reason: a frozen dataclass with one verb."""

    async def solve(self, problem: Problem, rollout: Rollout) -> Answer: ...


class Task(Protocol):
    """A family of problems. Problem i of a seed depends on (seed, i) alone."""

    @property
    def name(self) -> str: ...

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        """A problem; `difficulty` in [0, 1]. The id may be left "": whoever draws it sets it."""
        ...

    def grade(self, problem: Problem, answer: str) -> Grade:
        """Judge the model's final answer. Never evaluates it, never raises on hostile text."""
        ...
