"""A recipe is a Python file, data only, that says `recipe = Sft(...)`, `Rl(...)` or `Preferences(...)`."""

import ast
import dataclasses
import difflib
import importlib.util
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeVar

from reckon import registry
from reckon.errors import UsageError

T = TypeVar("T")
# Fields that hold a class of a folder: they are given as its name or its repr.
_FOLDERS = {
    "reward": "training.rewards",
    "plan": "training.curriculum",
    "temperatures": "training",
    "queue": "training",
    "lora": "training",
    "last_turns": "training",
    "choice": "data",
}


def changed(recipe: T, changes: Sequence[str]) -> T:
    """The recipe with other fields: "steps=10", "objective=Dapo()", "model.steps=5" of a recipe inside it.

    Raises UsageError for what makes no recipe.
    """
    known = {field.name for field in dataclasses.fields(recipe)}  # type: ignore[arg-type]
    given: dict[str, Any] = {}
    for change in changes:
        name, equals, text = change.partition("=")
        outer, dot, inner = name.partition(".")
        held = given.get(outer, getattr(recipe, outer, None))
        if dot and equals and dataclasses.is_dataclass(held) and not isinstance(held, type):
            given[outer] = changed(held, [f"{inner}={text}"])
            continue
        if not equals or name not in known:
            close = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean {close[0]}?" if close else ""
            raise UsageError(f"--set {change}: wanted FIELD=VALUE of {type(recipe).__name__}{hint}")
        given[name] = _value(name, text, getattr(recipe, name))
    return dataclasses.replace(recipe, **given)  # type: ignore[type-var]


def _value(name: str, text: str, now: object) -> object:
    """The text as a value of the kind that the field holds now."""
    if name == "objective":
        return _objective(text, prefers=hasattr(now, "paired"))
    if name in ("model", "data"):
        return text
    if name in _FOLDERS and text == "None":
        return None
    if name in _FOLDERS:
        return registry.build(_FOLDERS[name], text)
    try:
        value: object = ast.literal_eval(text)
    except (ValueError, SyntaxError):
        value = text
    if isinstance(now, float) and isinstance(value, int):
        value = float(value)
    if now is not None and type(value) is not type(now):
        raise UsageError(f"--set {name}={text}: wanted {type(now).__name__}, as in {name}={now!r}")
    return value


def _objective(text: str, *, prefers: bool) -> object:
    """Raises UsageError that names the command where it is one of the other command."""
    own, other = "training.objectives", "training.preferences"
    if prefers:
        own, other = other, own
    called = text.partition("(")[0].strip().lower().replace("_", "")
    called = {"mdpo": "dpo", "mkto": "kto"}.get(called, called)  # the same sums, see docs/preferences.md
    found = next((name for name in registry.names(other) if name.replace("_", "") == called), None)
    if found is not None and called not in {name.replace("_", "") for name in registry.names(own)}:
        command = "rl" if prefers else "preferences"
        raise UsageError(f"--set objective={text}: {found} is an objective of 'reckon train {command}'")
    return registry.build(own, text)


def load_recipe(path: str, kind: type[T]) -> T:
    """The recipe of a file, of the kind that is wanted; FILE:NAME is the one of that name in it.

    Raises UsageError naming the file.
    """
    path, _, name = path.partition(":")
    name = name or "recipe"
    file, says = Path(path), f"{name} = {kind.__name__}(...)"
    if not file.is_file():
        raise UsageError(f"no recipe {path}: wanted a Python file that says {says}")
    spec = importlib.util.spec_from_file_location(file.stem, file)
    if spec is None or spec.loader is None:
        raise UsageError(f"{path} is no Python file")
    module = importlib.util.module_from_spec(spec)
    try:
        spec.loader.exec_module(module)
    except UsageError:
        raise
    except Exception as error:
        raise UsageError(f"{path} does not run: {type(error).__name__}: {error}") from error
    recipe = getattr(module, name, None)
    if not isinstance(recipe, kind):
        raise UsageError(f"{path} must say {says}, it has {type(recipe).__name__}")
    return recipe
