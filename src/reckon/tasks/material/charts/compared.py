"""Whether figures show the panels that were asked for; numbers within a millionth."""

import itertools
import math
from collections.abc import Mapping, Sequence
from typing import TypeVar

from reckon.tasks.material.charts import panels
from reckon.tasks.material.charts.panels import Panel, Series
from reckon.tasks.material.charts.probe import Axes, Figure
from reckon.tasks.material.charts.tables import Table
from reckon.values import Grade

CLOSE = 1e-6
T = TypeVar("T")


def grade(figures: Sequence[Figure], asked: Sequence[Panel], table: Table, overall: str) -> Grade:
    """1 if there is one figure, and it shows the panels from left to right under that overall title."""
    if len(figures) != 1:
        return Grade(0.0, f"{len(figures)} figures with axes, wanted 1")
    figure = figures[0]
    if len(figure.axes) != len(asked):
        return Grade(0.0, f"{len(figure.axes)} pairs of axes, wanted {len(asked)}")
    if _plain(figure.overall) != _plain(overall):
        return Grade(0.0, f"overall title {figure.overall!r}, wanted {overall!r}"[:200])
    for n, (axes, panel) in enumerate(zip(figure.axes, asked, strict=True), 1):
        if fault := fault_of(axes, panel, table):
            return Grade(0.0, f"axes {n}: {fault}"[:300])
    return Grade(1.0, "the figure shows what was asked for")


def fault_of(axes: Axes, panel: Panel, table: Table) -> str:
    """What is wrong with a pair of axes, "" if nothing is."""
    for name in ("title", "xlabel", "ylabel"):
        if _plain(getattr(axes, name)) != _plain(getattr(panel, name)):
            return f"{name} is {getattr(axes, name)!r}, wanted {getattr(panel, name)!r}"
    names = table.names(panel.group) if panel.group else None
    if (None if axes.legend is None else sorted(map(_plain, axes.legend))) != names:
        return f"legend is {axes.legend}, wanted {names}"
    scales = ("linear", "log" if panel.log else "linear")
    if (axes.xscale, axes.yscale) != scales:
        return f"scales are {axes.xscale} and {axes.yscale}, wanted {scales}"
    if axes.falling[0] or (axes.falling[1] and not (panel.kind == "bars" and panel.across)):
        return "an axis is turned round"
    lines = [line for line in axes.lines if line[1] not in ("None", "", " ")]
    wanted = {"bars": "bars", "groups": "bars", "histogram": "bars"}.get(panel.kind, panel.kind)
    drawn = {
        "bars": bool(axes.bars),
        "lines": bool(lines),
        "points": len(lines) < len(axes.lines) or bool(axes.points),
    }
    if others := [kind for kind, there in drawn.items() if there != (kind == wanted)]:
        return f"it is to show {wanted} alone; mind the {others[0]}"
    return _COMPARE[panel.kind](axes, panel, table)


def _bars(axes: Axes, panel: Panel, table: Table) -> str:
    boxes = [box for _, boxes in axes.bars for box in boxes]
    at, long, ticks = (1, 2, axes.yticks) if panel.across else (0, 3, axes.xticks)
    boxes.sort(key=lambda box: box[at], reverse=panel.across and axes.falling[1])
    names = [_tick(ticks, box[at], box[at + 2]) for box in boxes]
    wanted = panels.bars(panel, table)
    if names != [name for name, _ in wanted]:
        return f"the bars are named {names}, wanted {[name for name, _ in wanted]}"
    if not all(_close(box[1 - at], 0) for box in boxes):
        return "a bar does not begin at 0"
    return _differ([box[long] for box in boxes], [height for _, height in wanted])


def _groups(axes: Axes, panel: Panel, table: Table) -> str:
    names = [text for _, text in sorted(axes.xticks) if text]
    if names != table.names(panel.by):
        return f"the tick labels are {names}, wanted {table.names(panel.by)}"
    found = _named([(label, sorted(boxes)) for label, boxes in axes.bars], axes.legend)
    wanted = panels.heights(panel, table)
    if found.keys() != wanted.keys():
        return f"the series are {sorted(found)}, wanted {sorted(wanted)}"
    low = [0.0] * len(names)
    for name, lengths in wanted.items():
        boxes = found[name]
        if fault := _differ([box[3] for box in boxes], lengths):
            return f"series {name}: {fault}"
        if not all(_close(box[1], bottom) for box, bottom in zip(boxes, low, strict=True)):
            return f"series {name} does not begin where it should"
        low = [a + b for a, b in zip(low, lengths, strict=True)] if panel.across else low
    return _arranged([found[name] for name in wanted], stacked=panel.across)


