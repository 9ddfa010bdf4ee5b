"""From a recipe to a model folder: tokenizer, data, training, export; what is done already is skipped."""

import asyncio
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reckon import records
from reckon.data.cold_start import ColdStart
from reckon.data.teacher import Tokenization
from reckon.dialects import Dialect, find_dialect
from reckon.errors import MissingExtra, UsageError
from reckon.models.scope import Scope, family_scope
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.template import load_template
from reckon.tasks import draw, families
from reckon.training.sft import Scratch, Sft, SftRun, new_model, row, write_metrics
from reckon.training.vocabulary import write_tokenizer
from reckon.values import Trajectory

if TYPE_CHECKING:
    from reckon.training.rl import Rl

CORPUS = 4000


def train_rl(recipe: "Rl", console: Console | None = None) -> Path:
    """Do what is left of a recipe, its cold start first; the folder of the finished model.

    Raises UsageError for a recipe that cannot be run, MissingExtra without torch and transformers.
    """
    from reckon.training.curves import plot
    from reckon.training.rl import RlRun

    console = console or Console(highlight=False)
    out, started = Path(recipe.out), time.monotonic()
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.txt").write_text(repr(recipe) + "\n", "utf-8")
    start = train_sft(recipe.model, console) if isinstance(recipe.model, Sft) else folder_of(recipe.model)
    run = RlRun(recipe, start)
    if run.resume():
        console.print(f"going on from step {run.step}")
    with _progress(console) as progress:
        bar = progress.add_task("training", total=recipe.steps, completed=run.step)
        for metrics in run.steps():
            write_metrics(out / "metrics.jsonl", metrics)
            if "reward" in metrics:
                text = f"reward {metrics['reward']:.2f}, right {metrics['accuracy']:.0%}"
                progress.update(bar, completed=run.step, description=text)
            if "sampled_accuracy" in metrics:
                console.print(
                    f"step {run.step}: held-out questions right {metrics['sampled_accuracy']:.1%} sampled,"
                    f" {metrics['greedy_accuracy']:.1%} greedy ({time.monotonic() - started:.0f} s)"
                )
    folder = out / "model"
    copy_tokenizer(start, folder)
    run.policy.save_pretrained(folder)
    console.print(f"the model is in {folder}")
    if picture := plot(out / "metrics.jsonl"):
        console.print(f"its learning curves are in {picture}")
    return folder


def train_sft(recipe: Sft, console: Console | None = None) -> Path:
    """Do what is left of a recipe; the folder of the finished model.

    Raises UsageError for a recipe that cannot be run, MissingExtra without torch and transformers.
    """
    console = console or Console(highlight=False)
    out = Path(recipe.out)
    model_folder = out / "model"
    out.mkdir(parents=True, exist_ok=True)
    (out / "recipe.txt").write_text(repr(recipe) + "\n", "utf-8")
    dialect = find_dialect(recipe.dialect)
    with _progress(console) as progress:
        if isinstance(recipe.model, Scratch):
            _ensure_tokenizer(recipe, recipe.model, model_folder, dialect)
            tokens_folder = model_folder
        else:
            tokens_folder = folder_of(recipe.model)
            copy_tokenizer(tokens_folder, model_folder)
        student = Tokenization(load_template(tokens_folder), FolderTokens(tokens_folder), dialect)
        data = _ensure_data(recipe, out, student, progress)
        rows = [row(t) for t in _tracked(records.read(data), progress, "reading")]
        run = SftRun(recipe, _model(recipe, student))
        if run.resume():
            console.print(f"going on from step {run.step}")
        bar = progress.add_task("training", total=recipe.steps, completed=run.step)
        for metrics in run.steps(rows):
            write_metrics(out / "metrics.jsonl", metrics)
            text = f"loss {metrics['loss']:.3f}, {metrics['tokens_per_s']:.0f} tokens/s"
            progress.update(bar, completed=run.step, description=text)
        run.save()
    _export(run, model_folder)
    console.print(f"the model is in {model_folder}")
    return model_folder


