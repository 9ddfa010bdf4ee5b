"""One pair of axes of a chart: what it is to show, in words, as values and as code."""

import itertools
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from reckon.tasks.material.charts.tables import Table
from reckon.values import JSON

KINDS = ("bars", "histogram", "points", "lines", "groups")
# How values of one name become one number: in words, and as code.
WHATS = {
    "total": ("the sum of `{amount}`", "sum(values)"),
    "largest": ("the largest `{amount}`", "max(values)"),
    "number": ("the number of rows", "len(values)"),
    "mean": ("the mean of `{amount}`", "sum(values) / len(values)"),
}
ORDERS = {
    "alphabetical": ("in alphabetical order", "sorted(heights)"),
    "falling": (
        "from the largest to the smallest, equal ones in alphabetical order",
        "sorted(heights, key=lambda name: (-heights[name], name))",
    ),
}
Series: TypeAlias = dict[str, list[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Panel:
    """kind: one of KINDS.  by: the column of names; group: that of the series, "" for a single one.

    what, order: keys of WHATS and ORDERS, of bars.  across: bars lie, or are stacked.  running: sums go on.
    """

    kind: str
    title: str
    xlabel: str
    ylabel: str
    by: str = ""
    group: str = ""
    what: str = "total"
    order: str = "alphabetical"
    across: bool = False
    running: bool = False
    log: bool = False
    edges: tuple[int, ...] = ()

    def as_json(self) -> JSON:
        return {**asdict(self), "edges": list(self.edges)}


def of_json(value: Any) -> Panel:
    return Panel(**{**value, "edges": tuple(value["edges"])})


def drawn(rng: random.Random, table: Table, kind: str) -> Panel:
    """A panel of that kind with labels of its own."""
    place, group, time, amount = table.columns
    word = rng.choice(("Overview", "Report", "Survey", "Chart", "Summary", "Review"))
    title = f"{word} {rng.randint(2, 999)}: {amount}"
    if kind == "bars":
        by, what, order = rng.choice((place, group)), rng.choice(tuple(WHATS)), rng.choice(tuple(ORDERS))
        across = rng.random() < 0.4
        labels = (f"{what} {amount}", by) if across else (by, f"{what} {amount}")
        return Panel(kind, f"{title} by {by}", *labels, by=by, what=what, order=order, across=across)
    if kind == "histogram":
        edges = tuple(range(0, 101, rng.choice((10, 20, 25, 50))))
        return Panel(kind, f"{title}, spread", amount, "rows", edges=edges)
    if kind == "points":
        by = rng.choice(("", place, group))
        return Panel(kind, f"{title} over {time}", time, amount, group=by)
    if kind == "lines":
        running, log = rng.random() < 0.5, rng.random() < 0.3
        label = f"{amount} so far" if running else f"sum of {amount}"
        by = rng.choice(("", place, group))
        return Panel(kind, f"{title} per {time}", time, label, group=by, running=running, log=log)
    by, other = rng.sample((place, group), 2)
    across = rng.random() < 0.5
    return Panel(
        kind, f"{title} by {by} and {other}", by, f"sum of {amount}", by=by, group=other, across=across
    )


def says(panel: Panel, table: Table) -> str:
    """What is asked for, in sentences."""
    _, _, time, amount = table.columns
    each = f"for each different value of `{panel.group}`"
    if panel.kind == "bars":
        what, order = WHATS[panel.what][0].format(amount=amount), ORDERS[panel.order][0]
        lie, start = ("horizontal", "bottom to top") if panel.across else ("vertical", "left to right")
        text = f"A bar chart with one {lie} bar for each different value of `{panel.by}`, as long as"
        text += f" {what} in its"
        text += (
            f" rows says. From {start} the bars stand {order}, and the axis has their names as tick labels."
        )
    elif panel.kind == "histogram":
        edges = ", ".join(map(str, panel.edges))
        text = f"A histogram of `{amount}` over all rows, drawn as bars, with the bin edges {edges}."
    elif panel.kind == "points":
        text = f"A scatter plot with a point for each row, `{time}` to the right and `{amount}` upwards."
        if panel.group:
            text += f" The points are a series of their own {each}, and the legend names the series by it."
    elif panel.kind == "lines":
        one = f"One line {each}" if panel.group else "One line"
        text = f"A line chart of `{amount}` against `{time}`. {one}, with a point for each `{time}`"
        text += " that stands in"
        text += " its rows, in rising order." if panel.group else " the table, in rising order."
        text += f" Its height is the sum of `{amount}` in these rows for that `{time}`"
        text += f" and all smaller values of `{time}` together." if panel.running else " alone."
        text += " The legend names the lines by it." if panel.group else ""
        text += " The vertical axis is logarithmic." if panel.log else ""
    else:
        way = "stacked on one another" if panel.across else "side by side"
        text = f"A bar chart of the sum of `{amount}` with vertical bars. For each different value of"
        text += f" `{panel.by}`, from"
        text += f" left to right in alphabetical order and named by tick labels, there is a bar {each},"
        text += " zero where"
        text += f" there is no row; these bars are {way}, series in alphabetical order; the legend names"
        text += " the series."
    labels = f'title "{panel.title}", x label "{panel.xlabel}", y label "{panel.ylabel}"'
    return f"{text} Texts: {labels}." + ("" if panel.group else " No legend.")


def bars(panel: Panel, table: Table) -> list[tuple[str, float]]:
    """Names and lengths of the bars, in their order."""
    count = {name: _what(panel.what, table.amounts(**{panel.by: name})) for name in table.names(panel.by)}
    if panel.order == "alphabetical":
        return sorted(count.items())
    return sorted(count.items(), key=lambda pair: (-pair[1], pair[0]))


def _what(what: str, values: Sequence[int]) -> float:
    return {
        "total": sum(values),
        "largest": max(values),
        "number": len(values),
        "mean": sum(values) / len(values),
    }[what]


def series(panel: Panel, table: Table) -> Series:
    """The points of each series of points or lines; the one series is called ""."""
    _, _, time, _ = table.columns
    found: Series = {}
    for name in table.names(panel.group) if panel.group else [""]:
        where: dict[str, str | int] = {panel.group: name} if name else {}
        times = sorted({int(row[time]) for row in table.rows if not name or row[panel.group] == name})
        if panel.kind == "points":
            found[name] = [(t, amount) for t in times for amount in table.amounts(**{**where, time: t})]
            continue
        sums: list[int] = [sum(table.amounts(**{**where, time: t})) for t in times]
        found[name] = list(zip(times, itertools.accumulate(sums) if panel.running else sums, strict=True))
    return found


def heights(panel: Panel, table: Table) -> dict[str, list[float]]:
    """For each series of grouped bars its lengths, by name in alphabetical order."""
    return {
        group: [sum(table.amounts(**{panel.by: name, panel.group: group})) for name in table.names(panel.by)]
        for group in table.names(panel.group)
    }


def counts(panel: Panel, table: Table) -> list[int]:
    """How many amounts lie in each bin; an edge belongs to the bin that it begins, the last to the last."""
    edges, values = panel.edges, table.amounts()
    found = [sum(low <= v < high for v in values) for low, high in itertools.pairwise(edges)]
    found[-1] += values.count(edges[-1])
    return found
