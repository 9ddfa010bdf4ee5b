"""A run over its steps: calls against accuracy, rewards against held-out accuracy. Read from metrics.jsonl.

Calls that grow while accuracy does not are paid for and teach nothing (OTC-PO, Wang et al., 2025, arXiv
2504.14870); a reward that grows while the held-out questions do not is a reward for something else.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from reckon.errors import UsageError

METRICS = "metrics.jsonl"
FOLLOWED = ("accuracy", "reward", "calls", "code_errors", "tokens")
HELD_OUT = "sampled_accuracy"
CALLS_GROWN = 1.25  # times
CALLS_MORE = 0.2  # a rollout
BETTER = 0.02  # of accuracy: less counts as no gain
REWARD_GROWN = 0.05
Row: TypeAlias = Mapping[str, float]


@dataclass
class Steps:
    """first_last: mean over the first and over the last fifth of the steps; of the held-out accuracy, the
    first and the last evaluation. warnings: what does not fit together."""

    steps: int = 0
    first_last: dict[str, tuple[float, float]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


def follow(folder: Path) -> Steps | None:
    """The run's course; None where it kept no metrics. Raises UsageError for a broken file."""
    rows = read_metrics(folder)
    return course(rows) if rows else None


def summary(folder: Path) -> list[str]:
    """What is cheap to know of a finished run, in three lines; none where it kept no metrics."""
    found = follow(folder)
    if found is None:
        return []
    grown = found.first_last

    def told(name: str, form: str) -> str:
        return f"{grown[name][0]:{form}} to {grown[name][1]:{form}}" if name in grown else "not known"

    rewards = f"reward {told('reward', '.2f')}, right {told('accuracy', '.1%')}"
    calls = f"calls {told('calls', '.2f')} a rollout, with errors {told('code_errors', '.2f')}"
    warnings = "".join(f"; warning: {one}" for one in found.warnings) or "; nothing against it"
    return [
        f"rewards: {rewards}, held-out questions right {told(HELD_OUT, '.1%')}",
        f"programs: {calls}{warnings}",
        f"whether the rewards were earned: reckon audit {folder}",
    ]


def read_metrics(folder: Path) -> list[Row]:
    """A row of each step of a run's metrics, the last that was written. Raises UsageError naming the line.

    A run that was killed writes steps again, and one by preferences writes more than one line of a step.
    """
    path = folder / METRICS
    if not path.is_file():
        return []
    rows: dict[float, Row] = {}
    for number, line in enumerate(path.read_text("utf-8", "replace").split("\n")[:-1], 1):
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path}, line {number} is no JSON: {error}") from None
        if not isinstance(row, dict) or not isinstance(row.get("step"), int | float):
            raise UsageError(f"{path}, line {number}: wanted an object with a step")
        numbers = {k: float(v) for k, v in row.items() if isinstance(v, int | float)}
        rows[numbers["step"]] = {**rows.get(numbers["step"], {}), **numbers}
    return [rows[step] for step in sorted(rows)]


def course(rows: Sequence[Row]) -> Steps:
    """Of rows in the order of their steps."""
    found = Steps(len(rows))
    for name in FOLLOWED:
        values = [row[name] for row in rows if name in row]
        fifth = max(1, len(values) // 5)
        if len(values) > 1:
            found.first_last[name] = _mean(values[:fifth]), _mean(values[-fifth:])
    held_out = [row[HELD_OUT] for row in rows if HELD_OUT in row]
    if len(held_out) > 1:
        found.first_last[HELD_OUT] = held_out[0], held_out[-1]
    found.warnings += _warnings(found.first_last)
    return found


def _warnings(grown: Mapping[str, tuple[float, float]]) -> list[str]:
    said = []
    if "calls" in grown and "accuracy" in grown:
        (few, many), (low, high) = grown["calls"], grown["accuracy"]
        if many > few * CALLS_GROWN and many - few > CALLS_MORE and high - low < BETTER:
            said.append(
                f"calls grew from {few:.2f} to {many:.2f} a rollout, accuracy went from {low:.1%} to"
                f" {high:.1%}"
            )
    if "reward" in grown and HELD_OUT in grown:
        (little, much), (low, high) = grown["reward"], grown[HELD_OUT]
        if much - little > REWARD_GROWN and high - low < BETTER:
            said.append(
                f"the reward grew from {little:.2f} to {much:.2f}, held-out accuracy went from {low:.1%} to"
                f" {high:.1%}"
            )
    return said


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
