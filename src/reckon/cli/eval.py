"""Measure a model and its reasoners on tasks; resumes when run again.

examples:
  reckon eval elementary -n 20                                      every family, the shipped model
  reckon eval product weekday --reasoner code_interpreter --reasoner text
  reckon eval rg:countdown --model openai:gpt-4o -n 100 --out runs/countdown
  reckon eval gsm8k:data/test.jsonl -n 100                          a public benchmark, from your own file
  reckon eval product --samples 8 --temperature 1                   for pass@k and votes
  reckon eval aime:aime.jsonl --model openai:small --model openai:large --prices prices.json --stop-cost 5
  reckon eval reckon-144/test --model replay:reference       the reference programs, played as a model
  reckon eval elementary --reasoner pal --reasoner "SelfConsistency(inner=Pal(temperature=1))" --compare
  reckon eval safety --model openai:gpt-4o            requests that it should refuse (docs/safety.md)
  reckon eval elementary --model simulated:right=0.6,judge=0.9    a stand-in that is right so often, no model

Every finished problem is written to OUT/trajectories.jsonl at once: after Ctrl-C or a crash the same command
goes on where it stopped. 'reckon runs' lists, compares and exports what was run.
"""

import argparse
import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from reckon.benchmarks import find_all
from reckon.dialects import find_dialect
from reckon.errors import ReckonError
from reckon.evaluation import reference
from reckon.evaluation.intervals import wilson
from reckon.evaluation.metrics import by_problem, scores
from reckon.evaluation.paired import compare
from reckon.evaluation.reference import Reference
from reckon.evaluation.run import Job, Run, build_reasoners, claim_folder, evaluate, jobs
from reckon.evaluation.simulated import Simulated, is_simulated, read_reliability
from reckon.evaluation.spending import Allowance, price, read_prices
from reckon.evaluation.summary import Summary, by, methods, summarise, titled
from reckon.flags import add_flags, read_flags
from reckon.protocols import Model
from reckon.values import Trajectory
from reckon.workbench import Options, open_setup


def configure(parser: argparse.ArgumentParser) -> None:
    configure_run(parser)
    parser.add_argument("--difficulty", type=float, help="0 to 1 (default: drawn evenly)")
    parser.add_argument(
        "--compare", action="store_true", help="one table: each method against the first, with its cost"
    )


def configure_run(parser: argparse.ArgumentParser) -> None:
    """The flags of every command that runs reasoners on tasks."""
    parser.add_argument(
        "tasks",
        nargs="+",
        help="tasks and suites, e.g. product, rg:countdown, reckon-144/test (see 'reckon tasks')",
    )
    parser.add_argument(
        "--reasoner", action="append", help="may be given several times (default: code_interpreter)"
    )
    parser.add_argument("-n", type=int, default=20, help="problems of each task (default: 20)")
    parser.add_argument("--seed", type=int, default=1, help="which problems are drawn (default: 1)")
    parser.add_argument("--samples", type=int, default=1, help="tries at each problem (default: 1)")
    parser.add_argument("--concurrency", type=int, default=8, help="problems at once (default: 8)")
    parser.add_argument("--out", default="", help="folder of the run (default: runs/MODEL-SEED)")
    add_spending(parser)
    add_flags(parser, Options, repeated=("model",))


def add_spending(parser: argparse.ArgumentParser) -> None:
    """The flags that `read_allowance` reads."""
    parser.add_argument("--prices", default="", help='JSON: {"MODEL": [of a million tokens in, out], ...}')
    parser.add_argument("--stop-cost", type=float, default=0.0, help="begin nothing once so much is spent")
    parser.add_argument("--stop-tokens", type=int, default=0, help="the same, in tokens read and written")
    parser.add_argument("--stop-seconds", type=float, default=0.0, help="the same, in seconds of this start")


def read_allowance(arguments: argparse.Namespace) -> Allowance:
    """What the run may use up."""
    return Allowance(
        tokens=arguments.stop_tokens,
        cost=arguments.stop_cost,
        seconds=arguments.stop_seconds,
        prices=read_prices(arguments.prices) if arguments.prices else {},
    )


def read_run(arguments: argparse.Namespace, *, suffix: str = "") -> tuple[Run, Options]:
    """The run that the flags of `configure_run` describe. suffix: of its folder's name.

    Names, files and fields are checked before a model is opened. Raises UsageError.
    """
    models = tuple(dict.fromkeys(arguments.model or [Options.model]))
    arguments.model = models[0]
    options = read_flags(Options, arguments)
    name = models[0].replace("/", "_").replace(":", "_")
    wanted = Run(
        tasks=tuple(arguments.tasks),
        reasoners=tuple(arguments.reasoner or ["code_interpreter"]),
        models=models,
        out=arguments.out or f"runs/{name}-{arguments.seed}{suffix}",
        n=arguments.n,
        seed=arguments.seed,
        difficulty=getattr(arguments, "difficulty", None),
        concurrency=arguments.concurrency,
        settings=options.settings,
        samples=arguments.samples,
        allowance=read_allowance(arguments),
    )
    build_reasoners(wanted)
    for model in filter(is_simulated, models):
        read_reliability(model)
    return wanted, options


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    wanted, options = read_run(arguments)
    every = jobs(wanted)
    done = finish(wanted, options, console, every)
    if done is None:
        return 130
    (print_comparison if arguments.compare else print_tables)(done, console)
    if left_out := sorted({t.name for t in find_all(wanted.tasks)} - {job.task.name for job in every}):
        console.print(f"{len(left_out)} tasks have no reference program: {', '.join(left_out)}")
    console.print(f"trajectories: {wanted.out}/trajectories.jsonl")
    return 0


