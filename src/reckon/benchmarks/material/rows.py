"""Rows of a user's file: JSON lines, JSON, CSV, TSV, Parquet, each also with .gz, or a set of the hub.

    for row in read("test.jsonl"):
        row.text("question")          # UsageError "test.jsonl, line 7: wanted text in the field 'question' …"

A field is data whatever it holds; a file that ends too early, or whose row lacks a field, is one UsageError
that names the file, the line and the field.
"""

import csv
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from reckon.errors import MissingExtra, UsageError
from reckon.values import JSON

EXTRA = "benchmarks"
ENDINGS = (".jsonl", ".json", ".csv", ".tsv", ".parquet")
_HUB = re.compile(r"(?:hub:)?([\w.-]+(?:/[\w.-]+)?)(?:@([\w.-]+))?")
_LONGEST_CELL = 1 << 30


@dataclass(frozen=True, slots=True)
class Row:
    """One record. where: how a message names it, e.g. "test.jsonl, line 7"."""

    where: str
    fields: Mapping[str, JSON]

    def has(self, *names: str) -> bool:
        """Whether one of these fields is there and is not null."""
        return any(self.fields.get(name) is not None for name in names)

    def get(self, *names: str) -> JSON:
        """The first of these fields that is there. Raises UsageError."""
        for name in names:
            if self.fields.get(name) is not None:
                return self.fields[name]
        known = ", ".join(sorted(map(str, self.fields))[:20]) or "none"
        raise UsageError(f"{self.where}: no field {_either(names)}; it has {known}")

    def text(self, *names: str) -> str:
        """A text. Raises UsageError."""
        return cast(str, self._of(str, "text", names))

    def shown(self, *names: str) -> str:
        """A text, or a number written out. Raises UsageError."""
        value = self.get(*names)
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return repr(value)
        raise self.fault("a text or a number", names, value)

    def items(self, *names: str) -> Sequence[JSON]:
        """A list. Raises UsageError."""
        return cast(Sequence[JSON], self._of(list, "a list", names))

    def texts(self, *names: str) -> tuple[str, ...]:
        """A list of texts. Raises UsageError."""
        found = self.items(*names)
        if not all(isinstance(item, str) for item in found):
            raise self.fault("a list of texts", names, found)
        return tuple(cast(Sequence[str], found))

    def table(self, *names: str) -> Mapping[str, JSON]:
        """An object. Raises UsageError."""
        return cast(Mapping[str, JSON], self._of(dict, "an object", names))

    def inner(self, *names: str) -> "Row":
        """An object as a row of its own. Raises UsageError."""
        return Row(f"{self.where}, field {_either(names)}", self.table(*names))

    def json(self, *names: str) -> JSON:
        """What a field that holds JSON as text says; a field that holds it outright. Raises UsageError."""
        value = self.get(*names)
        if not isinstance(value, str):
            return value
        with readable(f"{self.where}, field {_either(names)}"):
            return cast(JSON, json.loads(value))

    def fault(self, wanted: str, names: Sequence[str], got: object) -> UsageError:
        """The error of a field that is not what it has to be."""
        return UsageError(f"{self.where}: wanted {wanted} in the field {_either(names)}, got {_short(got)}")

    def _of(self, kind: type, wanted: str, names: Sequence[str]) -> object:
        value = self.get(*names)
        if not isinstance(value, kind):
            raise self.fault(wanted, names, value)
        return value


def read(path: str, split: str = "") -> list[Row]:
    """The rows of a file, of the file of `split` in a folder, or of a set of the hub, in their order.

    path: "test.jsonl", "folder/", or the hub's "owner/name" or "owner/name@configuration".
    Raises UsageError for what is not there, is cut short or is no such file; MissingExtra for Parquet and
    the hub where their packages are absent.
    """
    place = Path(path).expanduser()
    if place.is_dir():
        place = file_of(place, split)
    if place.is_file():
        return list(read_file(place))
    hub = _HUB.fullmatch(path)
    named = path.startswith("hub:") or ("/" in path and not _looks_local(path))
    if hub is None or not named:
        raise UsageError(f"{path}: no such file or folder")
    return list(_read_hub(hub[1], hub[2], split or "test"))


def file_of(folder: Path, split: str) -> Path:
    """The one file of a split in a folder: "test.jsonl", "test-00000-of-00001.parquet". Raises UsageError."""
    files = sorted(f for f in folder.rglob("*") if f.is_file() and _ending(f))
    found = [f for f in files if re.match(rf"{re.escape(split)}(?![a-z])", f.name)]
    if len(found) == 1:
        return found[0]
    names = ", ".join(str(f.relative_to(folder)) for f in (found or files)[:8]) or "none that can be read"
    raise UsageError(f"{folder}: wanted one file of the split {split!r}; there are: {names}. Name the file")


def read_file(path: Path) -> Iterator[Row]:
    """The rows of one file. Raises UsageError."""
    ending = _ending(path)
    if ending == ".parquet":
        yield from _parquet(path)
        return
    if ending == ".jsonl":
        yield from _json_lines(path)
    elif ending == ".json":
        yield from _json(path, text_of_file(path))
    elif ending:
        yield from _table(path, text_of_file(path), "\t" if ending == ".tsv" else ",")
    else:
        raise UsageError(f"{path}: wanted a file that ends in {', '.join(ENDINGS)} or one of these with .gz")


