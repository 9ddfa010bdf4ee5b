"""Tasks: a file here is a family of problems, and its name is the task's name.

Folders hold what families share: `material` (words, dates, posing) and `graders`. `rg:NAME` names a dataset
of the reasoning-gym package; `my_pkg.mine:Mine` names a class of somebody else's.
"""

import difflib
import pkgutil
import random
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from reckon import registry
from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.tasks.material.family import Family
from reckon.values import Problem

__all__ = ["Family", "draw", "families", "find", "find_all", "names"]

ADAPTER, PREFIX = "reasoning_gym", "rg:"


def names() -> tuple[str, ...]:
    """The families in this folder, in alphabetical order; nothing is imported."""
    files = (module.name for module in pkgutil.iter_modules(__path__) if not module.ispkg)
    return tuple(sorted(name for name in files if name != ADAPTER))


def families() -> tuple[Family, ...]:
    """Every family of ours, in the order of `names`."""
    return tuple(cast(Family, find(name)) for name in names())


def find(name: str) -> Task:
    """The task named "product", "Product(held_out=True)", "rg:countdown" or "my_pkg.mine:Mine".

    Raises UsageError for an unknown name, MissingExtra for an rg: name where reasoning-gym is absent.
    """
    if name.startswith(PREFIX):
        from reckon.tasks.reasoning_gym import ReasoningGym

        return ReasoningGym(name.removeprefix(PREFIX))
    if name.isidentifier() and name not in names():
        close = difflib.get_close_matches(name, names(), n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"no task is named {name!r}{hint} ('reckon tasks' lists them all)")
    return cast(Task, registry.build("tasks", name))


def find_all(wanted: Iterable[str]) -> list[Task]:
    """The tasks of these names, each once; "all" is every family of ours, "rg:*" every rg dataset."""
    found: dict[str, Task] = {}
    for name in wanted:
        for single in _expanded(name):
            if single not in found:
                found[single] = find(single)
    return list(found.values())


def draw(task: Task, seed: int, index: int, difficulty: float | None = None) -> Problem:
    """Problem `index` of `seed`, the same in every process; difficulty None is drawn evenly from [0, 1].

    A text seeds the generator by its SHA-512, which no hash seed and no Python version changes.
    """
    rng = random.Random(f"{task.name}/{seed}/{index}")
    level = rng.random() if difficulty is None else difficulty
    return replace(task.make(rng, level), id=f"{task.name}/{seed}/{index}")


def _expanded(name: str) -> tuple[str, ...]:
    if name == "all":
        return names()
    if name == f"{PREFIX}*":
        from reckon.tasks.reasoning_gym import dataset_names

        return tuple(PREFIX + dataset for dataset in dataset_names())
    return (name,)
