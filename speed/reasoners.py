"""Every reasoner under the simulated solver, at three reliabilities: the table of docs/reasoners.md.

    python speed/reasoners.py [-n 1] [--seeds 3] [--suite elementary] [--write docs/reasoners.md] [NAME ...]
    python speed/reasoners.py --tiny --problems 4 [--out FOLDER] [--write docs/reasoners.md]

The solver is no model (see reckon.evaluation.simulated): it writes right programs, judges and repairs as
often as it is told. n: problems of each task and seed. Samples, tokens, runs and seconds: of the middle one.
--tiny: the second table, of the model that ships. A reasoner that answers nothing at the first seed is not
tried at the others. With --out a run that was ended goes on.
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

BEGIN, END = "<!-- begin: made by speed/reasoners.py{} -->\n", "<!-- end -->\n"
TINY = Options(model="tiny", temperature=1.0, max_tokens=160, budget=2000)
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


async def followed(
    names: Sequence[str], suite: str, problems: int, seeds: int, out: str
) -> dict[str, list[Trajectory]]:
    """The root trajectories of each reasoner with the shipped model."""
    found: dict[str, list[Trajectory]] = {name: [] for name in names}
    async with open_setup(TINY) as setup:
        for seed in range(1, seeds + 1):
            asked = tuple(name for name in names if seed == 1 or answered(found[name]))
            run = Run((suite,), asked, (TINY.model,), f"{out}/tiny-{seed}", n=1, seed=seed, concurrency=16)
            every = jobs(run)
            drawn = sorted({job.problem.id for job in every})
            kept = {drawn[n * len(drawn) // problems] for n in range(min(problems, len(drawn)))}
            done = await evaluate(run, setup, every=[job for job in every if job.problem.id in kept])
            for name in asked:
                found[name] += [t for t in done if t.reasoner == repr(registry.build("reasoners", name))]
            print(f"seed {seed}: {len(done)} rollouts of {len(asked)} reasoners", flush=True)
    return found


def answered(done: Sequence[Trajectory]) -> int:
    return sum(t.answer is not None and t.answer.text is not None for t in done)


def tiny_table(found: dict[str, list[Trajectory]]) -> str:
    """In Markdown, a row for each reasoner that answered; the others below."""
    rows = [["reasoner", "answered", "right", "samples", "tokens", "runs"], ["---"] + ["---:"] * 5]
    for name, done in found.items():
        if answered(done):
            s = summarise(done)
            cost = f"{s.samples:.1f}", f"{s.tokens:.0f}", f"{s.calls:.1f}"
            rows.append([f"`{name}`", f"{answered(done)} of {len(done)}", _right(s), *cost])
    silent = ", ".join(f"`{name}`" for name, done in found.items() if not answered(done))
    table = "\n".join(f"| {' | '.join(row)} |" for row in rows)
    return f"{table}\n\nNo answer: {silent or 'none'}.\n"


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
    parser.add_argument("--tiny", action="store_true", help="the table of the shipped model")
    parser.add_argument("--problems", type=int, default=4, help="of each seed, with --tiny")
    arguments = parser.parse_args()
    names = arguments.names or registry.names("reasoners")
    with tempfile.TemporaryDirectory() as folder:
        made = (tiny if arguments.tiny else simulated)(arguments, names, arguments.out or folder)
    print(made)
    if arguments.write:
        path, begin = Path(arguments.write), BEGIN.format(" --tiny" if arguments.tiny else "")
        before, mark, rest = path.read_text("utf-8").partition(begin)
        if not mark:
            parser.error(f"{path} has no line {begin.strip()}")
        path.write_text(before + begin + made + END + rest.partition(END)[2], "utf-8")


def simulated(arguments: argparse.Namespace, names: Sequence[str], out: str) -> str:
    found = asyncio.run(measured(names, arguments.suite, arguments.n, arguments.seeds, out))
    problems = len({t.problem.id for t in found["middle"]})
    models = "; ".join(f"{level}: `{model}`" for level, model in LEVELS.items())
    said = f"{models}. {problems} problems of `{arguments.suite}`, {arguments.seeds} seeds, temperature 1."
    return f"{said}\n\n{table(names, found)}"


def tiny(arguments: argparse.Namespace, names: Sequence[str], out: str) -> str:
    found = asyncio.run(followed(names, arguments.suite, arguments.problems, arguments.seeds, out))
    problems = len({t.problem.id for done in found.values() for t in done})
    said = (
        f"{problems} problems of `{arguments.suite}`, {arguments.seeds} seeds, temperature 1, at most"
        f" {TINY.max_tokens} tokens in one stretch and {TINY.budget} for a problem."
    )
    return f"{said}\n\n{tiny_table(found)}"


if __name__ == "__main__":
    main()
