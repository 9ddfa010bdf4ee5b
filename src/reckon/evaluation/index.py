"""An index of a run's trajectories in SQLite: what a table or a filter needs without reading them all.

Made from `trajectories.jsonl` and from nothing else: remove it and it is made again. It follows a file that
is being written: `refresh` reads only what is new, and a line that is not whole yet waits for the next time.
"""

import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

from reckon import records
from reckon.errors import UsageError
from reckon.evaluation.run import TRAJECTORIES
from reckon.values import JSON, Trajectory

FILE = "index.sqlite"
_VERSION = 1
_TABLE = """
CREATE TABLE IF NOT EXISTS state (version INTEGER, indexed INTEGER, head TEXT);
CREATE TABLE IF NOT EXISTS trajectories (
    number INTEGER PRIMARY KEY, offset INTEGER, length INTEGER,
    id TEXT, parent TEXT, relation TEXT, root INTEGER,
    problem TEXT, task TEXT, question TEXT, gold TEXT, difficulty REAL,
    reasoner TEXT, model TEXT, seed INTEGER,
    answer TEXT, score REAL, reason TEXT, void TEXT,
    statuses TEXT, runs INTEGER, errors INTEGER, tokens_in INTEGER, tokens_out INTEGER,
    seconds REAL, forks INTEGER DEFAULT 0);
CREATE INDEX IF NOT EXISTS by_root ON trajectories (root);
CREATE INDEX IF NOT EXISTS by_problem ON trajectories (problem, relation);
CREATE INDEX IF NOT EXISTS by_method ON trajectories (relation, reasoner, model, score);
"""
_SHOWN = 400  # characters of a question or an answer
_HEAD = 200  # bytes by which a file is known again


