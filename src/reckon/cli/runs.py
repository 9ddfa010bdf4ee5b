"""List runs, look into one, compare two, or export one.

examples:
  reckon runs                                  every run below the folder 'runs'
  reckon runs show runs/tiny-1                 its methods, with every metric and what differs between them
  reckon runs show runs/tiny-1 --metric "PassAtK(k=8)" --metric "MajAtK(k=8)"
  reckon runs diff runs/a runs/b               the same problems in two runs, and those that changed
  reckon runs export runs/tiny-1 --out tiny.csv             .csv, .jsonl or .parquet: a row for each rollout
  reckon runs export runs/tiny-1 --to inspect --out logs    for 'inspect view --log-dir logs'
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from reckon import registry
from reckon.errors import UsageError
from reckon.evaluation.exporting import export_inspect, export_table, roots
from reckon.evaluation.index import Index
from reckon.evaluation.metrics import ALWAYS, build, by_problem, measure, scores
from reckon.evaluation.metrics.average_normalised import against
from reckon.evaluation.paired import Difference, compare
from reckon.evaluation.report.console import print_blocks
from reckon.evaluation.run import DESCRIPTION, read_description
from reckon.evaluation.safety import safety_of
from reckon.evaluation.summary import methods, titled
from reckon.values import Trajectory

_CHANGED = 10  # problems shown that changed sides
_PLAIN = {"tokens", "latency", "code_calls", "Tokens", "Latency", "CodeCalls"}  # metrics that are no shares


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", default="list", help="list, show, diff or export")
    parser.add_argument("folder", nargs="*", help="list: where runs are (default: runs); else runs")
    parser.add_argument(
        "--metric",
        action="append",
        help=f"show: instead of the usual ones; there are {', '.join(registry.names('evaluation.metrics'))}",
    )
    parser.add_argument("--to", choices=("table", "inspect"), default="table", help="export: the form")
    parser.add_argument("--out", default="", help="export: a file, or the folder of inspect's logs")


def run(arguments: argparse.Namespace) -> int:
    console, folders = Console(highlight=False), arguments.folder
    if arguments.action == "list":
        _list(Path(_one(folders or ["runs"], "list")), console)
    elif arguments.action == "show":
        _show(_one(folders, "show"), arguments.metric, console)
    elif arguments.action == "diff":
        if len(folders) != 2:
            raise UsageError("diff wants two runs, as in 'reckon runs diff runs/a runs/b'")
        _diff(folders[0], folders[1], console)
    elif arguments.action == "export":
        _export(_one(folders, "export"), arguments, console)
    else:
        raise UsageError(f"wanted list, show, diff or export, got {arguments.action!r}")
    return 0


def _one(folders: Sequence[str], action: str) -> str:
    if len(folders) != 1:
        raise UsageError(f"{action} wants one folder, as in 'reckon runs {action} runs/tiny-1'")
    return folders[0]


def _list(top: Path, console: Console) -> None:
    found = sorted(top.rglob(DESCRIPTION))
    if not found:
        console.print(f"no runs below {top}: 'reckon eval' writes them there")
        return
    table = Table(box=None)
    for heading in ("run", "begun", "tasks", "methods", "rollouts", "right", "void"):
        table.add_column(heading, justify="right" if heading in ("rollouts", "right", "void") else "left")
    for path in found:
        said = read_description(path.parent)
        tasks, names = said.get("tasks"), said.get("reasoners")
        row = {"n": 0, "right": None, "void": 0}
        if (path.parent / "trajectories.jsonl").is_file():
            with Index(path.parent) as index:
                (row,) = index.query(
                    "SELECT sum(void = '') AS n, avg(CASE void WHEN '' THEN coalesce(score, 0) END) AS right,"
                    " sum(void != '') AS void FROM trajectories WHERE relation = 'root'"
                )
        right = "-" if row["right"] is None else f"{row['right']:.1%}"
        begun, counts = str(said.get("begun", ""))[:16].replace("T", " "), (row["n"] or 0, row["void"] or 0)
        table.add_row(
            str(path.parent), begun, _few(tasks), _few(names), str(counts[0]), right, str(counts[1])
        )
    console.print(table)


def _few(names: object) -> str:
    listed = [str(name).partition("(")[0] for name in names] if isinstance(names, list) else []
    return ", ".join(listed[:3]) + (f" and {len(listed) - 3} more" if len(listed) > 3 else "")


def _show(folder: str, wanted: Sequence[str] | None, console: Console) -> None:
    every = list(roots(folder))
    found = {name: by_problem(tries) for name, tries in methods(every).items()}
    if not found:
        console.print(f"{folder} holds no rollouts yet")
        return
    table = Table(title=folder, title_justify="left", box=None)
    table.add_column("")
    for name in found:
        table.add_column(titled(name, list(found)), justify="right")
    table.add_row("problems", *(str(len(problems)) for problems in found.values()))
    for expression in wanted or ALWAYS:
        metric = build(expression)
        plain = expression.partition("(")[0] in _PLAIN
        cells = [f"{measure(metric, p):{'.3g' if plain else '.1%'}}" for p in found.values()]
        table.add_row(expression, *cells)
    if not wanted and len({t.problem.task for t in every}) > 1 and len(found) > 1:
        normal = [measure(against(found.values(), p), p) for p in found.values()]
        table.add_row("average_normalised", *(f"{estimate:.1%}" for estimate in normal))
    console.print(table)
    _compare_methods(found, console)
    print_blocks(safety_of(folder), console)
    if void := sum(bool(t.void) for t in every):
        console.print(f"{void} rollouts not counted: faults of ours")


def _compare_methods(
    found: Mapping[tuple[str, str], Mapping[str, Sequence[Trajectory]]], console: Console
) -> None:
    """Each method against the first."""
    (first, base), *others = found.items()
    for name, problems in others:
        difference = compare(scores(base), scores(problems))
        console.print(
            f"{titled(name, list(found))} against {titled(first, list(found))}: {_said(difference)}"
        )


def _said(difference: Difference) -> str:
    return (
        f"{difference.estimate:+.1%} on {difference.estimate.n} problems, {difference.wins} gained,"
        f" {difference.losses} lost, p = {difference.p:.2g}: {difference.verdict}"
    )


def _diff(first: str, second: str, console: Console) -> None:
    one, two = methods(roots(first)), methods(roots(second))
    pairs = [(name, name) for name in one if name in two]
    if not pairs and len(one) == len(two) == 1:
        pairs = [(next(iter(one)), next(iter(two)))]
    if not pairs:
        raise UsageError(f"{first} and {second} have no method (reasoner and model) in common")
    for before, after in pairs:
        left, right = by_problem(one[before]), by_problem(two[after])
        console.print(f"{before[0]}, {before[1]} -> {after[0]}, {after[1]}", style="bold")
        console.print(_said(compare(scores(left), scores(right))))
        for problem, (was, now) in _changed(scores(left), scores(right)):
            said = f"{_answer(left[problem])} -> {_answer(right[problem])}"
            console.print(f"  {problem}: {was:g} -> {now:g}, {said}", markup=False)


def _changed(one: Mapping[str, float], two: Mapping[str, float]) -> list[tuple[str, tuple[float, float]]]:
    """The problems whose scores differ most."""
    moved = [(name, (one[name], two[name])) for name in one if name in two and one[name] != two[name]]
    return sorted(moved, key=lambda pair: -abs(pair[1][0] - pair[1][1]))[:_CHANGED]


def _answer(tries: Sequence[Trajectory]) -> str:
    answer = tries[0].answer
    return "no answer" if answer is None or answer.text is None else repr(answer.text[:40])


def _export(folder: str, arguments: argparse.Namespace, console: Console) -> None:
    if not arguments.out:
        raise UsageError("export wants --out: a .csv, .jsonl or .parquet, or a folder with --to inspect")
    if arguments.to == "inspect":
        for path in export_inspect(folder, arguments.out):
            console.print(path)
    else:
        console.print(f"{export_table(folder, arguments.out)} rows in {arguments.out}")
