"""The metrics of training runs: metrics.jsonl, a row for each step, read as it grows."""

import json
import math
from pathlib import Path
from typing import Any

from reckon.errors import UsageError

_BYTES = 256 << 20
_POINTS = 2000  # of a curve: a screen shows no more


def read_curves(path: Path) -> dict[str, Any]:
    """{"steps": rows, "curves": {name: [[step, value], ...]}}, thinned evenly to 2,000 points each.

    A last line that is not whole yet waits for the next time; values that are no finite numbers are left out.
    Raises UsageError naming the line.
    """
    try:
        if path.stat().st_size > _BYTES:
            raise UsageError(f"{path.name} is larger than {_BYTES >> 20} MiB: it is not shown")
        content = path.read_bytes()
    except OSError as error:
        raise UsageError(f"cannot read {path.name}: {error.strerror}") from None
    curves: dict[str, list[list[float]]] = {}
    lines = content[: content.rfind(b"\n") + 1].splitlines()
    for place, line in enumerate(lines):
        if line.strip():
            _take(line, f"{path.name}, line {place + 1},", place, curves)
    return {"steps": len(lines), "curves": {name: _thinned(points) for name, points in curves.items()}}


def _take(line: bytes, where: str, place: int, curves: dict[str, list[list[float]]]) -> None:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is no JSON: {error}") from None
    if not isinstance(row, dict):
        raise UsageError(f"{where}: wanted an object")
    at = float(row["step"]) if _is_number(row.get("step")) else float(place)
    for name, value in row.items():
        if name != "step" and _is_number(value):
            curves.setdefault(name, []).append([at, float(value)])


def _is_number(value: Any) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:
        return False


def _thinned(points: list[list[float]]) -> list[list[float]]:
    if len(points) <= _POINTS:
        return points
    step = (len(points) - 1) / (_POINTS - 1)
    return [points[round(place * step)] for place in range(_POINTS)]
