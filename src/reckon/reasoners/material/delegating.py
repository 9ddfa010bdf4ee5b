"""Work handed to a helper with a context and a session of its own, and what it brings back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reckon.reasoners.material.transcripts import transcript

if TYPE_CHECKING:
    from reckon.dialects import Dialect
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Answer, Segment


@dataclass(frozen=True, slots=True)
class Work:
    """answer: what a helper found.  text: all that it wrote and was shown.  program: its last that ran."""

    answer: str | None
    text: str
    program: str | None

    @property
    def result(self) -> str:
        return self.answer or "(no result)"


async def delegate(rollout: Rollout, helper: Reasoner, request: str, *, model: str = "") -> Work:
    """What `helper` does about a request in a side rollout, by `model` ("" is the own one).

    Its answer is the rollout's as well until a better one comes, should the budget end.
    """
    side = await rollout.side(model=model)
    try:
        await helper.solve(replace(rollout.problem, question=request), side)
    finally:
        answer = side.answered.text if side.answered else None
        if answer is not None:
            rollout.answer(answer)
    text = transcript(side.segments, rollout.dialect)
    return Work(answer, text, last_program(side.segments, rollout.dialect))


def conclude(rollout: Rollout, found: str | None) -> Answer:
    """Answer with what was found; without it the last that a helper found stands."""
    if found is None and rollout.answered is not None and rollout.answered.text is not None:
        return rollout.answered
    return rollout.answer(found, "" if found else "no answer was marked")


def last_program(segments: Iterable[Segment], dialect: Dialect) -> str | None:
    """The last program among the segments that ran without an error."""
    program = written = None
    for segment in segments:
        if segment.kind == "code" and segment.sampled:
            written = next((span.body for span in dialect.spans(segment.text) if span.kind == "code"), None)
        elif segment.execution is not None and segment.execution.ok and written:
            program = written
    return program
