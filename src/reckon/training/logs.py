"""Where the metrics of a run go: metrics.jsonl always, TensorBoard and Weights & Biases where asked for."""

import json
from collections.abc import Collection, Mapping
from contextlib import AbstractContextManager
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol

from reckon import records
from reckon.errors import MissingExtra, UsageError

Metrics = Mapping[str, float]


class Log(Protocol):
    """Something that takes a step's metrics."""

    def write(self, metrics: Metrics) -> None: ...
    def close(self) -> None: ...


class Logs(AbstractContextManager["Logs"]):
    """metrics.jsonl in the run's folder, and the logs of these names; nothing where `quiet`.

    Raises UsageError for an unknown name, MissingExtra where what is asked for is not installed.
    """

    def __init__(self, folder: Path, recipe: object, names: Collection[str] = (), *, quiet: bool) -> None:
        unknown = sorted(set(names) - set(KINDS))
        if unknown:
            raise UsageError(f"--log {unknown[0]}: wanted {' or '.join(KINDS)}")
        self._logs: list[Log] = [] if quiet else [Lines(folder / "metrics.jsonl")]
        if not quiet:
            self._logs += [KINDS[name](folder, recipe) for name in dict.fromkeys(names)]

    def write(self, metrics: Metrics) -> None:
        """One step's; its number is `metrics["step"]`."""
        for log in self._logs:
            log.write(metrics)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for log in self._logs:
            log.close()


class Lines:
    """A JSON line for each step. What a full disk or a crash left of a line is cut off."""

    def __init__(self, path: Path) -> None:
        self._path = path
        if path.exists():
            with path.open("rb+") as file:
                records.cut_torn_line(file.fileno())

    def write(self, metrics: Metrics) -> None:
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps({name: round(value, 6) for name, value in metrics.items()}) + "\n")

    def close(self) -> None:
        pass


class TensorBoard:
    """Events in the run's folder, under tensorboard/."""

    def __init__(self, folder: Path, recipe: object) -> None:
        self._writer: Any = _found("tensorboard", "torch.utils.tensorboard").SummaryWriter(
            str(folder / "tensorboard")
        )
        self._writer.add_text("recipe", repr(recipe))

    def write(self, metrics: Metrics) -> None:
        for name, value in metrics.items():
            if name != "step":
                self._writer.add_scalar(name, value, int(metrics["step"]))

    def close(self) -> None:
        self._writer.close()


class WeightsAndBiases:
    """A run of Weights & Biases that goes on when the recipe's run does; its own settings are WANDB_*."""

    def __init__(self, folder: Path, recipe: object) -> None:
        self._run: Any = _found("wandb", "wandb").init(
            dir=str(folder), name=folder.name, config={"recipe": repr(recipe)}, resume="allow"
        )

    def write(self, metrics: Metrics) -> None:
        rest = {name: value for name, value in metrics.items() if name != "step"}
        self._run.log(rest, step=int(metrics["step"]))

    def close(self) -> None:
        self._run.finish()


KINDS: dict[str, Any] = {"tensorboard": TensorBoard, "wandb": WeightsAndBiases}


def _found(name: str, module: str) -> Any:
    try:
        return import_module(module)
    except ImportError:
        raise MissingExtra(f"--log {name}", "log") from None
