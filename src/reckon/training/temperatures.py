"""Thyme's GRPO-ATS, adaptive temperature sampling: text is sampled warm, programs are sampled cold.

Zhang et al., "Thyme: Think Beyond Images", 2025, arXiv:2508.11630.
System: Thyme (GRPO-ATS); its temperatures.
It is a matter of sampling and no objective: the loss is GRPO's, and the log-probabilities of a record are at
temperature 1 whatever it was sampled at.
"""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reckon.around_model import AroundModel
from reckon.dialects import Dialect
from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.training.fields import within
from reckon.values import Kind, Segment


@dataclass(frozen=True, slots=True)
class Temperatures:
    """text, code: temperatures of what stands outside of programs, and inside. The paper has 1 and 0."""

    text: float = 1.0
    code: float = 0.0

    def __post_init__(self) -> None:
        within(self, 0.0, math.inf, "text", "code")

    def of(self, kind: Kind) -> float:
        """The temperature of a segment that the model writes."""
        return self.code if kind == "code" else self.text


class Tempered(AroundModel):
    """The model at these temperatures, whatever it is asked for: a sample is cut where a program begins or
    ends, and goes on at the other temperature. The mark that opens a program is text.
    """

    def __init__(self, inner: Model, temperatures: Temperatures, dialect: Dialect) -> None:
        self.inner = inner
        self._temperatures, self._dialect = temperatures, dialect

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        before, written, here = _own_turn(context), None, tuple(context)
        while True:
            code = self._dialect.is_in_code(before + (written.text if written else ""))
            part = await self.inner.sample(here, self._of(sampling, code, written), on_text)
            written = written.joined(part) if written else part
            stopped = part.finish != "stop" or any(one in part.text for one in sampling.stop if one)
            if stopped or written.tokens >= sampling.max_tokens:
                finish = "length" if part.finish == "stop" and not stopped else part.finish
                return replace(written, finish=finish)
            here = (*context, Segment("text", written.text, written.ids, written.logprobs, sample=-1))

    def _of(self, sampling: Sampling, code: bool, written: Sample | None) -> Sampling:
        """How the next part is sampled, up to the mark at which the kind changes.

        A closing mark that begins a stop ("```" and "```\\n") is left to it: a sample cut inside a stop
        string would run past it.
        """
        marks = [mark.close if code else mark.open for mark in self._dialect.codes]
        marks = [mark for mark in marks if not any(mark in one for one in sampling.stop)]
        count = written.tokens if written else 0
        seed = sampling.seed
        if count and seed is not None:
            seed = random.Random(f"{seed}/{count}").getrandbits(31)
        return replace(
            sampling,
            temperature=self._temperatures.of("code" if code else "text"),
            stop=(*sampling.stop, *marks),
            max_tokens=sampling.max_tokens - count,
            seed=seed,
        )


def _own_turn(context: Sequence[Segment]) -> str:
    """What the model has written, or was made to begin with, right before."""
    text = ""
    for segment in reversed(context):
        if not segment.sampled and (segment.kind != "prompt" or segment.role != "assistant"):
            break
        text = segment.text + text
    return text
