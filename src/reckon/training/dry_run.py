"""What a recipe wants, before it is run: everything is resolved and checked, and one step is done.

The step is real but for its size: the recipe's objective, reward, reasoner, dialect and tasks, with an
untrained model of the same architecture, two layers of it, 64 wide.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from reckon.data.cold_start import ColdStart
from reckon.dialects import find_dialect
from reckon.errors import MissingExtra, ReckonError, UsageError
from reckon.training.architectures import cached_tokenizer, config_of, parameters, small
from reckon.training.checks import Recipe, named
from reckon.training.memory import GIB, estimate, trained
from reckon.training.policies import load_policy
from reckon.training.preference_recipe import Preferences
from reckon.training.rl import Rl
from reckon.training.sft import Scratch, Sft
from reckon.values import Grade, Trajectory

GPUS = (1, 8, 64)
TRIAL_TOKENS = 320
FEW = 8  # trajectories
NO_DATA = "  no step was done: its data or the tokenizer they were made with are not here"


def dry_run(recipe: object, console: Console | None = None, *, step: bool = True) -> int:
    """Print what was found; 0 where the recipe can be run as it stands, else 1. Leaves no files.

    Raises UsageError for a recipe of another kind, MissingExtra without torch and transformers.
    """
    console = console or Console(highlight=False)
    if not isinstance(recipe, Sft | Rl | Preferences):
        raise UsageError("--dry-run is for recipes of Sft, Rl and Preferences")
    good = True
    if not isinstance(recipe, Sft) and isinstance(recipe.model, Sft):
        console.print("the cold start:")
        good = dry_run(recipe.model, console, step=step) == 0
        console.print("then:")
    config, source = config_of(_named(recipe))
    found = list(_checks(recipe))
    for name, problem in found:
        console.print(f"  {name}: {problem or 'ok'}", style="red" if problem else None)
    console.print(_needs(recipe, config, source))
    needed = ("tasks", "tasks of the data", "reasoner", "dialect")
    if not step or any(name in needed and problem for name, problem in found):
        return 1
    console.print(_trial(recipe, config))
    return int(not good or any(problem for _, problem in found))


def _named(recipe: Recipe) -> Scratch | str:
    """The model that everything begins with."""
    return _named(recipe.model) if isinstance(recipe.model, Sft) else recipe.model


def _checks(recipe: Recipe) -> list[tuple[str, str]]:
    """(what, why it cannot be as it is or "")."""
    wanted = [*named(recipe), ("disk", lambda: _room(recipe))]
    return [(name, _fault(check)) for name, check in wanted]


def _fault(check: Callable[[], object]) -> str:
    try:
        check()
    except ReckonError as error:
        return str(error)
    return ""


def _room(recipe: Recipe) -> None:
    """A checkpoint is there twice while it is written, and the model once more."""
    config, _ = config_of(_named(recipe))
    moved = trained(config, recipe.lora)
    wanted = 2 * 12 * moved + 4 * parameters(config)
    out = Path(recipe.out).resolve()
    free = shutil.disk_usage(next(folder for folder in (out, *out.parents) if folder.exists())).free
    if wanted > free:
        raise UsageError(
            f"{recipe.out} wants {wanted / GIB:.1f} GiB for checkpoints and model, {free / GIB:.1f} are free"
        )


def _needs(recipe: Recipe, config: Any, source: str) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    count, moved = parameters(config), trained(config, recipe.lora)
    made = f"{config.model_type}, {config.num_hidden_layers} layers of {config.hidden_size}, from {source}"
    table.add_row("architecture", made)
    table.add_row("parameters", f"{count:,}" + (f", and {moved:,} of adapters" if recipe.lora else ""))
    if isinstance(recipe, Sft):
        table.add_row("a step", f"about {recipe.batch_tokens * recipe.accumulate:,} tokens, padding included")
    else:
        rollouts = recipe.problems * recipe.rollouts
        most = f"at most {rollouts * recipe.budget:,} tokens"
        what = "a step" if isinstance(recipe, Rl) else "an iteration"
        table.add_row(what, f"{rollouts:,} rollouts of {recipe.problems} problems, {most}")
    if isinstance(recipe, Preferences):
        table.add_row("iterations", f"{recipe.iterations:,}, updates of {recipe.batch} examples")
    else:
        table.add_row("steps", f"{recipe.steps:,}")
    for gpus in GPUS if recipe.shards else GPUS[:1]:
        need = estimate(recipe, config, gpus)
        parts = {name: getattr(need, name) for name in need.__dataclass_fields__}
        told = ", ".join(f"{name} {size / GIB:.1f}" for name, size in parts.items() if size)
        table.add_row(f"GiB per GPU of {gpus}", f"{need.total / GIB:.1f}: {told}")
    return table


def _trial(recipe: Recipe, config: Any) -> str:
    """One step of a small model; what was seen of it."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = _start(recipe, config, folder / "model")
        if isinstance(recipe, Sft):
            return _sft_step(recipe, start, folder)
        if isinstance(recipe, Preferences):
            return _preference_step(recipe, start, folder)
        return _rl_step(recipe, start, folder)


