"""Public benchmarks, read from the user's own files: one benchmark per file.

    reckon eval gsm8k:data/test.jsonl -n 100
    reckon eval "HumanEval(path='HumanEvalPlus.jsonl.gz', plus=True)"

A benchmark is a task whose problems stand in a file, in the form in which it was published. Its name before a
colon and a path, or its class with `path`, names it; every other name is left to the tasks.
"""

import ast
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import cast

from reckon import registry, tasks
from reckon.benchmarks.material.posing import Benchmark
from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.values import Problem

__all__ = ["Benchmark", "find", "find_all", "names", "problems"]


def names() -> tuple[str, ...]:
    """The benchmarks' names in alphabetical order; nothing is imported."""
    return tuple(registry.names("benchmarks"))


def find(name: str) -> Benchmark | None:
    """The benchmark of "gsm8k:PATH" or "Gsm8k(path='PATH')"; None for a name that is a task's.

    Raises UsageError for a benchmark without a path and for fields that it has not.
    """
    head, colon, path = name.partition(":")
    if "(" not in head and head in names() and (colon or head not in tasks.names()):
        if head == "bbh" and not _is_path(path):
            return None
        if not path:
            raise UsageError(
                f"{head} is read from your own file: name it as {head}:PATH (docs/benchmarks.md)"
            )
        return cast(Benchmark, registry.find("benchmarks", head)(path=path))
    if _has_path(name):
        return cast(Benchmark, registry.build("benchmarks", name))
    return None


def find_all(wanted: Iterable[str]) -> list[Task]:
    """The benchmarks and tasks of these names, each once. Raises UsageError."""
    found: dict[str, Task] = {}
    for name in wanted:
        benchmark = find(name)
        for task in (benchmark,) if benchmark is not None else tasks.find_all([name]):
            found.setdefault(repr(task), task)
    return list(found.values())


def problems(task: Task, seed: int, n: int, difficulty: float | None = None) -> Sequence[Problem]:
    """The first n problems: of a benchmark its file's, fewer if it has fewer; of a task drawn ones."""
    if hasattr(task, "problems"):
        found = cast(Benchmark, task).problems()
        if not found:
            raise UsageError(f"{task!r} has no problems: look at its file and fields")
        return found[:n]
    return [tasks.draw(task, seed, index, difficulty) for index in range(n)]


def _has_path(name: str) -> bool:
    """Whether a name is Class(path=..., ...) of a benchmark."""
    try:
        node = ast.parse(name.strip(), mode="eval").body
    except (SyntaxError, ValueError):
        return False
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
        return False
    plain = {one.replace("_", "") for one in names()}
    known = node.func.id.replace("_", "").lower() in plain
    return known and any(keyword.arg == "path" for keyword in node.keywords)


def _is_path(text: str) -> bool:
    """bbh:snarks is a data set of the tasks, bbh:folder/ and bbh:snarks.json are the user's files."""
    return "/" in text or text.endswith((".json", ".jsonl")) or Path(text).is_dir()
