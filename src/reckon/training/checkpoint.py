"""A run's checkpoint: one file in its folder, the old one or the new one whatever happens in between."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reckon.errors import UsageError
from reckon.training.processes import Processes

NAME = "checkpoint.pt"


def write(folder: Path, recipe: object, state: Mapping[str, Any], processes: Processes) -> None:
    """Write tensors and plain data, with what the recipe is and torch's own random numbers.

    Every process must call it; the first writes. Raises UsageError where the disk takes no more.
    """
    import torch

    path = folder / NAME
    if processes.first:
        whole = {"recipe": repr(recipe), "random": torch.get_rng_state(), **state}
        with making(path.with_suffix(".new")) as new:
            torch.save(whole, new)
        new.replace(path)
    processes.wait()


@contextmanager
def making(path: Path) -> Iterator[Path]:
    """A file or folder of tensors. Raises UsageError where the disk takes no more; no half file stays."""
    from safetensors import SafetensorError

    try:
        yield path
    except (OSError, RuntimeError, SafetensorError) as error:  # RuntimeError is torch's
        if not path.is_dir():
            path.unlink(missing_ok=True)
        raise UsageError(
            f"cannot write {path}, is the disk full? ({error}) Make room; the same command goes on from"
            " the last checkpoint"
        ) from error


def read(folder: Path, recipe: object) -> dict[str, Any] | None:
    """What was written, on the CPU, or None where nothing was; torch's random numbers go on from it.

    Raises UsageError for the checkpoint of another recipe and for a file that is none.
    """
    import torch

    path = folder / NAME
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        written = state["recipe"]
        torch.set_rng_state(state["random"])
    except (OSError, RuntimeError, EOFError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{path} is no checkpoint of this version ({error}): remove it") from error
    if written != repr(recipe):
        raise UsageError(f"{path} is of another recipe: remove {folder} or give the recipe another out")
    return state
