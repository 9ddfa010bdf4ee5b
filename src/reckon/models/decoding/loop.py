"""Continuous batching: rows from many rollouts share one loop of steps, in one worker thread.

A step forwards one new token of every running row and, of one row that joins, all that its cache lacks. One
joins per step: a second row with the same prompt then finds the prompt in the first one's cache. Rows leave
as they finish. The thread lives only while there is work, so a model that nobody closes leaves nothing
behind; caches belong to that thread alone and need no lock. The event loop is never blocked.
"""

import asyncio
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np

from reckon.errors import BudgetSpent, ModelUnavailable, UsageError
from reckon.models.decoding.choice import Draw, Floats
from reckon.models.decoding.prefixes import Line, Memories, Prefixes
from reckon.models.decoding.writer import Writer
from reckon.models.tokens.tokenizer import Tokens
from reckon.protocols import OnText, Sample, Sampling

Memory = TypeVar("Memory")


@dataclass(frozen=True, slots=True)
class Work(Generic[Memory]):
    """Forward `tokens`, which stand at `start`, `start` + 1, … of the row in `memory`; draw what follows."""

    memory: Memory
    start: int
    tokens: Sequence[int]
    draw: Draw


class Engine(Memories[Memory], Protocol[Memory]):
    """What computes: a transformer with its key-value memories."""

    def step(self, works: Sequence[Work[Memory]]) -> list[tuple[int, float]]:
        """(next token, its log-probability) for each row; at most one row has more than one token."""
        ...


class Row(Generic[Memory]):
    """One sample in progress: the context's ids, what is written, and whom to tell."""

    def __init__(self, ids: list[int], sampling: Sampling, writer: Writer, tell: "Tell") -> None:
        self.ids = ids
        self.tokens_in = len(ids)
        self.sampling = sampling
        self.writer = writer
        self.tell = tell
        self.cancelled = False
        self.line: Line[Memory] | None = None
        self.random = np.random.default_rng(sampling.seed)
        self.keep: list[Floats] | None = None

    def work(self, line: Line[Memory]) -> Work[Memory]:
        start = len(line.ids)
        draw = Draw(self.sampling.temperature, self.sampling.top_p, float(self.random.random()), self.keep)
        return Work(line.memory, start, self.ids[start:], draw)

    def push(self, line: Line[Memory], token: int, logprob: float) -> bool:
        line.ids.extend(self.ids[len(line.ids) :])
        self.ids.append(token)
        return self.writer.push(token, logprob)


class Tell:
    """Hands text and the result from the worker thread to the event loop that asked."""

    def __init__(self, on_text: OnText | None) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_text = on_text
        self.future: asyncio.Future[Sample] = self._loop.create_future()

    def text(self, text: str) -> None:
        if self._on_text is not None:
            self._soon(self._on_text, text)

    def result(self, sample: Sample) -> None:
        self._soon(self._settle, sample)

    def error(self, error: Exception) -> None:
        self._soon(self._settle, error)

    def _soon(self, call: Callable[..., None], argument: object) -> None:
        if not self._loop.is_closed():  # closed: whoever asked is gone
            self._loop.call_soon_threadsafe(call, argument)

    def _settle(self, outcome: Sample | Exception) -> None:
        if self.future.done():
            return
        if isinstance(outcome, Exception):
            self.future.set_exception(outcome)
        else:
            self.future.set_result(outcome)


class DecodeLoop(Generic[Memory]):
    """max_rows run at once, others wait; idle caches are kept up to `cache_tokens` in all."""

    def __init__(
        self,
        engine: Engine[Memory],
        tokens: Tokens,
        *,
        context_tokens: int,
        max_rows: int,
        cache_tokens: int,
    ) -> None:
        self._engine = engine
        self._tokens = tokens
        self.context_tokens = context_tokens
        self._max_rows = max_rows
        self._prefixes = Prefixes(engine, cache_tokens, 2 * max_rows)
        self._waiting: deque[Row[Memory]] = deque()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None

    async def sample(self, ids: list[int], sampling: Sampling, on_text: OnText | None = None) -> Sample:
        """Go on after `ids`. Raises BudgetSpent where the context leaves no room for a token."""
        return await self._sample(ids, sampling, on_text, None)

    async def next_logprobs(self, ids: list[int]) -> Floats:
        """[V], the log-probabilities of the token after `ids`, at temperature 1. Raises as `sample` does."""
        kept: list[Floats] = []
        await self._sample(ids, Sampling(max_tokens=1), None, kept)
        return kept[0]

    async def _sample(
        self, ids: list[int], sampling: Sampling, on_text: OnText | None, keep: list[Floats] | None
    ) -> Sample:
        room = self.context_tokens - len(ids)
        if sampling.max_tokens < 1 or not ids:
            raise UsageError(f"wanted a context and max_tokens of at least 1, got {sampling.max_tokens}")
        if room < 1:
            raise BudgetSpent(f"the context has {len(ids)} tokens, the model holds {self.context_tokens}")
        tell = Tell(on_text)
        writer = Writer(self._tokens, sampling.stop, min(sampling.max_tokens, room), tell.text)
        row: Row[Memory] = Row(list(ids), sampling, writer, tell)
        row.keep = keep
        self._submit(row)
        try:
            return await tell.future
        except asyncio.CancelledError:
            row.cancelled = True
            raise

    def forget(self) -> None:
        """Drop all caches. Raises UsageError while samples run: theirs would be half of each."""
        if (thread := self._thread) is not None:
            thread.join(0.5)  # a last sample is told a moment before its thread ends
        with self._lock:
            if self._thread is not None:
                raise UsageError("caches can be dropped only while no sample runs")
            self._prefixes.clear()

    def _submit(self, row: Row[Memory]) -> None:
        with self._lock:
            self._waiting.append(row)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="reckon-decode")
                self._thread.start()

    def _work(self) -> None:
        rows: list[Row[Memory]] = []
        while True:
            with self._lock:
                if not rows and not self._waiting:
                    self._thread = None
                    return
                if self._waiting and len(rows) < self._max_rows:
                    rows.append(self._waiting.popleft())
            try:
                rows = self._step(self._alive(rows))
            except Exception as error:  # whatever it is, those who wait must hear of it
                rows = self._fail(rows, error)

    def _alive(self, rows: list[Row[Memory]]) -> list[Row[Memory]]:
        for row in rows:
            if row.cancelled and row.line is not None:
                self._prefixes.give_back(row.line)
        return [row for row in rows if not row.cancelled]

    def _step(self, rows: list[Row[Memory]]) -> list[Row[Memory]]:
        if not rows:
            return rows
        lines = [self._line(row) for row in rows]
        works = [row.work(line) for row, line in zip(rows, lines, strict=True)]
        going = []
        for row, line, (token, logprob) in zip(rows, lines, self._engine.step(works), strict=True):
            if row.push(line, token, logprob):
                self._prefixes.give_back(line)
                row.tell.result(row.writer.sample(row.tokens_in))
            else:
                going.append(row)
        return going

    def _line(self, row: Row[Memory]) -> Line[Memory]:
        if row.line is None:
            row.line = self._prefixes.take(row.ids)
        return row.line

    def _fail(self, rows: list[Row[Memory]], error: Exception) -> list[Row[Memory]]:
        for row in rows:
            if row.line is not None:
                self._prefixes.give_back(row.line)
            row.tell.error(ModelUnavailable(f"decoding failed: {type(error).__name__}: {error}"))
        return []
