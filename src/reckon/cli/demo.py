"""Watch the small model that ships with Reckon reason with code, then measure it with and without.

examples:
  reckon demo                 fresh questions every time
  reckon demo --seed 7        the same questions again
"""

import argparse
import asyncio
import random
import tempfile
from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console
from rich.table import Table

from reckon.cli.eval import measure
from reckon.dialects import find_dialect
from reckon.evaluation.run import Run, jobs
from reckon.evaluation.summary import summarise
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import solve
from reckon.tasks import draw, families
from reckon.terminal import Terminal
from reckon.values import Trajectory
from reckon.workbench import Options, open_setup


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--seed", type=int, help="draws the questions (default: new ones)")
    parser.add_argument("--show", type=int, default=5, help="questions to watch (default: 5)")
    parser.add_argument("-n", type=int, default=8, help="questions of each family to measure (default: 8)")
    parser.add_argument("--model", default="tiny", help="any model, as in 'reckon solve' (default: tiny)")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    # Seeds below 1000 are the training data's.
    seed = arguments.seed if arguments.seed is not None else random.randrange(1000, 1_000_000)
    options = Options(model=arguments.model)
    asyncio.run(_watch(options, seed, arguments.show, console))
    count = len(families("elementary"))
    console.print(f"\nMeasuring on {arguments.n} fresh questions of each of {count} families ...")
    with tempfile.TemporaryDirectory() as folder:
        reasoners = ("code_interpreter", "text")
        wanted = Run(("elementary",), reasoners, (options.model,), folder, arguments.n, seed + 1)
        done = asyncio.run(measure(wanted, options, console, jobs(wanted)))
    _print_table(done, console)
    console.print(f"questions drawn with --seed {seed}")
    return 0


async def _watch(options: Options, seed: int, show: int, console: Console) -> None:
    """Solve one question each of some families, in the open."""
    terminal = Terminal(console, find_dialect(options.dialect))
    chosen = random.Random(seed).sample(families("elementary"), min(show, len(families("elementary"))))
    async with open_setup(options, terminal) as setup:
        for family in chosen:
            problem = draw(family, seed, 0)
            terminal.question(problem)
            tree = await solve(CodeInterpreter(), problem, setup)
            answer = tree[0].answer.text if tree[0].answer else None
            grade = family.grade(problem, answer) if answer is not None else None
            terminal.verdict(replace(tree[0], grade=grade))


def _print_table(done: Sequence[Trajectory], console: Console) -> None:
    table = Table(box=None)
    for heading in ("", "right", "95 % interval", "code calls", "seconds/question"):
        table.add_column(heading, justify="left" if not heading else "right")
    for label, name in (("with the interpreter", "CodeInterpreter"), ("same model, text only", "Text")):
        s = summarise(t for t in done if t.reasoner.startswith(name))
        interval = f"{s.low:.1%} to {s.high:.1%}"
        table.add_row(label, f"{s.accuracy:.1%}", interval, f"{s.calls:.2f}", f"{s.seconds:.2f}")
    console.print(table)
