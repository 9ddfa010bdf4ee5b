"""Candidates: several answers to one problem, each in a fork of the rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.errors import BudgetSpent, UsageError
from reckon.reasoners.material.together import together
from reckon.reasoners.material.transcripts import transcript
from reckon.reasoners.material.trials import Trial, task_of, try_program
from reckon.values import Answer

if TYPE_CHECKING:
    from reckon.protocols import Reasoner
    from reckon.rollout import Rollout
    from reckon.values import Problem


@dataclass(frozen=True, slots=True)
class Candidate:
    """answer: what it came to.  text: what the model wrote and was shown on the way."""

    answer: str
    text: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A program that was tried. logprob: the sum over the tokens that the model wrote; None if unknown."""

    trial: Trial
    logprob: float | None


async def solve_in_forks(
    inner: Reasoner, problem: Problem, rollout: Rollout, n: int
) -> tuple[Candidate, ...]:
    """`n` forks, each solved by `inner`; those without an answer are left out."""
    before = len(rollout.segments)
    forks = [await rollout.fork() for _ in range(n)]
    answers = await solve_each(inner, problem, forks)
    return tuple(
        Candidate(answer.text, transcript(fork.segments[before:], fork.dialect))
        for fork, answer in zip(forks, answers, strict=True)
        if answer.text is not None
    )


async def solve_each(inner: Reasoner, problem: Problem, forks: Sequence[Rollout]) -> list[Answer]:
    """The answer of each; where the budget ends in the middle, what each has answered by then."""
    return await together(_solve(inner, problem, fork) for fork in forks)


async def draft_programs(
    rollout: Rollout, question: str, tests: Sequence[str], n: int, temperature: float | None
) -> tuple[Drafted, ...]:
    """`n` programs, each written in a fork and tried; those that wrote none are left out."""
    task = f"{task_of(question, tests)}\n\n{rollout.dialect.code_help}"
    forks = [await rollout.fork() for _ in range(n)]
    drafted = await together(_draft(fork, task, tests, temperature) for fork in forks)
    return tuple(one for one in drafted if one is not None)


def numbered(texts: Sequence[str], label: str) -> str:
    return "\n\n".join(f"{label} {n}:\n{text}" for n, text in enumerate(texts, 1))


def require_at_least(owner: object, least: int, *names: str) -> None:
    """Raise UsageError where one of these fields is below `least`."""
    for name in names:
        value = getattr(owner, name)
        if value < least:
            raise UsageError(f"{type(owner).__name__}.{name} must be at least {least}, got {value}")


def require_share(owner: object, *names: str) -> None:
    """Raise UsageError where one of these fields is no number from 0 to 1."""
    for name in names:
        value = getattr(owner, name)
        if not 0 <= value <= 1:
            raise UsageError(f"{type(owner).__name__}.{name} must be from 0 to 1, got {value}")


async def _solve(inner: Reasoner, problem: Problem, fork: Rollout) -> Answer:
    try:
        return await inner.solve(problem, fork)
    except BudgetSpent as spent:
        fork.note("budget_spent")
        return fork.answered or Answer(None, str(spent))


async def _draft(fork: Rollout, task: str, tests: Sequence[str], temperature: float | None) -> Drafted | None:
    before = len(fork.segments)
    try:
        trial = await try_program(fork, task, tests, temperature)
    except BudgetSpent:
        fork.note("budget_spent")
        return None
    if trial is None:
        return None
    logprobs = [one.logprobs for one in fork.segments[before:] if one.sampled]
    known = [sum(each) for each in logprobs if each is not None]
    return Drafted(trial, sum(known) if len(known) == len(logprobs) else None)
