"""The beginning of an earlier rollout, given to a problem that is never solved from its question alone.

The first samples of a right rollout are played back token for token and their programs run again, so that the
session stands where it stood; the policy goes on from there. What was played back is context in the record:
nothing of it is learned.

Kin: Xi et al., "Training Large Language Models for Reasoning through Reverse Curriculum Reinforcement
Learning", 2024, arXiv:2402.05808, whose rollouts begin ever earlier in a demonstration. Differs: the
beginning is the policy's own, cut at turns, with a live interpreter.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, runtime_checkable

from reckon.around_model import AroundModel
from reckon.errors import UsageError
from reckon.models.recording import Recording
from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.training.scored import turns_of
from reckon.values import Problem, Segment, Trajectory


@dataclass(frozen=True, slots=True)
class Lead:
    """The first `turns` samples of a trajectory, at least one and not its last."""

    trajectory: Trajectory
    turns: int

    def __post_init__(self) -> None:
        most = len(turns_of(self.trajectory)) - 1
        if not 1 <= self.turns <= most:
            raise UsageError(
                f"Lead: turns wants a number from 1 to {most}, its trajectory's samples but the last,"
                f" got {self.turns}"
            )

    def told(self, trajectory: Trajectory) -> Trajectory:
        """A rollout that began so, with what was played back as context, at no cost."""
        segments = tuple(
            replace(segment, sample=None, logprobs=None) if self._is_played(segment) else segment
            for segment in trajectory.segments
        )
        own = [segment for segment in trajectory.segments[trajectory.shared :] if self._is_played(segment)]
        cost = replace(
            trajectory.cost,
            samples=trajectory.cost.samples - len({segment.sample for segment in own}),
            tokens_out=trajectory.cost.tokens_out - sum(len(segment.ids or ()) for segment in own),
        )
        notes = {**trajectory.notes, "led_turns": self.turns}
        return replace(trajectory, segments=segments, cost=cost, notes=notes)

    def _is_played(self, segment: Segment) -> bool:
        return segment.sample is not None and segment.sample < self.turns


class Led(AroundModel):
    """The model, but for a rollout's first samples, which are the lead's."""

    def __init__(self, inner: Model, lead: Lead) -> None:
        self.inner = inner
        self._turns = lead.turns
        self._recording = Recording([lead.trajectory])

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        written = len({segment.sample for segment in context} - {None})
        model = self._recording if written < self._turns else self.inner
        return await model.sample(context, sampling, on_text)


@runtime_checkable
class Leading(Protocol):
    """A course that gives leads."""

    def lead(self, problem: Problem) -> Lead | None:
        """What the problem's rollouts begin with, if anything."""
        ...


def lead_of(course: object) -> Callable[[Problem], Lead | None]:
    """Which lead a problem has in a course; none where it gives none."""
    return course.lead if isinstance(course, Leading) else lambda _: None
