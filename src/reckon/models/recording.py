"""Recorded trajectories played back: the same ids and log-probabilities, without the model that wrote them.

The context tells which sample is wanted: the one that followed the same samples. So playback does not depend
on the order of calls, and a fork is found at the token where it left.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from reckon.errors import UsageError
from reckon.models.replay import SPECIAL, ReplayExhausted, logprob_of
from reckon.models.tokens.insertion import insert, text_of_context
from reckon.models.tokens.spelled import SpelledTokens
from reckon.models.tokens.template import CHAT
from reckon.protocols import Finish, OnText, Sample, Sampling
from reckon.records import read
from reckon.values import Image, Message, Segment, Trajectory


@dataclass(frozen=True, slots=True)
class _Take:
    """One recorded sample: what was sampled before it, the text and the question it stood in."""

    before: str
    context: str
    question: str
    segments: tuple[Segment, ...]


class Recording:
    """What is inserted is played back too where it is the same text; else it is encoded with the tokenizer of
    `Replay`, and the ids of a context are then a mixture that says nothing.

    Raises ReplayExhausted for a context after which nothing was recorded.
    """

    continues = True

    def __init__(
        self, trajectories: Sequence[Trajectory], *, name: str = "recording", context_tokens: int = 1 << 20
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens
        parts = (part for t in trajectories for s in t.segments for part in s.parts)
        self.sees_images = any(isinstance(part, Image) for part in parts)
        self.tokens = SpelledTokens(SPECIAL, end="<|end|>")
        self._takes = [take for trajectory in trajectories for take in _takes(trajectory)]
        self._inserted = {s.text: s.ids for t in trajectories for s in t.segments if not s.sampled and s.ids}
        self._used = [0] * len(self._takes)
        self._lock = threading.Lock()

    @classmethod
    def read(cls, path: str | Path) -> "Recording":
        """From a JSON-lines file of trajectories. Raises UsageError for a missing or broken one."""
        if not Path(path).is_file():
            raise UsageError(f"no recording {path}: wanted a .jsonl file of trajectories")
        return cls(list(read(path)), name=f"replay:{path}")

    def __repr__(self) -> str:
        return f"Recording({self.name!r})"

    def render(self, context: Sequence[Segment], messages: Sequence[Message]) -> tuple[Segment, ...]:
        made = insert(CHAT, self.tokens, context, messages)
        return tuple(
            Segment(s.kind, s.text, self._inserted.get(s.text, s.ids), role=s.role, parts=s.parts)
            for s in made
        )

    def count(self, text: str) -> int:
        return len(self.tokens.encode_content(text))

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """The recorded sample; `sampling` only says by which stop string it ended."""
        take = self._find(context)
        sample = _sample(take, sampling, sum(len(segment.ids or ()) for segment in context))
        if on_text is not None and sample.text:
            on_text(sample.text)
        return sample

    async def close(self) -> None:
        pass

    def _find(self, context: Sequence[Segment]) -> _Take:
        before = text_of_context([s for s in context if s.sampled])
        text = text_of_context(context)
        with self._lock:
            fitting = [n for n, take in enumerate(self._takes) if take.before == before]
            if not fitting:
                raise ReplayExhausted(f"nothing is recorded after {text[-80:]!r}")
            best = max(fitting, key=lambda n: self._fit(n, text))
            self._used[best] += 1
            return self._takes[best]

    def _fit(self, number: int, text: str) -> tuple[bool, bool, int]:
        """The same context, or at least the same question; among equals the one least used."""
        take = self._takes[number]
        return take.context == text, take.question in text, -self._used[number]


def _takes(trajectory: Trajectory) -> list[_Take]:
    """The samples of a trajectory, but for those that it shares with its parent."""
    takes, before, context, seen = [], "", "", 0
    for sample, group in groupby(trajectory.segments, key=lambda segment: segment.sample):
        segments = tuple(group)
        text = text_of_context(segments)
        if sample is not None and seen >= trajectory.shared:
            takes.append(_Take(before, context, trajectory.problem.question, segments))
        before += text if sample is not None else ""
        context += text
        seen += len(segments)
    return takes


def _sample(take: _Take, sampling: Sampling, tokens_in: int) -> Sample:
    """A segment's tokens are known, not where its text is cut between them: its last token gets the text.

    Every token then begins where its segment begins, so a rollout that cuts again cuts at the same tokens.
    """
    pieces: list[str] = []
    ids: list[int] = []
    logprobs: list[float] = []
    known = all(segment.ids is not None for segment in take.segments)
    for segment in take.segments:
        count = len(segment.ids or ()) if known else 1
        if count == 0 and pieces:
            pieces[-1] += segment.text
        elif count:
            pieces += [""] * (count - 1) + [segment.text]
        ids += segment.ids or ()
        logprobs += segment.logprobs or [logprob_of(token) for token in segment.ids or ()]
    ended = take.segments[-1].kind == "end"
    said = text_of_context([segment for segment in take.segments if segment.kind != "end"])
    stopped = any(one in said for one in sampling.stop if one)
    finish: Finish = "end" if ended else "stop" if stopped else "length"
    return Sample(
        pieces=tuple(pieces),
        finish=finish,
        ids=tuple(ids) if known else None,
        logprobs=tuple(logprobs) if known else None,
        ended=ended,
        tokens=len(pieces),
        tokens_in=tokens_in,
    )
