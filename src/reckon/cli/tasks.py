"""List the tasks, show one with an example, or write problems to a file.

examples:
  reckon tasks                                       every suite and every task, by source
  reckon tasks reckon-144/test                       those of a suite
  reckon tasks show blocksworld --difficulty 0.3     an example, its answer, right and wrong answers
  reckon tasks export reckon-144/test -n 200 --seed 1 --out test.jsonl
"""

import argparse
import sys
from collections.abc import Sequence
from typing import cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from reckon.errors import MissingExtra, UsageError
from reckon.protocols import Task
from reckon.tasks import FOLDERS, draw, find, find_all, names, reference_program, suites
from reckon.tasks.exporting import export
from reckon.tasks.material.family import ManyRight
from reckon.values import Problem

_SHOWN = 100  # characters of an answer
_MUTANTS = 4


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", default="list", help="show, export, or a suite to list")
    parser.add_argument("name", nargs="*", help="a task to show; tasks and suites to export")
    parser.add_argument("--seed", type=int, default=1, help="which problems are drawn (default: 1)")
    parser.add_argument("--difficulty", type=float, help="show: 0 to 1 (default: drawn evenly)")
    parser.add_argument("-n", type=int, default=200, help="export: problems of each task (default: 200)")
    parser.add_argument("--out", default="", help="export: a file that ends in .jsonl or .parquet")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if arguments.action == "show":
        if len(arguments.name) != 1:
            raise UsageError("show wants the name of one task, as in 'reckon tasks show product'")
        _show(find(arguments.name[0]), arguments, console)
    elif arguments.action == "export":
        if not arguments.name or not arguments.out:
            raise UsageError("export wants tasks or suites, and --out FILE")
        _export(arguments)
    elif arguments.action == "list":
        _list(console)
    elif arguments.name:
        raise UsageError(f"wanted show, export or one suite, got {arguments.action!r}")
    else:
        _list_suite(arguments.action, console)
    return 0


def _list(console: Console) -> None:
    table = Table(box=None, show_header=False)
    for name in suites.names():
        suite = suites.find(name)
        assert suite is not None
        table.add_row(name, str(len(suite.members)), suite.about)
    table.add_row("elementary", str(len(names("elementary"))), "the short ones that the shipped model learns")
    console.print(table)
    sides = {member.name: member.split for member in suites.members()}
    for folder in FOLDERS:
        console.print(Text(f"\n{folder}: generated, with reference programs", style="bold"))
        _print_tasks([find(name) for name in names(folder)], sides, console)
    read = [member.name for member in suites.members() if member.name.startswith("bbh:")]
    console.print(Text("\nread from your copy of BIG-Bench Hard (any of its 27, as bbh:NAME)", style="bold"))
    console.print(", ".join(read))
    console.print(Text("\nreasoning-gym, as rg:NAME", style="bold"))
    console.print(Text(", ".join(m.name for m in suites.members() if m.name.startswith("rg:")), style="dim"))
    try:
        from reckon.tasks.reasoning_gym import dataset_names

        console.print(f"and others of its {len(dataset_names())} datasets, outside the 144")
    except MissingExtra:
        console.print("these need the extra 'tasks': pip install 'reckon[tasks]'")


def _list_suite(name: str, console: Console) -> None:
    suite = suites.find(name)
    if suite is None:
        _print_tasks(find_all([name]), {}, console)
        return
    console.print(f"{name}: {suite.about}")
    table = Table(box=None)
    for heading in ("task", "source", "skill", "split"):
        table.add_column(heading)
    inside = set(suite.members)
    for member in suites.members():
        if member.name in inside:
            table.add_row(member.name, member.source, member.kind, member.split)
    console.print(table)


def _print_tasks(tasks: Sequence[Task], sides: dict[str, str], console: Console) -> None:
    table = Table(box=None, show_header=False)
    for task in tasks:
        about = (type(task).__doc__ or "").split("\n")[0]
        table.add_row(task.name, getattr(task, "kind", ""), sides.get(task.name, ""), about)
    console.print(table)


def _show(task: Task, arguments: argparse.Namespace, console: Console) -> None:
    problem = draw(task, arguments.seed, 0, arguments.difficulty)
    console.print(Text(problem.question, style="bold"))
    console.print(Text(f"\nanswer:      {problem.answer}"))
    console.print(f"difficulty:  {problem.difficulty:.2f}\n")
    for answer in _answers(task, problem):
        grade = task.grade(problem, answer)
        shown = answer if len(answer) <= _SHOWN else answer[:_SHOWN] + "…"
        console.print(Text(f"{grade.score:g}  {shown!r} ({grade.reason})"))
    program = reference_program(task, problem)
    if program is not None:
        console.print("\nreference program:")
        console.print(Syntax(program, "python", theme="ansi_dark"))


def _answers(task: Task, problem: Problem) -> list[str]:
    """Answers to grade before the reader's eyes: the gold one, its other forms, near and far misses."""
    gold = problem.answer or ""
    right = [gold, f" {gold}. "] if gold else []
    wrong = (
        list(cast(ManyRight, task).mutants(problem)[:_MUTANTS]) if hasattr(task, "mutants") else [f"{gold}1"]
    )
    return [*right, *wrong, f"{gold} or something else", problem.question, "I do not know", ""]


def _export(arguments: argparse.Namespace) -> None:
    tasks = _available(find_all(arguments.name), arguments.seed)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        bar = progress.add_task("drawing", total=len(tasks) * max(0, arguments.n))
        count = export(
            tasks, arguments.out, n=arguments.n, seed=arguments.seed, on_done=lambda: progress.advance(bar)
        )
    print(f"{count} problems of {len(tasks)} tasks: {arguments.out}")


def _available(tasks: Sequence[Task], seed: int) -> list[Task]:
    """Those whose files are there; which are left out is said. Raises UsageError where none is left."""
    found: list[Task] = []
    missing: list[str] = []
    for task in tasks:
        try:
            draw(task, seed, 0)
            found.append(task)
        except UsageError as error:
            missing.append(task.name)
            why = error
    if not found:
        raise why
    if missing:
        print(f"left out {len(missing)} tasks: {', '.join(missing)}. {why}", file=sys.stderr)
    return found
