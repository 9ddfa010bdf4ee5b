"""Tasks: a file in one of FOLDERS is a family of problems, and its name is the task's name.

The folder says where a family comes from; the other folders hold what families share: `material` (words,
dates, posing) and `graders`. `rg:NAME` names a dataset of the reasoning-gym package, `bbh:NAME` a file of
BIG-Bench Hard that the user has, `safety:NAME` requests that a model should refuse, `my_pkg.mine:Mine` a
class of somebody else's. A suite stands for many.
"""

import difflib
import random
from collections.abc import Iterable
from dataclasses import replace
from typing import cast

from reckon import registry
from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.tasks import suites
from reckon.tasks.material.family import Family
from reckon.values import Problem

__all__ = ["FOLDERS", "Family", "draw", "families", "find", "find_all", "names", "reference_program"]

FOLDERS = (
    "elementary",
    "symbench",
    "bbh",
    "execution",
    "tables",
    "signals",
    "counterexamples",
    "code_generation",
    "efficiency",
    "plots",
    "images",
    "mathematics",
    "games",
    "multilingual",
)
# Files beside the folders: what makes tasks of something else, and the suites.
NO_FAMILIES = frozenset({"between", "big_bench_hard", "catalogue", "exporting", "reasoning_gym", "suites"})

# Names of a family with one of its fields set, beside the family's own.
VARIANTS = {
    f"multilingual_arithmetic_{code}": f"MultilingualArithmetic(language={code!r})"
    for code in ("bn", "de", "es", "fr", "ja", "ru", "sw", "te", "th", "zh")
}


def names(folder: str = "") -> tuple[str, ...]:
    """The families of one of FOLDERS, or of all, in alphabetical order; nothing is imported."""
    files = set(registry.names(f"tasks.{folder}" if folder else "tasks")) - NO_FAMILIES
    sized = {name: name.rsplit("_", 2)[0] for name in suites.SIZED}
    sizes = {name for name, family in sized.items() if family in files}
    return tuple(sorted(files - set(sized.values()) | sizes))


def families(folder: str = "") -> tuple[Family, ...]:
    """Every family of ours, or of one of FOLDERS, in the order of `names`."""
    return tuple(cast(Family, find(name)) for name in names(folder))


def find(name: str) -> Task:
    """The task named "product", "Product(held_out=True)", "rg:countdown", "bbh:snarks" or "my_pkg.mine:Mine".

    Raises UsageError for an unknown name, MissingExtra for an rg: name where reasoning-gym is absent.
    """
    if name.startswith("rg:"):
        from reckon.tasks.reasoning_gym import ReasoningGym

        return ReasoningGym(name.removeprefix("rg:"))
    if name.startswith("safety:"):
        from reckon.tasks.safety.prompts import SafetyPrompts

        return SafetyPrompts.named(name)
    if name.startswith("bbh:"):
        from reckon.tasks.big_bench_hard import BigBenchHard

        return BigBenchHard(name.removeprefix("bbh:"))
    expression = {**suites.SIZED, **VARIANTS}.get(name, name)
    if expression.isidentifier() and expression not in registry.names("tasks"):
        known = (*names(), *suites.SIZED, *VARIANTS, *suites.names())
        close = difflib.get_close_matches(name, known, n=1)
        hint = f"; did you mean {close[0]!r}?" if close else ""
        raise UsageError(f"no task is named {name!r}{hint} ('reckon tasks' lists them all)")
    return cast(Task, registry.build("tasks", expression))


def find_all(wanted: Iterable[str]) -> list[Task]:
    """The tasks of these names and suites, each once. Raises UsageError."""
    found: dict[str, Task] = {}
    for name in wanted:
        for task in _expanded(name):
            found.setdefault(repr(task), task)
    return list(found.values())


def draw(task: Task, seed: int, index: int, difficulty: float | None = None) -> Problem:
    """Problem `index` of `seed`, the same in every process; difficulty None is drawn evenly from [0, 1].

    A text seeds the generator by its SHA-512, which no hash seed and no Python version changes.
    """
    label = f"{task.name}~held_out" if getattr(task, "held_out", False) else task.name
    rng = random.Random(f"{label}/{seed}/{index}")
    level = rng.random() if difficulty is None else difficulty
    return replace(task.make(rng, level), id=f"{label}/{seed}/{index}")


def reference_program(task: Task, problem: Problem) -> str | None:
    """The program that solves the problem, None where its task has none for it."""
    write = getattr(task, "program", None)
    program: str | None = None if write is None else write(problem)
    return program


def _expanded(name: str) -> list[Task]:
    suite = suites.find(name)
    if suite is not None:
        return [suite.wrap(find(member)) for member in suite.members]
    if name == "all":
        return [find(member) for member in names()]
    if name in FOLDERS:
        return [find(member) for member in names(name)]
    if name == "safety":
        from reckon.tasks.safety.prompts import categories

        return [find(f"safety:{category}") for category in categories()]
    if name == "rg:*":
        from reckon.tasks.reasoning_gym import dataset_names

        return [find(f"rg:{dataset}") for dataset in dataset_names()]
    return [find(name)]
