"""A recipe is a Python file, data only, that says `recipe = Sft(...)` or `recipe = Rl(...)`."""

import importlib.util
from pathlib import Path
from typing import TypeVar

from reckon.errors import UsageError

T = TypeVar("T")


def load_recipe(path: str, kind: type[T]) -> T:
    """The recipe of a file, of the kind that is wanted. Raises UsageError naming the file."""
    file = Path(path)
    says = f"recipe = {kind.__name__}(...)"
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
    recipe = getattr(module, "recipe", None)
    if not isinstance(recipe, kind):
        raise UsageError(f"{path} must say {says}, it has {type(recipe).__name__}")
    return recipe
