"""Sort problems into stages by how much there is to learn from them, for a curriculum.

examples:
  reckon eval elementary --seed 2 --reasoner text --reasoner pal --reasoner code_interpreter \\
    --reasoner codesteer --model hf:COLD --samples 5 --temperature 1 --out runs/rates
  reckon curriculum runs/rates --out stages.json
  reckon train rl recipes/r1_ci_small.py --set "plan=Staged(file='stages.json', steps=20)"

SOURCE is the folder of a run or a file of graded trajectories; what every reasoner of theirs has answered is
sorted. Draw the problems with an even --seed: training measures itself on those of an odd one.
"""

import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("source", nargs="+", help="a run's folder, or a .jsonl file of graded trajectories")
    parser.add_argument("--out", required=True, metavar="FILE", help="the stage file to write")


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from reckon.errors import UsageError
    from reckon.training.potential import measure, staged, write_stages

    rated = measure(arguments.source)
    if not rated:
        raise UsageError(f"{' '.join(arguments.source)}: no problem was answered and graded by every agent")
    stages = staged(rated)
    write_stages(stages, arguments.out)
    table = Table("stage", "potential from", "problems", "mean share right")
    for number, stage in enumerate(stages.stages, 1):
        rates = [one.rate for one in stage.problems]
        mean = f"{sum(rates) / len(rates):.2f}" if rates else ""
        table.add_row(str(number), f"{stage.least:g}", str(len(rates)), mean)
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len(rated)} problems, {len(rated[0].rates)} agents: written to {arguments.out}")
    return 0
