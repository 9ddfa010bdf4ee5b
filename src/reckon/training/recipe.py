"""A recipe is a Python file, data only, that says `recipe = Sft(...)`."""

import importlib.util
from pathlib import Path

from reckon.errors import UsageError
from reckon.training.sft import Sft


def load_recipe(path: str) -> Sft:
    """The recipe of a file. Raises UsageError naming the file."""
    file = Path(path)
    if not file.is_file():
        raise UsageError(f"no recipe {path}: wanted a Python file that says recipe = Sft(...)")
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
    if not isinstance(recipe, Sft):
        raise UsageError(f"{path} must say recipe = Sft(...), it has {type(recipe).__name__}")
    return recipe