def finish(wanted: Run, options: Options, console: Console, every: Sequence[Job]) -> list[Trajectory] | None:
    """Do what is left of the run; None where the user interrupted it. Says what was not begun."""
    claim_folder(wanted)
    try:
        done = asyncio.run(measure(wanted, options, console, every))
    except KeyboardInterrupt:
        console.print(f"interrupted; the same command goes on from {wanted.out}")
        return None
    if len(done) < len(every):
        left = len(every) - len(done)
        console.print(f"{left} of {len(every)} were not begun: the run's allowance is used up; give it more")
    return done


async def measure(wanted: Run, options: Options, console: Console, every: Sequence[Job]) -> list[Trajectory]:
    """Evaluate with a progress bar that says how many are right so far. every: the run's jobs."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("starting", total=len(every))
        right = counted = spent = 0.0
        prices = wanted.allowance.prices

        def on_done(trajectory: Trajectory) -> None:
            nonlocal right, counted, spent
            counted += not trajectory.void
            spent += price([replace(trajectory, cost=trajectory.tree)], prices)
            right += trajectory.grade.score if trajectory.grade else 0.0
            low, high = wilson(right, int(counted))
            text = f"right {right / max(1, counted):.0%} ({low:.0%} to {high:.0%})"
            text += f", cost {spent:.2f}" if prices else ""
            progress.update(bar, advance=1, description=text)

        own, dialect = [(j.task, j.problem) for j in every], find_dialect(options.dialect)
        played: dict[str, Model] = {m: Simulated(m, own, dialect) for m in wanted.models if is_simulated(m)}
        if reference.NAME in wanted.models:
            options = replace(options, max_tokens=1 << 16, budget=1 << 18)  # it spells letter by letter
            played[reference.NAME] = Reference(own, dialect)
        async with AsyncExitStack() as owned:
            for model in played.values():
                owned.push_async_callback(model.close)
            setup = await owned.enter_async_context(open_setup(options, given=played))
            try:
                return await evaluate(wanted, setup, on_done, every=every)
            except* ReckonError as group:
                raise group.exceptions[0] from None


def print_tables(done: Sequence[Trajectory], console: Console) -> None:
    """A table by task for each method (reasoner and model), and one line for all."""
    for (reasoner, model), own in methods(done).items():
        title = reasoner if len({t.model for t in done}) == 1 else f"{reasoner}, {model}"
        table = Table(title=title, title_justify="left", title_style="bold", box=None)
        for heading in ("task", "n", "right", "95 % interval", "calls", "errors", "tokens", "seconds"):
            table.add_column(heading, justify="left" if heading == "task" else "right")
        for task, summary in sorted(by(own, lambda t: t.problem.task)):
            table.add_row(task, *_cells(summary))
        table.add_row("all", *_cells(summarise(own)), style="bold")
        console.print(table)
        if void := summarise(own).void:
            console.print(f"{void} not counted: faults of ours (see 'void' in the trajectories)")


def print_comparison(done: Sequence[Trajectory], console: Console) -> None:
    """One line for each method: accuracy, difference from the first one's by problem, a problem's cost."""
    found = {name: by_problem(tries) for name, tries in methods(done).items()}
    table = Table(box=None)
    table.add_column("method", overflow="fold")
    for heading in ("n", "right", "95 % interval", "to first", "p", "samples", "tokens", "runs", "seconds"):
        table.add_column(heading, justify="right")
    base = scores(next(iter(found.values()), {}))
    for number, ((reasoner, model), problems) in enumerate(found.items()):
        own = [one for tries in problems.values() for one in tries]
        s, difference = summarise(own), compare(base, scores(problems))
        moved = (f"{difference.estimate.value:+.1%}", f"{difference.p:.2g}") if number else ("", "")
        spent = (f"{each:.1f}" for each in (s.samples, s.tokens, s.calls))
        cells = (str(len(problems)), f"{s.accuracy:.1%}", f"{s.low:.1%} to {s.high:.1%}", *moved, *spent)
        table.add_row(titled((reasoner, model), list(found)), *cells, f"{s.seconds:.2f}")
    console.print(table)
    if any(is_simulated(model) for _, model in found):
        console.print("simulated: a stand-in of set reliability, no model; this compares methods only")
    if void := sum(bool(one.void) for one in done):
        console.print(f"{void} not counted: faults of ours (see 'void' in the trajectories)")


def _cells(s: Summary) -> list[str]:
    return [
        str(s.n),
        f"{s.accuracy:.1%}" if s.n else "-",
        f"{s.low:.1%} to {s.high:.1%}",
        f"{s.calls:.2f}",
        f"{s.errors:.2f}",
        f"{s.tokens:.0f}",
        f"{s.seconds:.2f}",
    ]
