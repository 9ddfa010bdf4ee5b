"""Runs that a run is to be held against: the same under a reward that teaches nothing, or without tools.

Shao et al., "Spurious Rewards: Rethinking Training Signals in RLVR", 2025, arXiv 2506.10947: what a recipe
gains under a coin's reward, its own reward did not teach. A run without the interpreter says what the tool is
worth (ReTool's text-only RL, arXiv 2504.11536).
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon.errors import UsageError
from reckon.training.audit.steps import HELD_OUT, read_metrics

RECIPE = "recipe.txt"
SPURIOUS = ("RandomReward", "IncorrectLabel", "FormatOnly", "ContainsPython", "MajorityVote")
_NO_TOOL = re.compile(r"reasoner='(?:text|Text)\b")
_TASKS = re.compile(r"tasks=(\([^)]*\))")
_EVALUATED = re.compile(r"evaluate_problems=(\d+)")


@dataclass(frozen=True, slots=True)
class Control:
    """kind: "random", another spurious reward by its name, "no tool", or "other".

    before, after: held-out accuracy; gain: what the audited run's last one is above `after`, beyond = whether
    that is more than chance (95 %).
    """

    folder: str
    kind: str
    before: float
    after: float
    gain: float
    beyond: bool


def compare(run: Path, others: Iterable[str]) -> list[Control]:
    """The run against these folders and against the controls beside it.

    Raises UsageError for a named folder without evaluations.
    """
    own = _evaluations(run)
    found = []
    for folder in [*map(Path, others), *beside(run, skip=set(map(Path, others)))]:
        evaluations = _evaluations(folder)
        if not evaluations:
            raise UsageError(f"--control {folder}: it has no {HELD_OUT}: it wants evaluate_every above 0")
        if own:
            gain = own[-1] - evaluations[-1]
            beyond = gain > _margin((own[-1], _count(run)), (evaluations[-1], _count(folder)))
            found.append(Control(str(folder), kind_of(folder), evaluations[0], evaluations[-1], gain, beyond))
    return found


def beside(run: Path, skip: set[Path]) -> list[Path]:
    """Finished controls of the same tasks in the folder that holds the run."""
    tasks = _tasks(run)
    if not tasks:
        return []
    return [
        path.parent
        for path in sorted(run.resolve().parent.glob(f"*/{RECIPE}"))
        if path.parent.resolve() != run.resolve()
        and path.parent not in skip
        and kind_of(path.parent) != "other"
        and _tasks(path.parent) == tasks
        and _evaluations(path.parent)
    ]


def kind_of(folder: Path) -> str:
    """What a run is a control for, by its recipe."""
    recipe = _recipe(folder)
    spurious = next((name for name in SPURIOUS if f"{name}(" in recipe), "")
    if spurious:
        return "random" if spurious == "RandomReward" else spurious
    return "no tool" if _NO_TOOL.search(recipe) else "other"


def missing(controls: Sequence[Control]) -> list[str]:
    """The controls that every run should have and this one does not."""
    return [kind for kind in ("random", "no tool") if kind not in {one.kind for one in controls}]


def _recipe(folder: Path) -> str:
    path = folder / RECIPE
    return path.read_text("utf-8", "replace") if path.is_file() else ""


def _tasks(folder: Path) -> str:
    """The last in the recipe: those before are of its cold start."""
    found = _TASKS.findall(_recipe(folder))
    return found[-1] if found else ""


def _evaluations(folder: Path) -> list[float]:
    return [row[HELD_OUT] for row in read_metrics(folder) if HELD_OUT in row]


def _count(folder: Path) -> int:
    found = _EVALUATED.search(_recipe(folder))
    return int(found[1]) if found else 0


def _margin(one: tuple[float, int], other: tuple[float, int]) -> float:
    """1.96 standard errors of the difference of two shares; infinite where a count is unknown."""
    if not one[1] or not other[1]:
        return math.inf
    return 1.96 * math.sqrt(sum(p * (1 - p) / n for p, n in (one, other)))
