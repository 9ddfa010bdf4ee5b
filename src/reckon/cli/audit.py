"""Look for rewards that were not earned: in a run's folder or in a file of graded trajectories.

examples:
  reckon audit runs/tiny-1                                a run of 'reckon eval'
  reckon audit rollouts.jsonl --most 1000 --json audit.json
  reckon audit runs/r1_ci_small --control runs/coin --control runs/text      a run of 'reckon train rl'

Programs of right rollouts are run again on other inputs: one that prints the same answer did not compute it.
Rewards are held against a second grader; calls against accuracy over the steps; the run against controls (the
same recipe with reward=RandomReward(), or with reasoner=text), those beside it without being asked. The exit
status is 1 if there is a warning.
"""

import argparse
import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from reckon.errors import UsageError

if TYPE_CHECKING:
    from reckon.training.audit.report import Audit

EXAMPLES = 3


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", help="a run's folder, or a .jsonl of graded trajectories")
    parser.add_argument(
        "--control", action="append", default=[], metavar="FOLDER", help="a run to compare with"
    )
    parser.add_argument("--most", type=int, default=200, help="programs run again at most (default: 200)")
    parser.add_argument("--json", default="", metavar="FILE", help="write all that was found")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if arguments.most < 0:
        raise UsageError(f"--most wants 0 or more, got {arguments.most}")
    found = asyncio.run(_audited(arguments, console))
    _print(found, console)
    if arguments.json:
        try:
            Path(arguments.json).write_text(json.dumps(found.to_json(), indent=1) + "\n", "utf-8")
        except OSError as error:
            raise UsageError(f"--json {arguments.json}: {error.strerror}") from None
    return 1 if found.warnings else 0


async def _audited(arguments: argparse.Namespace, console: Console) -> "Audit":
    from reckon.interpreter import AsyncInterpreter
    from reckon.training.audit.report import audit

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    async with AsyncInterpreter() as interpreter:
        with Progress(*columns, console=console, transient=True) as progress:
            bar = progress.add_task("running programs again", total=None)
            return await audit(
                arguments.source,
                interpreter.open,
                controls=arguments.control,
                most=arguments.most,
                on_done=lambda total: progress.update(bar, advance=1, total=total),
            )


def _print(found: "Audit", console: Console) -> None:
    table = Table(box=None, show_header=False)
    if found.rollouts:
        table.add_row("graded rollouts", f"{found.rollouts}, {found.right} right")
        table.add_row("calls", f"{found.calls[0]:.2f} of right ones, {found.calls[1]:.2f} of wrong ones")
        counts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(found.verdicts.items()))
        table.add_row("programs run again", counts or "none")
        again = found.regraded
        unlike = f"{len(again.lenient)} rewarded and not equal, {len(again.strict)} equal and not rewarded"
        table.add_row("graded again", f"{again.again}, {len(again.changed)} otherwise than recorded")
        table.add_row("against the gold", f"{again.compared}: {unlike}")
    else:
        table.add_row("graded rollouts", "none kept (Rl.keep): audit a 'reckon eval' of the trained model")
    if found.steps:
        for name, (first, last) in found.steps.first_last.items():
            table.add_row(f"{name} over {found.steps.steps} steps", f"{first:.3f} to {last:.3f}")
    for control in found.controls:
        chance = "more than chance" if control.beyond else "no more than chance"
        said = f"{control.before:.1%} to {control.after:.1%}; this run is {control.gain:+.1%}, {chance}"
        table.add_row(f"control {control.kind}", f"{control.folder}: {said}")
    if found.missing:
        table.add_row("controls missing", ", ".join(found.missing))
    console.print(table)
    for finding in found.hard_coded[:EXAMPLES]:
        console.print(Text(f"\n{finding.trajectory}: {finding.why}", style="bold"))
        console.print(Text(finding.program))
    for example in found.regraded.examples:
        console.print(Text(example))
    for warning in found.warnings:
        console.print(Text(f"warning: {warning}", style="bold"))
