"""Measure accuracy against difficulty; resumes when run again.

examples:
  reckon sweep product number_sort --levels 5 -n 20
  reckon sweep product --reasoner text --reasoner code_interpreter --reasoner self_estimate
  reckon sweep rg:countdown --model openai:gpt-4o --levels 7 -n 40 --plot countdown.png

Each task gives -n problems on each of --levels evenly spaced difficulties. 'reckon runs', 'reckon view' and
'reckon report' read the folder as any run's.
"""

import argparse
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reckon.cli.eval import configure_run, finish, read_run
from reckon.errors import MissingExtra, UsageError
from reckon.evaluation.report.svg import COLOURS, Series, curves
from reckon.evaluation.run import jobs
from reckon.evaluation.summary import methods, titled
from reckon.evaluation.sweep import curve, drawn_from, placed
from reckon.values import Trajectory

_PLOT = "sweep.svg"
_X, _Y = "difficulty", "accuracy"


def configure(parser: argparse.ArgumentParser) -> None:
    configure_run(parser)
    parser.add_argument("--levels", type=int, default=5, help="levels of difficulty (default: 5)")
    parser.add_argument("--plot", default="", help=f"a name that ends in .svg or .png (default: OUT/{_PLOT})")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    arguments.reasoner = arguments.reasoner or ["text", "code_interpreter", "self_estimate"]
    _check_plot(arguments.plot)
    wanted, options = read_run(arguments, suffix="-sweep")
    wanted = placed(wanted, arguments.levels)
    every = jobs(wanted, drawn_from(wanted, arguments.levels))
    done = finish(wanted, options, console, every)
    if done is None:
        return 130
    found = series(done, arguments.levels)
    console.print(_table(found, arguments.levels))
    plot = Path(arguments.plot or f"{wanted.out}/{_PLOT}")
    try:
        (_draw_png if plot.suffix == ".png" else _draw_svg)(found, plot)
    except OSError as error:
        raise UsageError(f"--plot {plot}: {error.strerror or error}") from None
    console.print(f"plot: {plot}\ntrajectories: {wanted.out}/trajectories.jsonl")
    if void := sum(bool(one.void) for one in done):
        console.print(f"{void} not counted: faults of ours (see 'void' in the trajectories)")
    return 0


def series(done: Sequence[Trajectory], levels: int) -> list[Series]:
    """The curve of each method (reasoner and model)."""
    found = methods(done)
    return [
        Series(titled(name, list(found)), tuple((p.level, p.accuracy) for p in curve(own, levels)))
        for name, own in found.items()
    ]


def _table(found: Sequence[Series], levels: int) -> Table:
    table = Table(title="accuracy (95 % interval) by difficulty", title_justify="left", box=None)
    table.add_column("method")
    places = [level / (levels - 1) for level in range(levels)]
    for place in places:
        table.add_column(f"{place:.2f}", justify="right")
    for one in found:
        points = dict(one.points)
        table.add_row(one.name, *(f"{points[at]:.0%}" if at in points else "-" for at in places))
    return table


def _check_plot(name: str) -> None:
    if name and Path(name).suffix not in (".svg", ".png"):
        raise UsageError(f"--plot {name}: wanted a name that ends in .svg or .png")
    if Path(name).suffix == ".png":
        _matplotlib()


def _matplotlib() -> Any:
    try:
        backend: Any = import_module("matplotlib")
        backend.use("agg")
        return import_module("matplotlib.pyplot")
    except ModuleNotFoundError as error:
        raise MissingExtra("a .png plot", "science") from error


def _draw_svg(found: Sequence[Series], plot: Path) -> None:
    plot.parent.mkdir(parents=True, exist_ok=True)
    plot.write_text(curves(found, _X, _Y, span=(-0.04, 1.04)) + "\n", "utf-8")


def _draw_png(found: Sequence[Series], plot: Path) -> None:
    pyplot = _matplotlib()
    plot.parent.mkdir(parents=True, exist_ok=True)
    figure, axes = pyplot.subplots(figsize=(7.2, 4.2))
    for number, one in enumerate(found):
        places, values = [at for at, _ in one.points], [e.value for _, e in one.points]
        spread = [[e.value - e.low for _, e in one.points], [e.high - e.value for _, e in one.points]]
        colour = COLOURS[number % len(COLOURS)]
        axes.errorbar(places, values, spread, label=one.name, marker="o", capsize=3, color=colour)
    axes.set(xlabel=_X, ylabel=_Y, ylim=(-0.02, 1.02), xlim=(-0.04, 1.04))
    axes.legend()
    figure.savefig(plot, dpi=150, bbox_inches="tight")
    pyplot.close(figure)