def _model(recipe: Sft, student: Tokenization) -> Any:
    if isinstance(recipe.model, Scratch):
        return new_model(recipe.model, recipe.seed, min(student.tokens.end_ids))
    try:
        import torch
        from transformers import AutoModelForCausalLM
    except ImportError:
        raise MissingExtra("training", "train") from None
    # Not in the half precision that a folder may hold: small updates would be rounded away.
    return AutoModelForCausalLM.from_pretrained(folder_of(recipe.model), dtype=torch.float32)


def folder_of(model: str) -> Path:
    """The folder of a model by its name, "tiny" or a path. Raises UsageError where there is none."""
    from reckon.models.tiny import SHIPPED

    folder = SHIPPED if model == "tiny" else Path(model)
    if not (folder / "config.json").is_file():
        raise UsageError(f"no model in {folder}: wanted 'tiny' or a folder with config.json")
    return folder


def copy_tokenizer(source: Path, target: Path) -> None:
    """What a model's folder needs besides its weights and its config.json."""
    target.mkdir(parents=True, exist_ok=True)
    for pattern in ("tokenizer*", "special_tokens_map.json", "chat_template*", "vocab*", "merges*"):
        for file in source.glob(pattern):
            shutil.copy2(file, target)


def _ensure_tokenizer(recipe: Sft, scratch: Scratch, folder: Path, dialect: Dialect) -> None:
    """A vocabulary from a first sample of the data, which is spelled in bytes."""
    if (folder / "tokenizer.json").exists():
        return
    if not isinstance(recipe.data, ColdStart):
        raise UsageError("a model from scratch needs a ColdStart as data: its vocabulary is made from that")
    write_tokenizer(folder, [], 256 + 8)
    student = Tokenization(load_template(folder), FolderTokens(folder), dialect)
    sample = asyncio.run(_generate(recipe.data, student, CORPUS))
    write_tokenizer(folder, [t.text for t in sample], scratch.vocabulary)


async def _generate(data: ColdStart, student: Tokenization, most: int) -> list[Trajectory]:
    from reckon.interpreter import AsyncInterpreter

    found: list[Trajectory] = []
    async with AsyncInterpreter() as interpreter:
        async for trajectory in data.generate(student, interpreter.open):
            found.append(trajectory)
            if len(found) >= most:
                break
    return found


def _ensure_data(recipe: Sft, out: Path, student: Tokenization, progress: Progress) -> Path:
    """The file of trajectories; synthesised, as a whole or not at all, where the recipe says how."""
    if not isinstance(recipe.data, ColdStart):
        return Path(recipe.data)
    path, data = out / "data.jsonl", recipe.data
    marker = out / "data.txt"
    if path.exists() and marker.exists() and marker.read_text("utf-8") == repr(data):
        return path
    path.unlink(missing_ok=True)

    async def write() -> None:
        from reckon.interpreter import AsyncInterpreter

        bar = progress.add_task("solving problems", total=data.problems)
        with records.Writer(path) as writer:
            async with AsyncInterpreter() as interpreter:
                async for trajectory in data.generate(student, interpreter.open):
                    writer.append(trajectory)
                    progress.advance(bar)

    asyncio.run(write())
    marker.write_text(repr(data), "utf-8")
    return path


def _export(run: SftRun, folder: Path) -> None:
    """The ordinary Hugging Face layout, in half precision, with the scope of its questions beside it."""
    import torch

    run.model.to(torch.float16).save_pretrained(folder)
    own_scope().write(folder)


def own_scope() -> Scope:
    """What the families of ours ask, in which words."""
    return Scope(
        {
            family.name: family_scope(
                (*family.templates, *family.held_out_templates),
                [draw(family, 0, i).question for i in range(400)],
            )
            for family in families("elementary")
        }
    )


def _tracked(trajectories: Iterator[Trajectory], progress: Progress, text: str) -> Iterator[Trajectory]:
    bar = progress.add_task(text, total=None)
    for trajectory in trajectories:
        progress.advance(bar)
        yield trajectory


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
