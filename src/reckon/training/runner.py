"""From a recipe to a model folder: tokenizer, data, training, export; what is done already is skipped."""

import asyncio
import json
import re
import shutil
import time
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reckon import records
from reckon.data.chat import Chat
from reckon.data.cold_start import ColdStart
from reckon.data.teacher import Tokenization
from reckon.dialects import Dialect, find_dialect
from reckon.errors import UsageError
from reckon.models.scope import FILE as SCOPE
from reckon.models.scope import Scope, family_scope
from reckon.models.tokens import FolderTokens
from reckon.models.tokens.template import load_template
from reckon.tasks import draw, families
from reckon.training import checkpoint
from reckon.training.checks import check
from reckon.training.logs import Logs
from reckon.training.lora import merged
from reckon.training.policies import load_policy
from reckon.training.processes import Processes
from reckon.training.sft import Scratch, Sft, new_model, row
from reckon.training.sft_run import SftRun
from reckon.training.sources import checked, context_of, fitting, generated, source_of
from reckon.training.vocabulary import write_tokenizer
from reckon.values import Trajectory

if TYPE_CHECKING:
    from reckon.training.preference_recipe import Preferences
    from reckon.training.rl import Rl

CORPUS = 4000
HUB_NAME = re.compile(r"[\w-]+/[\w.-]+")


def train_rl(
    recipe: "Rl",
    console: Console | None = None,
    *,
    logs: Collection[str] = (),
    processes: Processes | None = None,
) -> Path:
    """Do what is left of a recipe, its cold start first; the folder of the finished model.

    logs: "tensorboard" and "wandb", beside metrics.jsonl.
    Raises UsageError for a recipe that cannot be run, MissingExtra without torch and transformers.
    """
    from reckon.training.audit.steps import summary
    from reckon.training.rl_run import RlRun

    processes = processes or Processes()
    console = console or Console(highlight=False, quiet=not processes.first)
    out, started = Path(recipe.out), time.monotonic()
    start = _started(recipe, console, processes)
    run = RlRun(recipe, start, processes)
    if run.resume():
        console.print(f"going on from step {run.step}")
    with _progress(console) as progress, Logs(out, recipe, logs, quiet=not processes.first) as log:
        bar = progress.add_task("training", total=recipe.steps, completed=run.step)
        for metrics in run.steps():
            log.write(metrics)
            if "reward" in metrics:
                progress.update(bar, completed=run.step, description=_line(metrics))
            if "sampled_accuracy" in metrics:
                console.print(
                    f"step {run.step}: held-out questions right {metrics['sampled_accuracy']:.1%} sampled,"
                    f" {metrics['greedy_accuracy']:.1%} greedy ({time.monotonic() - started:.0f} s)"
                )
    folder = _finished(run.policy, start, out, console, processes)
    if processes.first:
        for line in summary(out):
            console.print(line, markup=False, soft_wrap=True)
    return folder


def train_preferences(
    recipe: "Preferences",
    console: Console | None = None,
    *,
    logs: Collection[str] = (),
    processes: Processes | None = None,
) -> Path:
    """Do what is left of a recipe, its cold start first; the folder of the finished model.

    Raises UsageError for a recipe that cannot be run, MissingExtra without torch and transformers.
    """
    from reckon.training.preference_run import PreferenceRun

    processes = processes or Processes()
    console = console or Console(highlight=False, quiet=not processes.first)
    out, started = Path(recipe.out), time.monotonic()
    start = _started(recipe, console, processes)
    with _progress(console) as progress, Logs(out, recipe, logs, quiet=not processes.first) as log:
        given = list[Trajectory]()
        if recipe.data:
            student = Tokenization(load_template(start), FolderTokens(start), find_dialect(recipe.dialect))
            data = source_of(recipe.data, out, student, progress, processes)
            read = checked(records.read(data), student.tokens.decode, str(data))
            given = fitting(read, context_of(start), progress, str(data))
        run = PreferenceRun(recipe, start, given, processes)
        if run.resume():
            console.print(f"going on from step {run.step}")
        bar = progress.add_task("collecting", total=recipe.iterations, completed=run.iteration)
        for metrics in run.steps():
            log.write(metrics)
            if "loss" in metrics:
                progress.update(bar, description=f"step {run.step}: loss {metrics['loss']:.3f}")
            if "sampled_accuracy" in metrics:
                console.print(
                    f"iteration {run.iteration}: held-out questions right {metrics['sampled_accuracy']:.1%}"
                    f" sampled, {metrics['greedy_accuracy']:.1%} greedy ({time.monotonic() - started:.0f} s)"
                )
            progress.update(bar, completed=run.iteration)
    return _finished(run.policy, start, out, console, processes)


def _started(recipe: "Rl | Preferences", console: Console, processes: Processes) -> Path:
    """The folder of the policy to start from, whose cold start is done."""
    check(recipe)
    _begin(Path(recipe.out), recipe, processes)
    if isinstance(recipe.model, Sft):
        return train_sft(recipe.model, console, processes=processes)
    return folder_of(recipe.model)


def _finished(policy: Any, start: Path, out: Path, console: Console, processes: Processes) -> Path:
    """The folder of the finished model, with the run's learning curves beside it."""
    from reckon.training.curves import plot

    folder = out / "model"
    export(policy, start, folder, processes, dtype="float32")
    console.print(f"the model is in {folder}")
    if processes.first and (picture := plot(out / "metrics.jsonl")):
        console.print(f"its learning curves are in {picture}")
    return folder


