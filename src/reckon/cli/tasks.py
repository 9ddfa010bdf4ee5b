"""List the tasks, or show one with an example.

examples:
  reckon tasks
  reckon tasks product
  reckon tasks rg:countdown
"""

import argparse
from typing import cast

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from reckon.errors import MissingExtra
from reckon.tasks import Family, draw, families, find


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="a task to show")
    parser.add_argument("--seed", type=int, default=1, help="which example (default: 1)")
    parser.add_argument("--difficulty", type=float, help="0 to 1 (default: drawn evenly)")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if arguments.name:
        _show(arguments, console)
        return 0
    table = Table(box=None, show_header=False)
    for family in families():
        table.add_row(family.name, (type(family).__doc__ or "").split("\n")[0])
    console.print(table)
    try:
        from reckon.tasks.reasoning_gym import dataset_names

        console.print(f"\nand {len(dataset_names())} datasets of reasoning-gym, as rg:NAME:")
        console.print(Text(", ".join(dataset_names()), style="dim"))
    except MissingExtra:
        console.print("\nreasoning-gym's datasets (rg:NAME) need the extra 'tasks'.")
    return 0


def _show(arguments: argparse.Namespace, console: Console) -> None:
    task = find(arguments.name)
    problem = draw(task, arguments.seed, 0, arguments.difficulty)
    console.print(Text(problem.question, style="bold"))
    console.print(f"\nanswer:  {problem.answer}")
    for answer in (problem.answer or "", "something else"):
        grade = task.grade(problem, answer)
        console.print(Text(f"graded:  {answer!r} → {grade.score:g} ({grade.reason})"))
    if hasattr(task, "program"):
        console.print("\nreference program:")
        console.print(Syntax(cast(Family, task).program(problem), "python", theme="ansi_dark"))
