"""Problems written to a file: JSON lines, or Parquet where the name ends so.

Fields: id, task, question, answer, difficulty, metadata. The same seed gives the same bytes of JSON lines on
every platform and Python version; in Parquet the metadata is JSON text. The files of a problem stand in its
metadata as "files", name to base64.
"""

from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from reckon.errors import UsageError
from reckon.parts import files_of
from reckon.protocols import Task
from reckon.tables import write_table
from reckon.tasks import draw
from reckon.values import Problem

FIELDS: dict[str, type] = {
    "id": str,
    "task": str,
    "question": str,
    "answer": str,
    "difficulty": float,
    "metadata": dict,
}


def problems(tasks: Iterable[Task], n: int, seed: int) -> Iterator[Problem]:
    """The first n problems of each task, one task after the other."""
    for task in tasks:
        for index in range(n):
            yield draw(task, seed, index)


def export(
    tasks: Sequence[Task], path: str, *, n: int, seed: int, on_done: Callable[[], None] = lambda: None
) -> int:
    """Write n problems of each task to `path`, whole or not at all; how many were written.

    Raises UsageError for a name that ends in neither .jsonl nor .parquet or cannot be written, MissingExtra
    for Parquet without pyarrow.
    """
    if n < 1:
        raise UsageError(f"-n must be at least 1, got {n}")
    if Path(path).suffix not in (".jsonl", ".parquet"):
        raise UsageError(f"--out {path}: wanted a name that ends in .jsonl or .parquet")

    def rows() -> Iterator[dict[str, Any]]:
        for problem in problems(tasks, n, seed):
            yield {field: getattr(_with_files(problem), field) for field in FIELDS}
            on_done()

    return write_table(path, rows(), FIELDS)


def _with_files(problem: Problem) -> Problem:
    files = {name: b64encode(data).decode("ascii") for name, data in files_of(problem.parts).items()}
    return replace(problem, metadata={**problem.metadata, "files": files}) if files else problem