def _line(metrics: dict[str, float]) -> str:
    """What a step came to, and its seconds by what was done."""
    verbs = {"generate_s": "write", "queue_s": "queue", "execute_s": "run", "grade_s": "grade",
             "train_s": "learn", "hand_over_s": "hand over"}  # fmt: skip
    spent = ", ".join(f"{verb} {metrics[name]:.1f}" for name, verb in verbs.items() if name in metrics)
    return f"reward {metrics['reward']:.2f}, right {metrics['accuracy']:.0%}; seconds: {spent}"


def train_sft(
    recipe: Sft,
    console: Console | None = None,
    *,
    logs: Collection[str] = (),
    processes: Processes | None = None,
) -> Path:
    """Do what is left of a recipe; the folder of the finished model.

    Raises UsageError for a recipe that cannot be run, MissingExtra without torch and transformers.
    """
    processes = processes or Processes()
    console = console or Console(highlight=False, quiet=not processes.first)
    out = Path(recipe.out)
    model_folder = out / "model"
    check(recipe)
    _begin(out, recipe, processes)
    dialect = find_dialect(recipe.dialect)
    with _progress(console) as progress, Logs(out, recipe, logs, quiet=not processes.first) as log:
        tokens_folder = model_folder if isinstance(recipe.model, Scratch) else folder_of(recipe.model)
        if processes.first and isinstance(recipe.model, Scratch):
            _ensure_tokenizer(recipe, recipe.model, model_folder, dialect)
        processes.wait()
        student = Tokenization(load_template(tokens_folder), FolderTokens(tokens_folder), dialect)
        if isinstance(recipe.data, Chat):
            name, taught = recipe.data.path, recipe.data.read(student)
        else:
            name = str(source_of(recipe.data, out, student, progress, processes))
            taught = records.read(name)
        if isinstance(recipe.data, str):
            taught = checked(taught, student.tokens.decode, name)
        most = recipe.model.context if isinstance(recipe.model, Scratch) else context_of(tokens_folder)
        rows = [row(t, recipe.last_turns) for t in fitting(taught, most, progress, name)]
        run = SftRun(recipe, _model(recipe, min(student.tokens.end_ids)), processes)
        if run.resume():
            console.print(f"going on from step {run.step}")
        bar = progress.add_task("training", total=recipe.steps, completed=run.step)
        for metrics in run.steps(rows):
            log.write(metrics)
            text = f"loss {metrics['loss']:.3f}, {metrics['tokens_per_s']:.0f} tokens/s"
            progress.update(bar, completed=run.step, description=text)
        run.save()
    kind = "float16" if isinstance(recipe.model, Scratch) else dtype_of(tokens_folder)
    export(run.model, tokens_folder, model_folder, processes, dtype=kind)
    if processes.first and (isinstance(recipe.model, Scratch) or (tokens_folder / SCOPE).exists()):
        own_scope().write(model_folder)
    console.print(f"the model is in {model_folder}")
    return model_folder


def _begin(out: Path, recipe: object, processes: Processes) -> None:
    """The run's folder, with what the recipe was. Raises UsageError where another one has come further."""
    said, text = out / "recipe.txt", repr(recipe) + "\n"
    if (out / checkpoint.NAME).exists() and said.exists() and said.read_text("utf-8") != text:
        raise UsageError(f"{out} is of another recipe: remove it or give the recipe another out")
    if processes.first:
        out.mkdir(parents=True, exist_ok=True)
        said.write_text(text, "utf-8")
    processes.wait()


def _model(recipe: Sft, end_id: int) -> Any:
    if isinstance(recipe.model, Scratch):
        return new_model(recipe.model, recipe.seed, end_id)
    return load_policy(folder_of(recipe.model))


def folder_of(model: str) -> Path:
    """The folder of a model: "tiny", a path, or a name on the hub, which is fetched where it is not here.

    Raises UsageError where there is none.
    """
    from reckon.models.tiny import SHIPPED

    folder = SHIPPED if model == "tiny" else Path(model)
    if not folder.exists() and HUB_NAME.fullmatch(model):
        from reckon.models.transformers import folder_of as fetched

        folder = fetched(model)
    if not (folder / "config.json").is_file():
        raise UsageError(
            f"no model in {folder}: wanted 'tiny', a folder with config.json or a name on the hub"
        )
    return folder


def dtype_of(folder: Path) -> str:
    """In which precision a folder holds its weights."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return str(config.get("dtype") or config.get("torch_dtype") or "float32")


def copy_tokenizer(source: Path, target: Path) -> None:
    """What a model's folder needs besides its weights and its config.json."""
    if source.resolve() == target.resolve():
        return
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
    sample = asyncio.run(generated(recipe.data, student, CORPUS))
    write_tokenizer(folder, [t.text for t in sample], scratch.vocabulary)


def export(model: Any, start: Path, folder: Path, processes: Processes, *, dtype: str) -> None:
    """The ordinary Hugging Face layout, adapters merged in, with the tokenizer of the folder `start`.

    Every process of several must call it; the first writes.
    """
    import torch
    from transformers import AutoModelForCausalLM

    kind = getattr(torch, dtype)
    weights = {name: tensor.to("cpu", kind) for name, tensor in merged(model) if processes.first}
    if processes.first:
        copy_tokenizer(start, folder)
        plain = AutoModelForCausalLM.from_config(model.config, dtype=kind)
        plain.generation_config = model.generation_config
        plain.load_state_dict(weights)
        with checkpoint.making(folder):
            plain.save_pretrained(folder)
    processes.wait()


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


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
    )
