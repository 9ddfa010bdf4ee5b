"""A folder of code or of documents as passages: what can be retrieved and shown.

Files are read as text and never run. Hidden files, files that are no text, files above a size and links that
lead out of the folder are left out.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from reckon.errors import UsageError
from reckon.reasoners.material.retrieval import Index

DOCUMENTS = (".md", ".rst", ".txt")
MOST_FILES, MOST_BYTES, LONGEST = 5_000, 1 << 20, 4_000  # of a folder; of a file; characters of a passage
_HEADING = re.compile(r"^(?:#{1,6} +(.+)|(.+)\n[=\-~^]{3,} *)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Passage:
    """name: "shop.prices.rate_of" or "guide/start.md: Install".  text: it, cut to LONGEST characters.

    parent: the name of what holds it.  summary: its title, or its head and the first line of its docstring.
    """

    kind: Literal["section", "module", "class", "function"]
    name: str
    text: str
    parent: str
    summary: str


class Library:
    """Passages that can be searched. by_summary: by what each is for, without its text."""

    def __init__(self, passages: Iterable[Passage] = (), *, by_summary: bool = False) -> None:
        self.passages = tuple(passages)
        shown = [one.summary if by_summary else one.text for one in self.passages]
        self._index = Index([f"{one.name}\n{text}" for one, text in zip(self.passages, shown, strict=True)])

    def nearest(self, query: str, k: int) -> list[Passage]:
        """At most `k` that share a word with the query, the best first."""
        return [self.passages[n] for n in self._index.search(query, k)]


def read_files(folder: str, suffixes: tuple[str, ...], field: str) -> dict[str, str]:
    """Path inside the folder to text, sorted. Raises UsageError naming the field."""
    root = Path(folder).resolve()
    if not root.is_dir():
        raise UsageError(f"{field}: {folder!r} is no folder")
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts)
        if hidden or path.suffix not in suffixes or not path.resolve().is_relative_to(root):
            continue
        try:
            if path.is_file() and path.stat().st_size <= MOST_BYTES:
                found[inside.as_posix()] = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        if len(found) > MOST_FILES:
            raise UsageError(f"{field}: {folder!r} holds more than {MOST_FILES} files: name a part of it")
    if not found:
        raise UsageError(f"{field}: {folder!r} holds no text in {', '.join(suffixes)} files")
    return found


def read_documents(folder: str, field: str) -> tuple[Passage, ...]:
    """The sections of the documents: at each heading a new one begins."""
    files = read_files(folder, DOCUMENTS, field)
    return tuple(passage for path, text in files.items() for passage in _sections(path, text))


def read_code(folder: str, field: str) -> tuple[Passage, ...]:
    """The modules of the Python files, and the functions and classes, with methods, that they define."""
    files = read_files(folder, (".py",), field)
    return tuple(passage for path, text in files.items() for passage in _definitions(path, text))


def module_of(path: str) -> str:
    """`shop/prices.py` is shop.prices, `shop/__init__.py` is shop."""
    parts = path.removesuffix(".py").split("/")
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)


def _sections(path: str, text: str) -> Iterator[Passage]:
    starts = [(found.start(), (found[1] or found[2]).strip()) for found in _HEADING.finditer(text)]
    bounds = [*((0, path) for _ in range(not starts or text[: starts[0][0]].strip() != "")), *starts]
    for (begin, title), (end, _) in zip(bounds, [*bounds[1:], (len(text), "")], strict=True):
        body = text[begin:end].strip()
        if body:
            name = path if title == path else f"{path}: {title}"
            yield Passage("section", name, body[:LONGEST], path, title)


def _definitions(path: str, text: str) -> Iterator[Passage]:
    module = module_of(path)
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    doc, package = (ast.get_docstring(tree) or "")[:LONGEST], module.rpartition(".")[0]
    yield Passage("module", module, doc, package, _first_line(tree) or module)
    yield from _members(tree, module, text)


def _members(owner: ast.Module | ast.ClassDef, name: str, text: str) -> Iterator[Passage]:
    for node in owner.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            inner = f"{name}.{node.name}"
            source = ast.get_source_segment(text, node) or ""
            head = source.split("\n", 1)[0].strip()
            kind: Literal["class", "function"] = "class" if isinstance(node, ast.ClassDef) else "function"
            yield Passage(kind, inner, source[:LONGEST], name, f"{head} {_first_line(node)}".strip())
            if isinstance(node, ast.ClassDef):
                yield from _members(node, inner, text)


def _first_line(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> str:
    return (ast.get_docstring(node) or "").split("\n", 1)[0]
