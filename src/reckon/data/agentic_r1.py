"""Agentic-R1: Distilled Dual-Strategy Reasoning, Du et al., 2025, arXiv 2507.05707, trajectory composition.
System: Agentic-R1 (DualDistill), its data.

Two teachers, one that runs code and one that reasons in words, solve each problem; the order of their
solutions is drawn. Wrong then right are joined by a sentence that turns from one way to the other: what the
student learns is to change its mind. A right first solution stands alone; two wrong ones are dropped.
Differs from the paper: the joining sentences are our own; the second stage (the student's own rollouts,
mended by a teacher) is not made here, see `rejection`.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

from reckon.data.material.retelling import Turn, Unusable, retell, turns_of
from reckon.data.material.synthesis import Attempt, Quota, Workplace, spread, taught
from reckon.errors import UsageError
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.reasoners.text import Text
from reckon.values import Trajectory

TO_CODE = "Wait, {answer} may be wrong. I compute it with code instead."
TO_TEXT = "Wait, {answer} may be wrong. The code may have missed the point; I reason it out instead."


@dataclass(frozen=True)
class AgenticR1:
    """text_model: the teacher that reasons in words, by its name; "" is the teacher that runs code."""

    text_model: str = ""
    tasks: tuple[str, ...] = ("elementary",)
    problems: int = 100
    samples: int = 2
    per_task: int = 0
    max_calls: int = 8
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.max_calls) < 1:
            raise UsageError("AgenticR1 wants problems, samples and max_calls of 1 or more")

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0)

    def attempts(self) -> Iterator[Attempt]:
        return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        coded = await taught(CodeInterpreter(self.max_calls), attempt, place)
        worded = await taught(Text(), attempt, place, model=self.text_model)
        ways = [(coded, TO_TEXT), (worded, TO_CODE)]
        random.Random(f"{self.seed}/{attempt.key}").shuffle(ways)
        ((first, first_grade), sentence), ((second, second_grade), _) = ways
        dialect = place.teacher.dialect
        if first_grade.right:
            grade, last, turns = first_grade, first, turns_of(first, dialect)
        elif second_grade.right:
            grade, last = second_grade, second
            turns = _joined(turns_of(first, dialect), sentence.format(answer=_said(first)))
            turns = [*turns[:-1], *_after(turns[-1], turns_of(second, dialect))]
        else:
            raise Unusable("wrong")
        told = await retell(turns, _said(last), attempt.problem, place.student, max_calls=self.max_calls)
        return replace(told, grade=grade)


def _joined(turns: list[Turn], sentence: str) -> list[Turn]:
    """The first solution, its last words followed by the sentence that turns from it."""
    *before, last = turns
    return [*before, Turn(f"{last.text}\n{sentence}".strip())]


def _after(words: Turn, turns: list[Turn]) -> list[Turn]:
    """The second solution, begun by these words."""
    first, *rest = turns
    return [replace(first, text=f"{words.text}\n{first.text}".strip()), *rest]


def _said(trajectory: Trajectory) -> str:
    return (trajectory.answer.text if trajectory.answer else None) or "no answer"
