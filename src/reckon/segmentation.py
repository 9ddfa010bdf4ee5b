"""A sample cut into segments: characters at the marks, ids at tokens."""

from collections.abc import Sequence

from reckon.dialects import Span
from reckon.protocols import Sample
from reckon.values import Kind, Segment


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


def _segment(sample: Sample, kind: Kind, text: str, tokens: tuple[int, int], number: int) -> Segment:
    ids = sample.ids[slice(*tokens)] if sample.ids is not None else None
    logprobs = sample.logprobs[slice(*tokens)] if sample.logprobs is not None else None
    return Segment(kind, text, ids, logprobs if ids is not None else None, sample=number)
