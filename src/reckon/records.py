"""Trajectories as JSON lines: lossless, append-only, plain.

A field that has its default value is left out; a union of dataclasses carries "type". Lines are ASCII, so any
text, lone surrogates included, survives.
"""

import dataclasses
import json
import os
import types
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from reckon.errors import UsageError
from reckon.values import Trajectory

T = TypeVar("T")


def to_json(value: Any) -> Any:
    """Plain JSON data of a value (dataclasses, tuples, mappings, scalars)."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        out: dict[str, Any] = {}
        for field, default in _fields(type(value)):
            item = getattr(value, field)
            if item != default:
                out[field] = to_json(item)
        return out
    if isinstance(value, list | tuple):
        return [_tagged(item) for item in value]
    if isinstance(value, Mapping):
        return {str(k): to_json(v) for k, v in value.items()}
    return value


def from_json(kind: type[T], data: Any) -> T:
    """The value of type `kind` that `to_json` made `data` from. Raises UsageError naming the field."""
    value: T = _read(kind, data, kind.__name__)
    return value


def dump(trajectory: Trajectory) -> str:
    """One line, without its newline."""
    return json.dumps(to_json(trajectory), separators=(",", ":"))


def load(line: str, where: str = "line", *, tokens: bool = True) -> Trajectory:
    """The trajectory of a line, without its ids and log-probabilities if not `tokens`.

    Raises UsageError that names `where`.
    """
    try:
        data = json.loads(line)
        for segment in () if tokens else data.get("segments", ()):
            segment.pop("ids", None)
            segment.pop("logprobs", None)
        return from_json(Trajectory, data)
    except (ValueError, RecursionError, AttributeError) as error:
        raise UsageError(f"{where} is no trajectory: {error}") from None


def read(path: str | Path, *, tokens: bool = True) -> Iterator[Trajectory]:
    """The trajectories of a JSON-lines file. Raises UsageError naming file and line.

    A last line that a crash cut short (no newline at its end) is left out. Without `tokens` they lack ids and
    log-probabilities, and a large file takes a third of the memory.
    """
    try:
        file = open(path, encoding="utf-8", newline="\n")  # noqa: SIM115 (closed by the with below)
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    with file:
        try:
            for number, line in enumerate(file, start=1):
                if line.endswith("\n") and line.strip():
                    yield load(line, f"{path}, line {number},", tokens=tokens)
        except UnicodeDecodeError as error:
            raise UsageError(f"{path} is not text: {error}") from None


class Writer:
    """Appends lines so that a crash at any moment leaves whole lines and at most one torn last one."""

    def __init__(self, path: str | Path) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self._file = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
        cut_torn_line(self._file)

    def append(self, *trajectories: Trajectory) -> None:
        """Append all of them in one write."""
        data = "".join(dump(t) + "\n" for t in trajectories).encode()
        while data:
            data = data[os.write(self._file, data) :]

    def close(self) -> None:
        os.close(self._file)

    def __enter__(self) -> "Writer":
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()


def cut_torn_line(file: int) -> None:
    """Drop what a crash left of a file's last line, so that the next one does not continue it.

    file: a descriptor that reads and writes.
    """
    size = os.fstat(file).st_size
    end, step = size, 1 << 16
    while end > 0:
        start = max(0, end - step)
        at = os.pread(file, end - start, start).rfind(b"\n")
        if at >= 0:
            end = start + at + 1
            break
        end = start
    if end < size:
        os.ftruncate(file, end)


def objects(path: str | Path) -> Iterator[dict[str, Any]]:
    """The JSON objects that a file's lines are, none of a file that cannot be read.

    Lines that are none (torn, or another program's) are left out.
    """
    try:
        lines = Path(path).read_bytes().splitlines()
    except OSError:
        return
    for line in lines:
        try:
            found = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict):
            yield found


def _tagged(item: Any) -> Any:
    data = to_json(item)
    if dataclasses.is_dataclass(item) and type(item).__name__ in ("Text", "Image", "File"):
        data["type"] = type(item).__name__
    return data


@lru_cache
def _fields(kind: type[Any]) -> tuple[tuple[str, Any], ...]:
    """(name, default) of each field; a field without a default gets one that equals nothing."""
    out = []
    for field in dataclasses.fields(kind):
        default: Any = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        out.append((field.name, default))
    return tuple(out)


@lru_cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, data: Any, where: str) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if dataclasses.is_dataclass(kind) and isinstance(kind, type):
        return _read_dataclass(kind, data, where)
    if origin in (Union, types.UnionType):
        return _read_union(arguments, data, where)
    if origin is tuple:
        if not isinstance(data, list):
            raise UsageError(f"{where}: wanted a list, got {data!r:.60}")
        return tuple(_read(arguments[0], item, f"{where}[{n}]") for n, item in enumerate(data))
    if origin is Mapping:
        if not isinstance(data, dict):
            raise UsageError(f"{where}: wanted an object, got {data!r:.60}")
        return {name: _read(arguments[1], item, f"{where}.{name}") for name, item in data.items()}
    if origin is Literal:
        if data not in arguments:
            raise UsageError(f"{where}: wanted one of {', '.join(map(str, arguments))}, got {data!r:.60}")
        return data
    if kind is float and isinstance(data, int) and not isinstance(data, bool):
        return float(data)
    if isinstance(kind, type) and (not isinstance(data, kind) or (kind is int and isinstance(data, bool))):
        raise UsageError(f"{where}: wanted {kind.__name__}, got {data!r:.60}")
    return data


def _read_dataclass(kind: type[Any], data: Any, where: str) -> Any:
    if not isinstance(data, dict):
        raise UsageError(f"{where}: wanted an object, got {data!r:.60}")
    hints = _hints(kind)  # type: ignore[arg-type]  # mypy: a class is hashable
    unknown = next((name for name in data if name not in hints and name != "type"), None)
    if unknown is not None:
        raise UsageError(f"{where} has no field {unknown!r}")
    try:
        return kind(**{k: _read(hints[k], v, f"{where}.{k}") for k, v in data.items() if k in hints})
    except TypeError as error:
        raise UsageError(f"{where}: {error}") from None


def _read_union(options: tuple[Any, ...], data: Any, where: str) -> Any:
    if data is None and type(None) in options:
        return None
    options = tuple(option for option in options if option is not type(None))
    if len(options) > 1 and isinstance(data, dict):
        values = [option for option in options if dataclasses.is_dataclass(option)]
        options = tuple(o for o in values if getattr(o, "__name__", "") == data.get("type"))
    if len(options) == 1:
        return _read(options[0], data, where)
    return data
