"""The shape of a benchmark, and how its rows become problems."""

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.values import JSON, Problem


class Benchmark(Task, Protocol):
    """A task whose problems stand in a file.

    path: the file, the folder, or the set's name on the hub.
    """

    @property
    def path(self) -> str: ...

    def problems(self) -> Sequence[Problem]:
        """All of them, in the file's order. Raises UsageError where the file is not what it should be."""
        ...


def posed(
    benchmark: Benchmark,
    number: int,
    question: str,
    answer: str | None,
    *,
    difficulty: float = 0.0,
    **metadata: JSON,
) -> Problem:
    """Problem `number` of a benchmark's file; its id is "name/file/number"."""
    place = Path(benchmark.path)
    split = getattr(benchmark, "split", "")
    file = place.name.partition(".")[0] if place.is_file() or not split else f"{place.name}-{split}"
    return Problem(
        f"{benchmark.name}/{file}/{number}",
        benchmark.name,
        question,
        answer,
        difficulty,
        {"item": number, **metadata},
    )


def item_of(problem: Problem, count: int) -> int:
    """Which item of the file a problem is. Raises UsageError for a problem of another file."""
    number = problem.metadata.get("item")
    if not isinstance(number, int) or not 0 <= number < count:
        raise UsageError(f"{problem.id!r} is no problem of this file: it has {count} items")
    return number