def _start(recipe: Recipe, config: Any, folder: Path) -> Path:
    """An untrained model with the named one's tokenizer, or with single bytes for tokens."""
    try:
        import torch
        from transformers import AutoModelForCausalLM
    except ImportError:
        raise MissingExtra("training", "train") from None
    from reckon.models.tokens import FolderTokens
    from reckon.training.runner import copy_tokenizer
    from reckon.training.vocabulary import write_tokenizer

    named = _named(recipe)
    tokenizer = cached_tokenizer(named) if isinstance(named, str) else None
    if tokenizer is None:
        write_tokenizer(folder, [], 256 + 8)
        size = 256 + 8
    else:
        copy_tokenizer(tokenizer, folder)
        size = config.vocab_size
    reduced = small(config, size)
    reduced.eos_token_id = min(FolderTokens(folder).end_ids)
    torch.manual_seed(0)
    AutoModelForCausalLM.from_config(reduced).save_pretrained(folder)
    return folder


def _sft_step(recipe: Sft, start: Path, folder: Path) -> str:
    from reckon.training.sft import row
    from reckon.training.sft_run import SftRun

    few = _few(recipe, start)
    if not few:
        return NO_DATA
    trial = replace(recipe, out=str(folder), model=str(start), steps=1, accumulate=1, shards=False)
    metrics = list(SftRun(trial, load_policy(start)).steps([row(trajectory) for trajectory in few]))
    return f"  a step of a small model on {len(few)} trajectories: loss {metrics[0]['loss']:.3f}"


def _few(recipe: Sft | Preferences, start: Path) -> list[Trajectory]:
    """Some of a recipe's data; none where they or the tokenizer they were made with are not here."""
    import asyncio

    from reckon import records
    from reckon.data.teacher import Tokenization
    from reckon.models.tokens import FolderTokens
    from reckon.models.tokens.template import load_template
    from reckon.training.sources import generated

    if isinstance(recipe.data, ColdStart):
        student = Tokenization(load_template(start), FolderTokens(start), find_dialect(recipe.dialect))
        return asyncio.run(generated(replace(recipe.data, problems=FEW), student, FEW))
    named = _named(recipe)
    known = isinstance(named, str) and cached_tokenizer(named) is not None
    if not isinstance(recipe.data, str) or not Path(recipe.data).is_file() or not known:
        return []
    return list(islice(records.read(Path(recipe.data)), FEW))


def _preference_step(recipe: Preferences, start: Path, folder: Path) -> str:
    """Rollouts as the recipe says, graded right and wrong by turns where no pair or label comes of them."""
    from reckon import records
    from reckon.training.preference_run import PreferenceRun

    small = replace(
        recipe, out=str(folder), model=str(start), iterations=1, epochs=1, shards=False, decoder="auto",
        problems=min(recipe.problems, 2), rollouts=max(2, min(recipe.rollouts, 4)), evaluate_problems=0,
        budget=min(recipe.budget, TRIAL_TOKENS), interpreters="local", data=recipe.data or "rollouts",
    )  # fmt: skip
    few = _few(recipe, start) if recipe.data else []
    if recipe.problems:
        list(PreferenceRun(small, start).steps())
        few += records.read(folder / "iteration-1" / "trajectories.jsonl")
    if not few:
        return NO_DATA
    given = [replace(one, grade=Grade(float(n % 2))) for n, one in enumerate(few)]
    if not recipe.choice.choose(given):
        return f"  no step was done: {recipe.choice} finds nothing in {len(few)} trajectories"
    taught = replace(small, out=str(folder / "taught"), problems=0)
    said = list(PreferenceRun(taught, start, given).steps())
    metrics = next(one for one in said if "loss" in one)
    told = f"loss {metrics['loss']:.3f}, gradient {metrics['gradient']:.3g}"
    return f"  a step of a small model on {len(few)} trajectories, graded 0 and 1 by turns: {told}"


def _rl_step(recipe: Rl, start: Path, folder: Path) -> str:
    from reckon.training.rl_run import RlRun

    trial = replace(
        recipe, out=str(folder), model=str(start), steps=1, problems=2, rollouts=min(recipe.rollouts, 4),
        budget=min(recipe.budget, TRIAL_TOKENS), evaluate_every=0, shards=False, max_draws=1, decoder="auto",
        interpreters="local", keep=0, save_every=2,
    )  # fmt: skip
    run = RlRun(trial, start)
    metrics = next(run.steps())
    told = f"  a step of a small model: {metrics['rollouts']:.0f} rollouts, reward {metrics['reward']:.2f}"
    if "loss" in metrics and metrics["mixed_groups"]:
        return f"{told}, gradient {metrics['gradient']:.3g}"
    mixed = [[replace(one, reward=float(n % 2)) for n, one in enumerate(group)] for group in run.earned]
    again = run.learn(mixed)
    if "gradient" not in again:
        return f"{told}; the objective dropped every group"
    return f"{told}, all equal; with rewards 0 and 1 by turns the gradient was {again['gradient']:.3g}"
