"""What a model wrote: read in the dialect, and cut into segments, characters at the marks, ids at tokens."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from reckon.dialects import Span
from reckon.protocols import Finish, Sample
from reckon.values import Kind, Segment


@dataclass(frozen=True, slots=True)
class Written:
    """What the model wrote up to a stop, read in the dialect.

    text: without the end-of-turn token; with the prefix that it was made to begin with.
    """

    text: str
    finish: Finish
    spans: tuple[Span, ...] = ()

    @property
    def code(self) -> str | None:
        """The last program that it wrote, unless an answer came after it."""
        last = self._last("code", "answer", "malformed", "forged")
        return last.body if last is not None and last.kind == "code" else None

    @property
    def answer(self) -> str | None:
        """The final answer: the last one, unless a program came after it."""
        last = self._last("code", "answer", "malformed")
        return last.body if last is not None and last.kind == "answer" else None

    @property
    def malformed(self) -> str | None:
        """Why the last call cannot be run."""
        last = self._last("code", "answer", "malformed", "forged")
        return last.why if last is not None and last.kind in ("malformed", "forged") else None

    def _last(self, *kinds: str) -> Span | None:
        return next((span for span in reversed(self.spans) if span.kind in kinds), None)


def cut(sample: Sample, spans: Sequence[Span], number: int) -> tuple[Segment, ...]:
    """Cut a sample into segments along `spans`, which cover its text.

    A token belongs to the segment in which its text begins: no token is split, none is lost.
    """
    cuts: list[tuple[Kind, int, int]] = [
        ("code" if s.kind == "code" else "answer" if s.kind == "answer" else "text", s.start, s.end)
        for s in spans
    ] or [("text", 0, 0)]
    segments: list[Segment] = []
    count = len(sample.pieces) - sample.ended
    token = offset = 0
    for n, (kind, start, end) in enumerate(cuts):
        first = token
        while token < count and (offset < end or n == len(cuts) - 1):
            offset += len(sample.pieces[token])
            token += 1
        segments.append(_segment(sample, kind, "".join(sample.pieces)[start:end], (first, token), number))
    if sample.ended:
        segments.append(_segment(sample, "end", sample.pieces[-1], (count, count + 1), number))
    return tuple(s for s in segments if s.text or s.ids)


def shortened(output: str, limit: int, count: Callable[[str], int]) -> str:
    """The output's two ends, in at most `limit` tokens; whole where it fits."""
    if len(output) <= limit or (len(output) <= 16 * limit and count(output) <= limit):
        return output
    keep = min(len(output), 4 * limit)
    while True:
        ends = output[: keep * 2 // 3], output[len(output) - keep // 3 :]
        short = f"{ends[0]}\n... {len(output) - keep} characters left out ...\n{ends[1]}"
        if count(short) <= limit or keep <= 8:
            return short
        keep = keep * 3 // 4


def _segment(sample: Sample, kind: Kind, text: str, tokens: tuple[int, int], number: int) -> Segment:
    ids = sample.ids[slice(*tokens)] if sample.ids is not None else None
    logprobs = sample.logprobs[slice(*tokens)] if sample.logprobs is not None else None
    return Segment(kind, text, ids, logprobs if ids is not None else None, sample=number)