class Index:
    """of one run's folder. Raises UsageError where it holds no trajectories, or a line that is none."""

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.source = self.folder / TRAJECTORIES
        if not self.source.is_file():
            raise UsageError(f"{folder} is no run: it has no {TRAJECTORIES}")
        self._data = self._open()
        self.refresh()

    def __enter__(self) -> "Index":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._data.close()

    def refresh(self) -> int:
        """Take in what was appended since; how many trajectories that is."""
        head = self._head()
        with self._writing(), open(self.source, "rb") as file:
            indexed, known = self._data.execute("SELECT indexed, head FROM state").fetchone()
            if self.source.stat().st_size < indexed or not head.startswith(known):
                self._data.execute("DELETE FROM trajectories")  # another file has this name now
                indexed = 0
            before = self._count()
            file.seek(indexed)
            for row, end in self._rows(file, indexed):
                names = ", ".join(row)
                marks = ", ".join("?" * len(row))
                self._data.execute(
                    f"INSERT INTO trajectories ({names}) VALUES ({marks})", tuple(row.values())
                )
                indexed = end
            self._data.execute("UPDATE state SET indexed = ?, head = ?", (indexed, head[:_HEAD]))
            self._data.execute(
                "UPDATE trajectories SET forks = (SELECT count(*) FROM trajectories AS other"
                " WHERE other.root = trajectories.number) - 1 WHERE relation = 'root' AND number > ?",
                (before,),
            )
        return self._count() - before

    def query(self, sql: str, values: Mapping[str, JSON] | tuple[JSON, ...] = ()) -> list[dict[str, Any]]:
        """Rows of a SELECT over `trajectories`, as dicts."""
        cursor = self._data.execute(sql, values)
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def trajectory(self, number: int) -> Trajectory:
        """The record itself. Raises UsageError for a number that is not there."""
        found = self.query("SELECT offset, length FROM trajectories WHERE number = ?", (number,))
        if not found:
            raise UsageError(f"{self.source} has no trajectory number {number}")
        with open(self.source, "rb") as file:
            file.seek(found[0]["offset"])
            line = file.read(found[0]["length"])
        return records.load(line.decode("utf-8"), f"{self.source}, trajectory {number},")

    def tree(self, number: int) -> list[Trajectory]:
        """The records of the tree that a root begins, the root first."""
        rows = self.query("SELECT number FROM trajectories WHERE root = ? ORDER BY number", (number,))
        return [self.trajectory(row["number"]) for row in rows]

    def _open(self) -> sqlite3.Connection:
        """The index beside the trajectories; in memory where the folder cannot be written."""
        path = self.folder / FILE
        try:
            data = _connect(path)
            data.executescript(_TABLE)
            version = data.execute("SELECT version FROM state").fetchone()
            if version is not None and version[0] != _VERSION:
                raise sqlite3.DatabaseError("an older index")
        except sqlite3.OperationalError:
            data = _connect(":memory:")
            data.executescript(_TABLE)
            version = None
        except sqlite3.DatabaseError:
            data.close()
            with suppress(OSError):
                os.unlink(path)
            data = _connect(path)
            data.executescript(_TABLE)
            version = None
        if version is None:
            fresh = "INSERT INTO state SELECT ?, 0, '' WHERE NOT EXISTS (SELECT 1 FROM state)"
            data.execute(fresh, (_VERSION,))
        return data

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A transaction that other processes wait for."""
        self._data.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._data.execute("ROLLBACK")
            raise
        self._data.execute("COMMIT")

    def _count(self) -> int:
        return int(self._data.execute("SELECT coalesce(max(number), 0) FROM trajectories").fetchone()[0])

    def _head(self) -> str:
        with open(self.source, "rb") as file:
            return file.read(_HEAD).decode("latin-1")

    def _rows(self, file: Any, start: int) -> Iterator[tuple[dict[str, Any], int]]:
        """(row, where its line ends) of each whole line from `start` on."""
        number, root = self._count(), 0
        found = self._data.execute("SELECT max(number) FROM trajectories WHERE relation = 'root'").fetchone()
        root = found[0] or 0
        for line in file:
            if not line.endswith(b"\n"):
                return
            end = start + len(line)
            if line.strip():
                number += 1
                try:
                    data = json.loads(line)
                    relation = data.get("relation", "root")
                    root = number if relation == "root" else root
                    row = _row(data)
                except (ValueError, AttributeError, KeyError, TypeError) as error:
                    raise UsageError(f"{self.source}, byte {start}, is no trajectory: {error}") from None
                row = {name: _plain(value) for name, value in row.items()}
                yield {**row, "number": number, "offset": start, "length": len(line), "root": root}, end
            start = end


def _connect(path: str | Path) -> sqlite3.Connection:
    return sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=30)


def _plain(value: Any) -> Any:
    """What SQLite can hold: no lone surrogates, no number of more than 64 bits."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return max(-(2**63), min(value, 2**63 - 1)) if isinstance(value, int) else value


def _row(data: dict[str, Any]) -> dict[str, Any]:
    """What the index keeps of one record, which is JSON as `records` writes it."""
    problem, grade = data["problem"], data.get("grade") or {}
    answer, cost = data.get("answer") or {}, data.get("tree") or data.get("cost") or {}
    statuses = [s["execution"]["status"] for s in data.get("segments", ()) if s.get("execution")]
    return {
        "id": data["id"],
        "parent": data.get("parent"),
        "relation": data.get("relation", "root"),
        "problem": problem["id"],
        "task": problem["task"],
        "question": problem["question"][:_SHOWN],
        "gold": (problem.get("answer") or "")[:_SHOWN],
        "difficulty": problem.get("difficulty", 0.0),
        "reasoner": data.get("reasoner", ""),
        "model": data.get("model", ""),
        "seed": data.get("seed", 0),
        "answer": None if answer.get("text") is None else str(answer["text"])[:_SHOWN],
        "score": grade.get("score"),
        "reason": grade.get("reason", ""),
        "void": data.get("void", ""),
        "statuses": " ".join(statuses),
        "runs": cost.get("runs", 0),
        "errors": cost.get("errors", 0),
        "tokens_in": cost.get("tokens_in", 0),
        "tokens_out": cost.get("tokens_out", 0),
        "seconds": cost.get("generate_s", 0.0) + cost.get("execute_s", 0.0) + cost.get("queue_s", 0.0),
    }
