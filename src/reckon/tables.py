"""Rows written to a file, whole or not at all: JSON lines, CSV or Parquet, by the file's ending."""

import csv
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from reckon.errors import MissingExtra, UsageError

Row = Mapping[str, Any]
_BATCH = 1_000


def write_table(path: str | Path, rows: Iterable[Row], fields: Mapping[str, type]) -> int:
    """Write each row's `fields` to `path`; how many rows. A field's type is str, int, float, or dict.

    A dict is JSON text in CSV and Parquet; None is an empty cell. Raises UsageError for another ending or a
    file that cannot be written, MissingExtra for Parquet without pyarrow.
    """
    target = Path(path)
    write = _WRITERS.get(target.suffix)
    if write is None:
        raise UsageError(f"--out {path}: wanted a name that ends in {', '.join(_WRITERS)}")
    half = target.with_name(f".{target.name}.{os.getpid()}.part")
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            yield {field: row[field] for field in fields}
            count += 1

    try:
        write(half, counted(), fields)
        half.replace(target)
    except OSError as error:
        raise UsageError(f"--out {path}: {error.strerror or error}") from None
    finally:
        half.unlink(missing_ok=True)
    return count


def _lines(path: Path, rows: Iterator[Row], fields: Mapping[str, type]) -> None:
    with path.open("w", encoding="utf-8", newline="\n") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _csv(path: Path, rows: Iterator[Row], fields: Mapping[str, type]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(fields))
        writer.writeheader()
        writer.writerows(_flat(row, fields) for row in rows)


def _parquet(path: Path, rows: Iterator[Row], fields: Mapping[str, type]) -> None:
    try:
        arrow: Any = import_module("pyarrow")
        parquet: Any = import_module("pyarrow.parquet")
    except ModuleNotFoundError as error:
        raise MissingExtra("a .parquet file", "parquet") from error
    kinds = {int: arrow.int64(), float: arrow.float64()}
    schema = arrow.schema([(field, kinds.get(kind, arrow.string())) for field, kind in fields.items()])
    with parquet.ParquetWriter(path, schema) as writer:
        batch: list[Row] = []
        for row in rows:
            batch.append(_flat(row, fields))
            if len(batch) == _BATCH:
                writer.write_table(arrow.Table.from_pylist(batch, schema=schema))
                batch.clear()
        writer.write_table(arrow.Table.from_pylist(batch, schema=schema))


def _flat(row: Row, fields: Mapping[str, type]) -> Row:
    texts = {name: json.dumps(row[name], ensure_ascii=False) for name, kind in fields.items() if kind is dict}
    return {**row, **texts}


_WRITERS: dict[str, Callable[[Path, Iterator[Row], Mapping[str, type]], None]] = {
    ".jsonl": _lines,
    ".csv": _csv,
    ".parquet": _parquet,
}
