"""The trajectories that a recipe learns from: read or synthesised, checked, and no longer than the model."""

import asyncio
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from rich.progress import Progress

from reckon import records
from reckon.data.cold_start import ColdStart
from reckon.data.teacher import Tokenization
from reckon.errors import RecordError, UsageError
from reckon.training.processes import Processes
from reckon.values import Trajectory

Decode: TypeAlias = Callable[[Sequence[int]], str]


def checked(trajectories: Iterable[Trajectory], decode: Decode, name: str) -> Iterator[Trajectory]:
    """The trajectories, each token-exact in a model's tokenizer. Raises UsageError naming `name`."""
    for trajectory in trajectories:
        try:
            trajectory.check(decode)
        except (RecordError, IndexError, OverflowError) as error:
            raise UsageError(f"{name}: {error}; it wants the tokenizer that it was sampled with") from None
        yield trajectory


def fitting(
    trajectories: Iterable[Trajectory], context: int, progress: Progress, name: str
) -> list[Trajectory]:
    """Those of at most `context` tokens; the others are counted and said.

    Raises UsageError where there are none.
    """
    bar = progress.add_task("reading", total=None)
    found, longer = list[Trajectory](), 0
    for trajectory in trajectories:
        progress.advance(bar)
        if len(trajectory.ids) <= context:
            found.append(trajectory)
        else:
            longer += 1
    told = f"{longer} of {len(found) + longer} are longer than the model's context of {context} tokens"
    if not found:
        raise UsageError(f"{name} holds nothing to learn from" + (f": {told}" if longer else ""))
    if longer:
        progress.console.print(f"{name}: {told}, and left out")
    return found


def context_of(folder: Path) -> int:
    """Tokens that a folder's model takes; endless where its config.json says nothing of it."""
    config = json.loads((folder / "config.json").read_text("utf-8"))
    told = config.get("max_position_embeddings", config.get("text_config", {}).get("max_position_embeddings"))
    return int(told or 2**31)


async def generated(data: ColdStart, student: Tokenization, most: int) -> list[Trajectory]:
    from reckon.interpreter import AsyncInterpreter

    found: list[Trajectory] = []
    async with AsyncInterpreter() as interpreter:
        async for trajectory in data.generate(student, interpreter.open):
            found.append(trajectory)
            if len(found) >= most:
                break
    return found


def source_of(
    data: ColdStart | str, out: Path, student: Tokenization, progress: Progress, processes: Processes
) -> Path:
    """The file of trajectories; synthesised, by the first process, where a recipe is given."""
    if not isinstance(data, ColdStart):
        return Path(data)
    if processes.first:
        _synthesise(data, out, student, progress)
    processes.wait()
    return out / "data.jsonl"


def _synthesise(data: ColdStart, out: Path, student: Tokenization, progress: Progress) -> None:
    """Write the data as a whole or not at all; nothing where they are there."""
    path, marker = out / "data.jsonl", out / "data.txt"
    if path.exists() and marker.exists() and marker.read_text("utf-8") == repr(data):
        return
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
