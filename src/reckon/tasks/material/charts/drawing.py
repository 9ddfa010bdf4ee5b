"""Programs that draw panels with matplotlib, as a model could write them."""

from collections.abc import Sequence

from reckon.tasks.material.charts.panels import ORDERS, WHATS, Panel
from reckon.tasks.material.charts.tables import Table

_HEAD = '''import csv
import io
{imports}
import matplotlib.pyplot as plt

TABLE = """\\
{table}
"""
rows = list(csv.DictReader(io.StringIO(TABLE)))
figure, grid = plt.subplots(1, {count}, squeeze=False, figsize=({width}, 4))
'''


def program(panels: Sequence[Panel], table: Table, *, overall: str = "") -> str:
    """The panels from left to right in one figure, with an overall title if there is one."""
    imports = "import itertools\n" if any(panel.running for panel in panels) else ""
    lines = []
    for n, panel in enumerate(panels):
        lines += ["", f"axes = grid[0][{n}]", *_marks(panel, table), *_texts(panel)]
    if overall:
        lines += ["", f'figure.suptitle("{overall}")']
    head = _HEAD.format(imports=imports, table=table.csv, count=len(panels), width=5 * len(panels))
    return head + "\n".join(lines)


def _marks(panel: Panel, table: Table) -> list[str]:
    _, _, time, amount = table.columns
    if panel.kind == "histogram":
        return [f'axes.hist([int(row["{amount}"]) for row in rows], bins={list(panel.edges)})']
    if panel.kind == "bars":
        return _bars(panel, amount)
    if panel.kind == "groups":
        return _groups(panel, amount)
    draw = _points if panel.kind == "points" else _line
    if not panel.group:
        return ["chosen = rows", *draw(panel, time, amount)]
    names = f'for name in sorted({{row["{panel.group}"] for row in rows}}):'
    chosen = f'chosen = [row for row in rows if row["{panel.group}"] == name]'
    return [names, *(f"    {line}" for line in (chosen, *draw(panel, time, amount)))]


def _bars(panel: Panel, amount: str) -> list[str]:
    return [
        "groups = {}",
        "for row in rows:",
        f'    groups.setdefault(row["{panel.by}"], []).append(int(row["{amount}"]))',
        f"heights = {{name: {WHATS[panel.what][1]} for name, values in groups.items()}}",
        f"names = {ORDERS[panel.order][1]}",
        f"axes.{'barh' if panel.across else 'bar'}(names, [heights[name] for name in names])",
    ]


def _groups(panel: Panel, amount: str) -> list[str]:
    bar = "axes.bar(names, heights, bottom=bottoms, label=group)"
    if not panel.across:
        places = "[x + 0.8 * n / len(groups) for x in range(len(names))]"
        bar = f"axes.bar({places}, heights, 0.8 / len(groups), label=group)"
    lines = [
        f'names = sorted({{row["{panel.by}"] for row in rows}})',
        f'groups = sorted({{row["{panel.group}"] for row in rows}})',
        "bottoms = [0] * len(names)",
        "for n, group in enumerate(groups):",
        "    sums = dict.fromkeys(names, 0)",
        "    for row in rows:",
        f'        if row["{panel.group}"] == group:',
        f'            sums[row["{panel.by}"]] += int(row["{amount}"])',
        "    heights = [sums[name] for name in names]",
        f"    {bar}",
        "    bottoms = [low + high for low, high in zip(bottoms, heights)]",
    ]
    return lines if panel.across else [*lines, "axes.set_xticks(range(len(names)), names)"]


def _points(panel: Panel, time: str, amount: str) -> list[str]:
    label = ", label=name" if panel.group else ""
    columns = f'[int(row["{time}"]) for row in chosen], [int(row["{amount}"]) for row in chosen]'
    return [f"axes.scatter({columns}{label})"]


def _line(panel: Panel, time: str, amount: str) -> list[str]:
    heights = "[sums[x] for x in xs]"
    if panel.running:
        heights = "list(itertools.accumulate(sums[x] for x in xs))"
    return [
        "sums = {}",
        "for row in chosen:",
        f'    sums[int(row["{time}"])] = sums.get(int(row["{time}"]), 0) + int(row["{amount}"])',
        "xs = sorted(sums)",
        f'axes.plot(xs, {heights}, marker="o"{", label=name" if panel.group else ""})',
    ]


def _texts(panel: Panel) -> list[str]:
    lines = [
        f'axes.set_title("{panel.title}")',
        f'axes.set_xlabel("{panel.xlabel}")',
        f'axes.set_ylabel("{panel.ylabel}")',
    ]
    return [
        *lines,
        *(['axes.set_yscale("log")'] if panel.log else []),
        *(["axes.legend()"] if panel.group else []),
    ]
