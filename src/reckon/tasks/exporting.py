"""Problems written to a file: JSON lines, or Parquet where the name ends so.

Fields: id, task, question, answer, difficulty, metadata. The same seed gives the same bytes of JSON lines on
every platform and Python version; in Parquet the metadata is JSON text.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from reckon.errors import MissingExtra, UsageError
from reckon.protocols import Task
from reckon.tasks import draw
from reckon.values import Problem

FIELDS = ("id", "task", "question", "answer", "difficulty", "metadata")
_BATCH = 1_000


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
    target = Path(path)
    write = {".jsonl": _write_lines, ".parquet": _write_parquet}.get(target.suffix)
    if write is None:
        raise UsageError(f"--out {path}: wanted a name that ends in .jsonl or .parquet")
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    count = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal count
        for problem in problems(tasks, n, seed):
            yield {field: getattr(problem, field) for field in FIELDS}
            count += 1
            on_done()

    try:
        write(half, counted())
        half.replace(target)
    except OSError as error:
        raise UsageError(f"--out {path}: {error.strerror or error}") from None
    finally:
        half.unlink(missing_ok=True)
    return count


def _write_lines(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _write_parquet(path: Path, rows: Iterator[dict[str, Any]]) -> None:
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise MissingExtra("a .parquet file", "parquet") from error
    text, number = arrow.string(), arrow.float64()
    schema = arrow.schema([(field, number if field == "difficulty" else text) for field in FIELDS])
    with parquet.ParquetWriter(path, schema) as writer:
        batch: list[dict[str, Any]] = []
        for row in rows:
            batch.append({**row, "metadata": json.dumps(row["metadata"], ensure_ascii=False)})
            if len(batch) == _BATCH:
                writer.write_table(arrow.Table.from_pylist(batch, schema=schema))
                batch.clear()
        writer.write_table(arrow.Table.from_pylist(batch, schema=schema))
