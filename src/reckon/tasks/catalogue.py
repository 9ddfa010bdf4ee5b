"""The lists of docs/tasks.md, made from the tasks: `python -m reckon.tasks.catalogue docs/tasks.md`.

Needs reasoning-gym. The questions of the files that only a user has are not shown.
"""

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from reckon.protocols import Task
from reckon.tasks import FOLDERS, draw, find, names, reference_program, suites
from reckon.values import Problem

MARK = "<!-- What follows is made by `python -m reckon.tasks.catalogue docs/tasks.md`. -->\n"
_SEED, _LEVEL = 1, 0.2
_CELL = 220


def lists() -> str:
    """Suites, counts, and every task with an example. Raises MissingExtra without reasoning-gym."""
    members = suites.members()
    parts = [
        "## The lists\n",
        _table(("suite", "tasks", "what"), _suite_rows()),
        f"Split digest (SHA-256 of names and sides): `{suites.digest(members)}`.\n",
        _counts(),
        "The last column of what follows: lines of the reference program.\n",
    ]
    sides = {member.name: member.split for member in members}
    for folder in FOLDERS:
        parts.append(_section(folder, [find(name) for name in names(folder)], sides))
    gym = [find(member.name) for member in members if member.name.startswith("rg:")]
    parts.append(_section("reasoning-gym", gym, sides))
    return "\n".join(parts)


def _suite_rows() -> Iterator[tuple[str, ...]]:
    for name in suites.names():
        suite = suites.find(name)
        assert suite is not None
        yield f"`{name}`", str(len(suite.members)), suite.about


def _counts() -> str:
    members = suites.members()
    kinds = sorted({member.kind for member in members})
    rows = []
    for source in suites.SOURCES:
        own = Counter(member.kind for member in members if member.source == source)
        rows.append((source, *(str(own[kind] or "") for kind in kinds), str(sum(own.values()))))
    return _table(("source", *kinds, "all"), rows)


def _section(title: str, tasks: Sequence[Task], sides: dict[str, str]) -> str:
    rows = []
    for task in tasks:
        problem = draw(task, _SEED, 0, _LEVEL)
        program = reference_program(task, problem)
        lines = "" if program is None else str(len(program.splitlines()))
        kind = getattr(task, "kind", "")
        rows.append((f"`{task.name}`", kind, sides.get(task.name, ""), *_shown(problem), lines))
    heads = ("task", "skill", "split", f"a question at difficulty {_LEVEL}", "an answer", "program")
    return f"### {title}: {len(tasks)}\n\n{_table(heads, rows)}"


def _shown(problem: Problem) -> tuple[str, str]:
    return _cell(problem.question), _cell(problem.answer or "")


def _cell(text: str) -> str:
    """One line that a table can hold, cut where it is long."""
    flat = " ".join(text.split())
    cut = flat if len(flat) <= _CELL else flat[: _CELL - 1] + "…"
    return "".join(f"\\{c}" if c in "|\\`*_<>[]#$~" else c for c in cut)


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in (heads, ["---"] * len(heads), *rows)]
    return "\n".join(lines) + "\n"


def write(path: Path) -> None:
    """Replace what stands below the mark."""
    prose, mark, _ = path.read_text("utf-8").partition(MARK)
    if not mark:
        raise SystemExit(f"{path} has no line {MARK!r}")
    path.write_text(f"{prose}{MARK}\n{lists()}", "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]))
