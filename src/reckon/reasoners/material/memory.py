"""A memory that outlasts a problem: a file of JSON lines that is only ever appended to.

Reasoners are frozen, so what they learn stands in a file that they name, read anew for each problem. With
several problems at a time each sees what is there when it begins: results depend on their order.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from reckon.errors import UsageError
from reckon.reasoners.material.retrieval import Index

MOST_BYTES = 64 << 20
LONGEST = 20_000  # characters of one text
FIELDS = ("kind", "about", "text")
_BEGINS = '{"kind": '  # what `add` writes first


@dataclass(frozen=True, slots=True)
class Entry:
    """kind: which memory of several.  about: what it is found by.  text: what it says."""

    kind: str
    about: str
    text: str


@dataclass(frozen=True, slots=True)
class Memory:
    """path: the file; "" remembers nothing. A file that is not there yet is empty."""

    path: str = ""

    def read(self, kind: str) -> tuple[Entry, ...]:
        """The entries of that kind, the latest of equals. Raises UsageError naming file and line."""
        if not self.path or not Path(self.path).exists():
            return ()
        try:
            if os.path.getsize(self.path) > MOST_BYTES:
                raise UsageError(f"memory {self.path} is larger than {MOST_BYTES >> 20} MiB: begin a new one")
            text = Path(self.path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"memory {self.path} cannot be read: {error}") from None
        lines = enumerate(text.split("\n"), 1)
        found = [_entry(line, f"memory {self.path}, line {n},") for n, line in lines if line]
        entries = [entry for entry in found if entry is not None and entry.kind == kind]
        return tuple({entry.about: entry for entry in entries}.values())

    def nearest(self, kind: str, about: str, k: int) -> list[Entry]:
        """At most `k` entries that are about something alike, the most alike first."""
        entries = self.read(kind) if k > 0 else ()
        return [entries[n] for n in Index([entry.about for entry in entries]).search(about, k)]

    def add(self, kind: str, about: str, text: str) -> None:
        """Append an entry in one write. Raises UsageError where the file cannot be written."""
        if not self.path:
            return
        entry = {"kind": kind, "about": about[:LONGEST], "text": text[:LONGEST]}
        try:
            file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o644)
            try:
                size = os.fstat(file).st_size
                whole = size == 0 or os.pread(file, 1, size - 1) == b"\n"
                os.write(file, (("" if whole else "\n") + json.dumps(entry) + "\n").encode())
            finally:
                os.close(file)
        except OSError as error:
            raise UsageError(f"memory {self.path} cannot be written: {error.strerror}") from None


def _entry(line: str, where: str) -> Entry | None:
    """None for one that a crash cut short."""
    try:
        data = json.loads(line)
        kind, about, text = (data[field] for field in FIELDS)
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, ValueError) and line.startswith(_BEGINS[: len(line)]):
            return None
        kind = about = text = None
    if not (isinstance(kind, str) and isinstance(about, str) and isinstance(text, str)):
        raise UsageError(f"{where} is no entry: wanted an object with the texts {', '.join(FIELDS)}")
    return Entry(kind, about, text)
