"""Make training data with a teacher, and check a file of it.

examples:
  reckon data                                       the recipes
  reckon data show r1_ci                            one of them, with its fields
  reckon data make r1_ci --tasks product weekday -n 50 --out cold.jsonl
  reckon data make "R1Ci(per_task=70, samples=5)" --tasks reckon-144/train --model openai:gpt-4o \\
    --student models/Qwen2.5-3B --out cold.jsonl
  reckon data make "ReTool(source='solutions.jsonl')" --model openai:gpt-4o --dialect retool --out cold.jsonl
  reckon data make rejection --model hf:runs/sft/model --out more.jsonl
  reckon data check cold.jsonl                      exact? leaks? twins? do the programs do it again?

--model teacher (used where none is given) is built in: it plays the tasks' reference programs and errs as it
is told to. What a teacher says is written in the student's tokens and template (--student: 'tiny' or the
folder of a model). Every try is written down at once in OUT.tries.jsonl: after Ctrl-C or a crash the same
command goes on where it stopped. The file is the `data` of a recipe of 'reckon train sft'.
"""

import argparse
import asyncio
import inspect
from collections import Counter
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import MISSING, Field, fields, replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from reckon import records, registry
from reckon.data.material.checking import Checked, check
from reckon.data.material.synthesis import KEPT, VOID, Synthesis, Tried, Workplace, synthesise
from reckon.data.noisy_teacher import NAME, NoisyTeacher
from reckon.data.teacher import Tokenization
from reckon.dialects import find_dialect
from reckon.errors import ReckonError, UsageError
from reckon.flags import add_flags, read_flags
from reckon.models.tiny import SHIPPED
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.template import load_template
from reckon.workbench import Options, open_setup

MILD = {"the same tokens twice", "the same programs twice"}


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", default="list", help="list, show, make or check")
    parser.add_argument("name", nargs="?", default="", help="a recipe, e.g. r1_ci; check: a file")
    parser.add_argument("--tasks", nargs="+", help="make: tasks and suites (default: the recipe's)")
    parser.add_argument("-n", type=int, help="make: problems of each task (default: the recipe's)")
    parser.add_argument("--out", default="", help="make: the .jsonl file to write")
    parser.add_argument("--student", default="tiny", help="tiny or the folder of a model (default: tiny)")
    parser.add_argument("--student-dialect", default="", help="the student's marks (default: --dialect)")
    parser.add_argument("--concurrency", type=int, default=16, help="tries at once (default: 16)")
    parser.add_argument("--no-rerun", action="store_true", help="check: do not run the programs again")
    add_flags(parser, Options, model=NAME, temperature=1.0)


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if arguments.action == "list":
        _list(console)
        return 0
    if arguments.action not in ("show", "make", "check"):
        raise UsageError(f"wanted list, show, make or check, got {arguments.action!r}")
    if not arguments.name:
        wanted = "a file" if arguments.action == "check" else "a recipe"
        raise UsageError(f"{arguments.action} wants {wanted}, as in 'reckon data {arguments.action} NAME'")
    if arguments.action == "show":
        _show(arguments.name, console)
        return 0
    try:
        return asyncio.run((_make if arguments.action == "make" else _check)(arguments, console))
    except* ReckonError as group:
        raise group.exceptions[0] from None


def _list(console: Console) -> None:
    table = Table(box=None, show_header=False)
    for name in registry.names("data"):
        if (kind := _recipe(name)) is not None:
            about = (inspect.getmodule(kind).__doc__ or "").strip().split("\n\n")[0]
            table.add_row(name, Text(about.replace("\n", " ")))
    console.print(table)