def _arranged(series: Sequence[Sequence[list[float]]], *, stacked: bool) -> str:
    """What is wrong with how the bars stand: those of one name at one place, or beside one another."""
    columns = list(zip(*series, strict=True))
    if stacked:
        same = all(_close(box[0], column[0][0]) for column in columns for box in column)
        return "" if same else "the bars are not stacked"
    order = [box for column in columns for box in column]
    apart = all(a[0] + a[2] <= b[0] + CLOSE for a, b in itertools.pairwise(order))
    return "" if apart else "the bars are not side by side in the order asked for"


def _histogram(axes: Axes, panel: Panel, table: Table) -> str:
    boxes = sorted(box for _, boxes in axes.bars for box in boxes)
    ends = [(box[0], box[0] + box[2]) for box in boxes]
    edges = [*(start for start, _ in ends), ends[-1][1]]
    if fault := _differ(edges, panel.edges):
        return f"bin edges: {fault}"
    return _differ([box[3] for box in boxes], panels.counts(panel, table))


def _points(axes: Axes, panel: Panel, table: Table) -> str:
    marked = [(label, [list(p) for p in zip(xs, ys, strict=True)]) for label, _, xs, ys in axes.lines]
    every = [*axes.points, *marked]
    if not panel.group:
        every = [("", [pair for _, pairs in every for pair in pairs])]
    found = {name: sorted(pairs) for name, pairs in _named(every, axes.legend).items()}
    wanted = {name: sorted(pairs) for name, pairs in panels.series(panel, table).items()}
    return _series_differ(found, wanted)


def _lines(axes: Axes, panel: Panel, table: Table) -> str:
    every = [(label, [list(p) for p in zip(xs, ys, strict=True)]) for label, _, xs, ys in axes.lines]
    if not panel.group:
        every = [("", pairs) for _, pairs in every]
        if len(every) != 1:
            return f"{len(every)} lines, wanted 1"
    return _series_differ(_named(every, axes.legend), panels.series(panel, table))


_COMPARE = {"bars": _bars, "groups": _groups, "histogram": _histogram, "points": _points, "lines": _lines}


def _series_differ(found: Mapping[str, list[list[float]]], wanted: Series) -> str:
    if found.keys() != wanted.keys():
        return f"the series are {sorted(found)}, wanted {sorted(wanted)}"
    for name, pairs in wanted.items():
        for axis in (0, 1):
            if fault := _differ([pair[axis] for pair in found[name]], [pair[axis] for pair in pairs]):
                return f"series {name or 1}, {'xy'[axis]}: {fault}"
    return ""


def _named(series: Sequence[tuple[str, T]], legend: list[str] | None) -> dict[str, T]:
    """Series by their labels; by the legend, in its order, where they have none."""
    labels = [_plain(label) for label, _ in series]
    if legend is not None and len(legend) == len(series) and any(label.startswith("_") for label in labels):
        labels = [_plain(text) for text in legend]
    return {label: data for label, (_, data) in zip(labels, series, strict=True)}


def _tick(ticks: Sequence[tuple[float, str]], start: float, width: float) -> str:
    """The label of the tick at which a bar stands."""
    return next(
        (_plain(text) for at, text in ticks if text and start - CLOSE <= at <= start + width + CLOSE), ""
    )


def _differ(found: Sequence[float], wanted: Sequence[float]) -> str:
    if len(found) != len(wanted):
        return f"{len(found)} values, wanted {len(wanted)}"
    wrong = [(a, b) for a, b in zip(found, wanted, strict=True) if not _close(a, b)]
    return f"{wrong[0][0]:g}, wanted {wrong[0][1]:g}" if wrong else ""


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE)


def _plain(text: str) -> str:
    return " ".join(text.split())
