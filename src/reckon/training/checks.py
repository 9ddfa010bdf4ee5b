"""What a recipe names, looked up before anything is computed: a slip in a name must not cost a cold start."""

from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from reckon import registry
from reckon.data.chat import Chat
from reckon.data.cold_start import ColdStart
from reckon.dialects import find_dialect
from reckon.errors import UsageError
from reckon.tasks import find_all
from reckon.training.interpreters import interpreter_at
from reckon.training.preference_recipe import Preferences
from reckon.training.rl import Rl
from reckon.training.sft import Sft

Recipe: TypeAlias = Sft | Rl | Preferences
Check: TypeAlias = Callable[[], object]


def check(recipe: Recipe) -> None:
    """Raise UsageError for the first of what a recipe and its cold start name that is not there."""
    if not recipe.out.strip():
        raise UsageError(f"{type(recipe).__name__} wants out, the run's folder, got {recipe.out!r}")
    for _, found in named(recipe):
        found()
    if isinstance(recipe.model, Sft):
        check(recipe.model)


def named(recipe: Recipe) -> list[tuple[str, Check]]:
    """(what, which raises UsageError where it is not there), in the order of what stands on what."""
    wanted: list[tuple[str, Check]] = [("dialect", lambda: find_dialect(recipe.dialect))]
    if not isinstance(recipe, Sft):
        wanted.append(("tasks", lambda: find_all(recipe.tasks)))
        wanted.append(("reasoner", lambda: registry.build("reasoners", recipe.reasoner)))
        wanted.append(("interpreters", lambda: interpreter_at(recipe.interpreters)))
    if isinstance(recipe, Rl):
        if recipe.plan is not None:
            wanted.append(("plan", lambda: _planned(recipe)))
        return wanted
    match recipe.data:
        case ColdStart(tasks=tasks):
            wanted.append(("tasks of the data", lambda: find_all(tasks)))
        case Chat(path=path) | (str() as path) if path:
            wanted.append(("data", lambda: _readable(path)))
    return wanted


def _planned(recipe: Rl) -> None:
    if recipe.plan is not None:
        recipe.plan.begin(find_all(recipe.tasks), recipe.difficulty, recipe.seed)


def _readable(path: str) -> None:
    if not Path(path).is_file():
        raise UsageError(f"no file {path}: wanted trajectories or conversations, a JSON line each")