def _show(name: str, console: Console) -> None:
    kind = registry.find("data", name.partition("(")[0])
    console.print(Text(inspect.getmodule(kind).__doc__ or ""))
    console.print(Text(inspect.getdoc(kind) or ""))
    console.print("\nfields:")
    for one in fields(kind):
        default = _default(one)
        console.print(Text(f"  {one.name}{'' if default is MISSING else f' = {default!r}'}"))
    if _makes(kind):
        wanted = [one.name for one in fields(kind) if _default(one) is MISSING]
        given = f'"{kind.__name__}({", ".join(f"{one}=…" for one in wanted)})"' if wanted else _file(kind)
        console.print(Text(f"\nexample:\n  reckon data make {given} --out data.jsonl"))


def _default(field: Field[Any]) -> object:
    """MISSING where there is none."""
    return field.default if field.default_factory is MISSING else field.default_factory()


def _file(kind: type[Any]) -> str:
    return kind.__module__.rpartition(".")[2]


def _makes(kind: Any) -> bool:
    """Whether a class, or one of it, makes trajectories."""
    return hasattr(kind, "attempts") or hasattr(kind, "generate")


def _recipe(name: str) -> type[Any] | None:
    """The class of a file of data/ that makes trajectories; None for a part of others."""
    try:
        kind = registry.find("data", name)
    except UsageError:
        return None
    return kind if _makes(kind) else None


def _built(arguments: argparse.Namespace) -> Any:
    """The recipe with what the flags change. Raises UsageError."""
    if not arguments.out:
        raise UsageError("make wants --out FILE, a .jsonl")
    recipe = registry.build("data", arguments.name)
    if not _makes(recipe):
        raise UsageError(f"{arguments.name} is no recipe that makes trajectories: see 'reckon data'")
    given = {"tasks": tuple(arguments.tasks) if arguments.tasks else None, "problems": arguments.n}
    changed = {name: value for name, value in given.items() if value is not None}
    if missing := [name for name in changed if not hasattr(recipe, name)]:
        raise UsageError(f"{type(recipe).__name__} has no field {missing[0]}")
    return replace(recipe, **changed)


def student_of(arguments: argparse.Namespace) -> Tokenization:
    """Its template, tokens and dialect. Raises UsageError for a folder without a tokenizer."""
    folder = SHIPPED if arguments.student == "tiny" else Path(arguments.student)
    if not (folder / "tokenizer.json").is_file():
        raise UsageError(f"--student {arguments.student}: wanted 'tiny' or a folder with tokenizer.json")
    dialect = find_dialect(arguments.student_dialect or arguments.dialect)
    return Tokenization(load_template(folder), FolderTokens(folder), dialect)


async def _make(arguments: argparse.Namespace, console: Console) -> int:
    recipe, student = _built(arguments), student_of(arguments)
    if not isinstance(recipe, Synthesis):
        return await _generate(recipe, student, Path(arguments.out), console)
    options = read_flags(Options, arguments)
    attempts = list(recipe.attempts())
    known = {a.problem.id: (a.task, a.problem) for a in attempts}.values()
    given = {NAME: NoisyTeacher(known, find_dialect(options.dialect))} if options.model == NAME else {}
    async with AsyncExitStack() as owned:
        setup = await owned.enter_async_context(open_setup(options, given=given))
        court = None
        if any(hasattr(attempt.task, "judge") for attempt in attempts):
            from reckon.interpreter import AsyncInterpreter

            court = await owned.enter_async_context(AsyncInterpreter())
        progress = owned.enter_context(_progress(console))
        bar = progress.add_task("starting", total=len(attempts))
        kept = 0

        def on_tried(tried: Tried) -> None:
            nonlocal kept
            kept += tried.verdict == KEPT
            progress.update(bar, advance=1, description=f"{kept} kept")

        place = Workplace(setup, student, court)
        tried = await synthesise(
            recipe, place, arguments.out, at_once=arguments.concurrency, on_tried=on_tried
        )
    _report(tried, console)
    console.print(f"{kept} trajectories in {arguments.out}, every try in {arguments.out}.tries.jsonl")
    return 0 if kept else 1