def text_of_file(path: Path) -> str:
    """The text of a file, unpacked where it is packed. Raises UsageError."""
    with readable(str(path)):
        data = path.read_bytes()
        text = gzip.decompress(data) if path.name.endswith(".gz") else data
        return text.decode("utf-8-sig")


@contextmanager
def readable(where: str) -> Iterator[None]:
    """Let what cannot be read be one UsageError that says where, and what a reader can do."""
    try:
        yield
    except UsageError:
        raise
    except json.JSONDecodeError as error:
        raise UsageError(f"{where}, line {error.lineno}: no JSON or cut short ({error.msg})") from None
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise UsageError(f"{where}: no gzip file or cut short ({error})") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{where}: no UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise UsageError(f"{where}: {error.strerror or error}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where}: cannot be read ({error})") from None


def _json_lines(path: Path) -> Iterator[Row]:
    """Line by line: some published files have a gigabyte."""
    lines, number = _lines(path), 0
    while True:
        number += 1
        where = f"{path}, line {number}"
        with readable(where):
            line = next(lines, None)
            text = None if line is None else line.decode("utf-8-sig" if number == 1 else "utf-8")
        if text is None:
            return
        if not text.strip():
            continue
        try:
            found = json.loads(text)
        except (ValueError, RecursionError) as error:
            why = error.msg if isinstance(error, json.JSONDecodeError) else str(error)
            raise UsageError(f"{where}: no JSON or cut short ({why})") from None
        yield _row(where, found)


def _lines(path: Path) -> Iterator[bytes]:
    with gzip.open(path, "rb") if path.name.endswith(".gz") else path.open("rb") as file:
        yield from file


def _json(path: Path, text: str) -> Iterator[Row]:
    """A list of objects; an object of objects, whose keys become the field "key"; one object."""
    with readable(str(path)):
        found = json.loads(text)
    if isinstance(found, dict) and isinstance(found.get("examples"), list):
        found = found["examples"]
    if isinstance(found, list):
        yield from (_row(f"{path}, item {number}", item) for number, item in enumerate(found, 1))
    elif isinstance(found, dict) and found and all(isinstance(item, dict) for item in found.values()):
        for key, item in found.items():
            yield Row(f"{path}, item {key!r}", {"key": key, **item})
    else:
        yield _row(str(path), found)


def _table(path: Path, text: str, between: str) -> Iterator[Row]:
    """CSV by RFC 4180; TSV as lines with no quoting at all."""
    csv.field_size_limit(_LONGEST_CELL)
    if between == "\t":
        lines = [line.rstrip("\r").split("\t") for line in text.split("\n")]
        yield from _named(path, ((n, line) for n, line in enumerate(lines, 1)))
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        yield from _named(path, ((reader.line_num, cells) for cells in reader))
    except csv.Error as error:
        raise UsageError(f"{path}, line {reader.line_num}: no CSV or cut short ({error})") from None


def _named(path: Path, lines: Iterable[tuple[int, list[str]]]) -> Iterator[Row]:
    header: list[str] | None = None
    for number, cells in lines:
        if header is None:
            header = cells
        elif any(cell.strip() for cell in cells):
            if len(cells) != len(header):
                wanted = f"{path}, line {number}: wanted {len(header)} columns, got {len(cells)}"
                raise UsageError(f"{wanted}; is the file cut short?")
            yield Row(f"{path}, line {number}", dict(zip(header, cells, strict=True)))


def _parquet(path: Path) -> Iterator[Row]:
    try:
        parquet: Any = import_module("pyarrow.parquet")
    except ImportError:
        raise MissingExtra(f"reading {path}", "parquet") from None
    try:
        rows = parquet.read_table(path).to_pylist()
    except (OSError, ValueError) as error:
        raise UsageError(f"{path}: no Parquet file or cut short ({str(error)[:100]})") from None
    yield from (_row(f"{path}, row {number}", item) for number, item in enumerate(rows, 1))


def _read_hub(name: str, configuration: str | None, split: str) -> Iterator[Row]:
    try:
        datasets: Any = import_module("datasets")
    except ImportError:
        raise MissingExtra(f"reading {name} from the hub", EXTRA) from None
    try:
        found = datasets.load_dataset(name, configuration, split=split)
    except Exception as error:  # the package raises many kinds, network errors among them
        raise UsageError(f"{name}, split {split!r}: {type(error).__name__}: {str(error)[:200]}") from None
    yield from (_row(f"{name}, {split}, row {number}", dict(item)) for number, item in enumerate(found, 1))


def _row(where: str, found: object) -> Row:
    if not isinstance(found, dict):
        raise UsageError(f"{where}: wanted an object, got {_short(found)}")
    return Row(where, found)


def _ending(path: Path) -> str:
    name = path.name.removesuffix(".gz")
    return next((ending for ending in ENDINGS if name.endswith(ending)), "")


def _looks_local(path: str) -> bool:
    return bool(_ending(Path(path))) or path.startswith((".", "/", "~")) or path.count("/") > 1


def _either(names: Sequence[str]) -> str:
    return " or ".join(map(repr, names))


def _short(value: object) -> str:
    text = repr(value) if not isinstance(value, int) else "a number"
    return text if len(text) <= 60 else text[:57] + "..."
