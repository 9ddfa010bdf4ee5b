"""What figures show, read off their objects in the session that drew them, and sent out as plain data.

The probe stands before the program and remembers each figure that is made, so that it is found again after
`show` or `close`. It runs beside the program and could be misled; a program that forges what a right figure
shows knows all that was asked for.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import TYPE_CHECKING, Any

from reckon.errors import InfrastructureError, MissingExtra, UsageError
from reckon.tasks.graders.programs import why
from reckon.values import Grade

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

_BEFORE = """
import matplotlib
matplotlib.use("Agg")
def _reckon_probe():
    import matplotlib.figure, matplotlib.pyplot
    from matplotlib.container import BarContainer
    from matplotlib.patches import Rectangle
    figures = []
    made = matplotlib.figure.Figure.__init__
    def remember(figure, *arguments, **settings):
        made(figure, *arguments, **settings)
        figures.append(figure)
    matplotlib.figure.Figure.__init__ = remember
    def numbers(values):
        return [float(value) for value in values]
    def ticks(axis):
        return [[float(t.get_loc()), t.label1.get_text()] for t in axis.get_major_ticks() if t.get_visible()]
    def boxes(patches):
        return [numbers((p.get_x(), p.get_y(), p.get_width(), p.get_height())) for p in patches]
    def shown(axes):
        axes.xaxis.get_ticklabels(), axes.yaxis.get_ticklabels()
        legend = axes.get_legend()
        held = [c for c in axes.containers if isinstance(c, BarContainer)]
        known = {id(p) for c in held for p in c.patches}
        loose = [p for p in axes.patches if isinstance(p, Rectangle) and id(p) not in known]
        return {
            "title": axes.get_title(), "xlabel": axes.get_xlabel(), "ylabel": axes.get_ylabel(),
            "xscale": axes.get_xscale(), "yscale": axes.get_yscale(),
            "legend": [text.get_text() for text in legend.get_texts()] if legend else None,
            "left": float(axes.get_position().x0),
            "falling": [bool(axes.xaxis_inverted()), bool(axes.yaxis_inverted())],
            "bars": [[c.get_label(), boxes(c.patches)] for c in held] + [["_", boxes(loose)]][:len(loose)],
            "lines": [[str(line.get_label()), line.get_linestyle(), numbers(line.get_xdata(orig=False)),
                       numbers(line.get_ydata(orig=False))] for line in axes.lines],
            "points": [[str(c.get_label()), [numbers(pair) for pair in c.get_offsets()]]
                       for c in axes.collections if hasattr(c, "get_offsets")],
            "xticks": ticks(axes.xaxis), "yticks": ticks(axes.yaxis),
        }
    def probe(path):
        import json
        drawn = [figure for figure in figures if figure.axes]
        told = [{"overall": f._suptitle.get_text() if f._suptitle else "", "axes": [shown(a) for a in f.axes]}
                for f in drawn[:3]]
        with open(path, "w") as file:
            json.dump(told, file)
        matplotlib.pyplot.close("all")
    return probe
_reckon_probe = _reckon_probe()
"""


@dataclass(frozen=True, slots=True)
class Axes:
    """What one pair of axes shows.

    left: where they begin in the figure.  falling: whether x and y grow towards the origin.
    bars: label and x, y, width, height of each bar.  lines: label, style, x and y.  points: label, pairs.
    xticks, yticks: places and texts.
    """

    title: str
    xlabel: str
    ylabel: str
    xscale: str
    yscale: str
    legend: list[str] | None
    left: float
    falling: tuple[bool, bool]
    bars: list[tuple[str, list[list[float]]]]
    lines: list[tuple[str, str, list[float], list[float]]]
    points: list[tuple[str, list[list[float]]]]
    xticks: list[tuple[float, str]]
    yticks: list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class Figure:
    """axes: from left to right. overall: the title above all of them, "" for none."""

    overall: str
    axes: tuple[Axes, ...]


async def figures(
    interpreter: "AsyncInterpreter", program: str, *, timeout_s: float
) -> Sequence[Figure] | Grade:
    """Up to three figures with axes that the program made; a grade of 0 where it did not come to its end.

    Raises MissingExtra where matplotlib is not installed, InfrastructureError for a fault of ours.
    """
    path = f"figures-{token_hex(8)}"
    async with interpreter.session() as session:
        ready = await session.run(_BEFORE, timeout_s=60.0)
        if ready.error is not None and ready.error.type == "ModuleNotFoundError":
            raise MissingExtra("judging charts", "science")
        if not ready.ok:
            raise InfrastructureError(f"the probe of charts did not start: {why(ready)}")
        run = await session.run(f"{program}\n\n_reckon_probe({path!r})\n", timeout_s=timeout_s)
        if not run.ok:
            return Grade(0.0, why(run))
        try:
            told = json.loads(await session.get(path))
            return tuple(_figure(figure) for figure in told)
        except (UsageError, ValueError, TypeError, KeyError, IndexError, RecursionError):
            return Grade(0.0, "what the figure shows was tampered with")


def _figure(told: Any) -> Figure:
    axes = [_axes(one) for one in told["axes"]]
    return Figure(str(told["overall"]), tuple(sorted(axes, key=lambda one: one.left)))


def _axes(told: Any) -> Axes:
    legend = told["legend"]
    x_falls, y_falls = told["falling"]
    return Axes(
        title=str(told["title"]),
        xlabel=str(told["xlabel"]),
        ylabel=str(told["ylabel"]),
        xscale=str(told["xscale"]),
        yscale=str(told["yscale"]),
        legend=None if legend is None else [str(text) for text in legend],
        left=float(told["left"]),
        falling=(bool(x_falls), bool(y_falls)),
        bars=[(str(label), [_numbers(box, 4) for box in boxes]) for label, boxes in told["bars"]],
        lines=[
            (str(label), str(style), _numbers(xs), _numbers(ys)) for label, style, xs, ys in told["lines"]
        ],
        points=[(str(label), [_numbers(pair, 2) for pair in pairs]) for label, pairs in told["points"]],
        xticks=[(float(at), str(text)) for at, text in told["xticks"]],
        yticks=[(float(at), str(text)) for at, text in told["yticks"]],
    )


def _numbers(values: Any, count: int | None = None) -> list[float]:
    found = [float(value) for value in values]
    if count not in (None, len(found)):
        raise ValueError(f"wanted {count} numbers, got {len(found)}")
    return found
