"""Every reasoner under the simulated solver, at three reliabilities: the table of docs/reasoners.md.

    python speed/reasoners.py [-n 1] [--seeds 3] [--suite elementary] [--write docs/reasoners.md] [NAME ...]

The solver is no model (see reckon.evaluation.simulated): it writes right programs, judges and repairs as
often as it is told. n: problems of each task and seed. Samples, tokens, runs and seconds: of the middle one.
"""

import argparse
import asyncio
import inspect
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path

from reckon import registry
from reckon.dialects import R1_CI
from reckon.evaluation.run import Job, Run, evaluate, jobs
from reckon.evaluation.simulated import Simulated
from reckon.evaluation.summary import Summary, summarise
from reckon.values import Trajectory
from reckon.workbench import Options, open_setup

BEGIN, END = "<!-- begin: made by speed/reasoners.py -->\n", "<!-- end -->\n"
LEVELS = {
    "low": "simulated:right=0.3,judge=0.6,repair=0.2,text=0.1",
    "middle": "simulated:right=0.6,judge=0.8,repair=0.5,text=0.3",
    "high": "simulated:right=0.85,judge=0.95,repair=0.8,text=0.5",
}
_PAPER = re.compile(r"\b(\d{4}\.\d{4,5})\b")


async def measured(
    names: Sequence[str], suite: str, n: int, seeds: int, out: str
) -> dict[str, list[Trajectory]]:
    """The root trajectories at each level."""
    found: dict[str, list[Trajectory]] = {}
    for level, model in LEVELS.items():
        found[level] = []
        for seed in range(1, seeds + 1):
            run = Run((suite,), tuple(names), (model,), f"{out}/{level}-{seed}", n=n, seed=seed)
            found[level] += await once(run, jobs(run))
            print(f"{level}, seed {seed}: {len(found[level])} rollouts", flush=True)
    return found


async def once(run: Run, every: Sequence[Job]) -> list[Trajectory]:
    options = Options(model=run.models[0], temperature=1.0)
    own = {job.problem.question: (job.task, job.problem) for job in every}
    model = Simulated(run.models[0], own.values(), R1_CI)
    try:
        async with open_setup(options, given={run.models[0]: model}) as setup:
            return await evaluate(run, setup, every=every)
    finally:
        await model.close()


def table(names: Sequence[str], found: dict[str, list[Trajectory]]) -> str:
    """In Markdown, a row for each reasoner."""
    heads = ["reasoner", "paper", "lines", *LEVELS, "samples", "tokens", "runs", "ms"]
    rows = [heads, ["---"] * 3 + ["---:"] * (len(heads) - 3)]
    for name in names:
        kind = registry.find("reasoners", name)
        module = inspect.getmodule(kind)
        papers = list(dict.fromkeys(_PAPER.findall(module.__doc__ or "")))
        own = {
            level: summarise(t for t in done if t.reasoner == repr(kind())) for level, done in found.items()
        }
        middle = own["middle"]
        cost = (
            f"{middle.samples:.1f}",
            f"{middle.tokens:.0f}",
            f"{middle.calls:.1f}",
            f"{middle.seconds * 1000:.0f}",
        )
        lines = inspect.getsource(module).count("\n")
        rows.append([f"`{name}`", ", ".join(papers), str(lines), *map(_right, own.values()), *cost])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _right(s: Summary) -> str:
    return f"{s.accuracy:.0%} ({s.low:.0%} to {s.high:.0%})"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="reasoners (default: all)")
    parser.add_argument("-n", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--suite", default="elementary")
    parser.add_argument("--out", default="", help="folder of the runs, to go on from")
    parser.add_argument("--write", default="", help="a Markdown file with the marks of this table")
    arguments = parser.parse_args()
    names = arguments.names or registry.names("reasoners")
    with tempfile.TemporaryDirectory() as folder:
        work = measured(names, arguments.suite, arguments.n, arguments.seeds, arguments.out or folder)
        found = asyncio.run(work)
    problems = len({t.problem.id for t in found["middle"]})
    models = "; ".join(f"{level}: `{model}`" for level, model in LEVELS.items())
    said = (
        f"{models}. {problems} problems of `{arguments.suite}`, {arguments.seeds} seeds, temperature 1.\n\n"
    )
    made = said + table(names, found)
    print(made)
    if arguments.write:
        path = Path(arguments.write)
        before, _, rest = path.read_text("utf-8").partition(BEGIN)
        path.write_text(before + BEGIN + made + END + rest.partition(END)[2], "utf-8")


if __name__ == "__main__":
    main()
