"""List the published systems that stand here, each with its file, test and paper.

examples:
  reckon systems
  reckon systems tree                     those with this text in their name, part or file
  reckon systems --kind reasoner --json   for a program to read

A file says in its docstring what it implements: "System: NAME." or, for a part of it, "System: NAME; part."
"""

import argparse
import ast
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

import reckon
from reckon.errors import UsageError

PACKAGE = Path(reckon.__file__).parent
TOP = PACKAGE.parent.parent  # of a checkout; an installed package has neither recipes nor tests beside it
_SAYS = re.compile(r"\bSystem: ([^;]+?)(?:(?:; |, (?=its ))(.+?))?\.(?= |$)")
_NAMES = "System: "
_PAPER = re.compile(r"\b(\d{4}\.\d{4,5})\b")
_KINDS = (
    ("reasoners", "reasoner"), ("training/objectives", "objective"), ("training/preferences", "preference"),
    ("training/rewards", "reward"), ("training/curriculum", "curriculum"), ("benchmarks", "benchmark"),
    ("evaluation/metrics", "metric"), ("tasks", "task"), ("data", "data recipe"),
    ("interpreter", "interpreter feature"), ("recipes", "recipe"),
)  # fmt: skip


@dataclass(frozen=True)
class System:
    """A published system, or the part of it that a file implements.

    name: of the system.  kind: of the file.  test: "" where none stands.  papers: arXiv ids of the file.
    """

    name: str
    part: str
    kind: str
    file: str
    test: str
    papers: tuple[str, ...]


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("text", nargs="?", default="", help="only those that hold this text")
    parser.add_argument("--kind", default="", help=f"one of {', '.join(kind for _, kind in _KINDS)}")
    parser.add_argument("--json", action="store_true", help="as JSON")


def run(arguments: argparse.Namespace) -> int:
    kinds = [kind for _, kind in _KINDS]
    if arguments.kind and arguments.kind not in kinds:
        raise UsageError(f"--kind {arguments.kind}: there are {', '.join(kinds)}")
    text = arguments.text.lower()
    found = [
        one
        for one in sorted(systems(), key=lambda one: (one.name.lower(), one.file))
        if arguments.kind in ("", one.kind) and text in f"{one.name} {one.part} {one.file}".lower()
    ]
    if arguments.json:
        print(json.dumps([asdict(one) for one in found], indent=1, ensure_ascii=False))
        return 0
    table = Table(box=None)
    for heading in ("system", "kind", "file", "test", "paper"):
        table.add_column(heading, overflow="fold")
    for one in found:
        name = f"{one.name}; {one.part}" if one.part else one.name
        table.add_row(name, one.kind, one.file, one.test or "-", ", ".join(one.papers))
    console = Console(highlight=False)
    console.print(table)
    console.print(f"{len({one.name for one in found})} systems, {len(found)} files")
    return 0


def systems() -> Iterator[System]:
    """What the docstrings of the package, and of the checkout's recipes, say. Nothing is imported."""
    tests = {path: path.read_text("utf-8") for path in sorted((TOP / "tests").rglob("test_*.py"))}
    for top in (PACKAGE, TOP / "recipes"):
        for path in sorted(top.rglob("*.py")):
            said = read_docstring(path)
            for name, part in _SAYS.findall(said):
                file = path.relative_to(PACKAGE if top is PACKAGE else TOP).as_posix()
                papers = tuple(dict.fromkeys(_PAPER.findall(said)))
                yield System(name, part, _kind(file), file, _test(file, tests), papers)


def read_docstring(path: Path) -> str:
    """A file's docstring on one line; "" for one that names no system or cannot be read as Python."""
    try:
        text = path.read_text("utf-8")
        said = ast.get_docstring(ast.parse(text)) if _NAMES in text else ""
    except (SyntaxError, ValueError, OSError):
        return ""
    return " ".join((said or "").split())


def _kind(file: str) -> str:
    return next((kind for folder, kind in _KINDS if file.startswith(f"{folder}/")), "part")


def _test(file: str, tests: dict[Path, str]) -> str:
    """The test named for the file; else the first that names its module, or its class, in the same room."""
    stem, room = Path(file).stem, file.partition("/")[0]
    class_name = stem.title().replace("_", "")
    names = re.compile(rf"\b{stem}\b|\b{class_name}\b", re.IGNORECASE)
    own = [path for path in tests if path.stem == f"test_{stem}"]
    dotted = [path for path, text in tests.items() if file[:-3].replace("/", ".") in text]
    found = own or dotted or [path for path, text in tests.items() if names.search(text)]
    found = sorted(found, key=lambda path: path.parent.name != room)
    return found[0].relative_to(TOP).as_posix() if found else ""