async def _generate(recipe: Any, student: Tokenization, out: Path, console: Console) -> int:
    """Data that needs no teacher: the same in every run, so that what is there already is passed over.

    Raises UsageError where something else is there.
    """
    from reckon.interpreter import AsyncInterpreter

    there, count = _tokens_in(out), 0
    async with AsyncInterpreter() as interpreter:
        with records.Writer(out) as writer, _progress(console) as progress:
            bar = progress.add_task("writing", total=getattr(recipe, "problems", None))
            async for trajectory in recipe.generate(student, interpreter.open):
                if count >= len(there):
                    writer.append(trajectory)
                elif trajectory.ids != there[count]:
                    raise UsageError(
                        f"--out {out} holds other data from line {count + 1} on: give another name"
                    )
                count += 1
                progress.advance(bar)
    if count < len(there):
        raise UsageError(f"--out {out} holds {len(there)} trajectories, {recipe!r} makes {count}")
    console.print(f"{count} trajectories in {out}")
    return 0


def _tokens_in(out: Path) -> list[tuple[int, ...]]:
    return [trajectory.ids for trajectory in records.read(out)] if out.exists() else []


def _report(tried: Sequence[Tried], console: Console) -> None:
    """What became of the tries, by task; then why what was not kept was not."""
    table = Table(box=None)
    for heading in ("task", "tried", "right", "kept", "patterns of those kept"):
        table.add_column(
            heading, justify="left" if heading in ("task", "patterns of those kept") else "right"
        )
    for task in sorted({one.task for one in tried}):
        own = [one for one in tried if one.task == task]
        kept = [one for one in own if one.verdict == KEPT]
        counts = Counter(one.pattern for one in kept).most_common()
        patterns = ", ".join(f"{count} {pattern}" for pattern, count in counts)
        right = sum(bool(one.pattern) for one in own)
        table.add_row(task, str(len(own)), str(right), str(len(kept)), patterns)
    console.print(table)
    why = Counter(one.verdict for one in tried if one.verdict != KEPT)
    if why:
        console.print("not kept: " + ", ".join(f"{count} {verdict}" for verdict, count in why.most_common()))
    if why[VOID]:
        console.print("void are faults of ours: the same command tries them again")


async def _check(arguments: argparse.Namespace, console: Console) -> int:
    student = student_of(arguments)
    rows = list(records.read(arguments.name))
    if not rows:
        raise UsageError(f"{arguments.name} holds no trajectory")
    async with AsyncExitStack() as owned:
        open_session = None
        if not arguments.no_rerun:
            from reckon.interpreter import AsyncInterpreter

            open_session = (await owned.enter_async_context(AsyncInterpreter())).open
        progress = owned.enter_context(_progress(console))
        bar = progress.add_task("checking", total=len(rows))
        found = await check(
            rows,
            student.dialect,
            student=student,
            open_session=open_session,
            on_done=lambda: progress.advance(bar),
        )
    _told(found, console)
    return 1 if set(found.defects) - MILD else 0


def _told(found: Checked, console: Console) -> None:
    table = Table(box=None)
    for heading in ("task", "n", "patterns"):
        table.add_column(heading, justify="right" if heading == "n" else "left")
    for task, counts in sorted(found.by_task.items()):
        patterns = ", ".join(f"{count} {pattern}" for pattern, count in counts.most_common())
        table.add_row(task, str(counts.total()), patterns)
    console.print(table)
    share = found.learned / max(1, found.tokens)
    console.print(
        f"{found.trajectories} trajectories, {found.tokens} tokens, of which {share:.0%} are learned"
    )
    if found.rerun[1]:
        console.print(f"{found.rerun[0]} of {found.rerun[1]} programs did the same when run again")
    for defect, ids in found.defects.items():
        console.print(f"{len(ids)}: {defect}", style="bold")
        for example in found.examples[defect]:
            console.print(Text(f"  {example}"))
    if not found.defects:
        console.print("nothing is wrong with it")


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=console, transient=True)
