"""The runs below some folders, by ids that say nothing of paths, and one open index for each."""

import hashlib
import os
import re
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, TypeVar

from reckon.errors import ReckonError, UsageError
from reckon.evaluation.index import Index
from reckon.evaluation.run import DESCRIPTION, TRAJECTORIES

T = TypeVar("T")

METRICS = "metrics.jsonl"
LIVE_S = 60.0  # a run whose file grew since is going on
_MAKERS = 2  # indexes made at once
_SCAN_S = 2.0
_REFRESH_S = 1.0
_KEPT = 60  # tables of one run; each may hold the number of every rollout
_PATIENCE_S = 0.5  # a page waits so long for an index; a longer one is made behind it


class NotFound(ReckonError):
    """No run, trajectory or page has that name."""


class Indexing(ReckonError):
    """The index is being made: ask again."""


class Shelf:
    """The index of a run's folder: made in a thread, refreshed when asked for, used by one at a time."""

    def __init__(self, folder: Path, makers: threading.Semaphore) -> None:
        self.folder = folder
        self.version = -1  # where the last indexed line ends: another number, other rows
        self._kept: dict[object, Any] = {}
        self._makers = makers
        self._lock = threading.Lock()
        self._index: Index | None = None
        self._fault = ""
        self._tried = (0, 0)
        self._opener: threading.Thread | None = None
        self._refreshed = 0.0

    @contextmanager
    def open(self, patience_s: float = _PATIENCE_S) -> Iterator[Index]:
        """Raises Indexing while the index is made, UsageError where the file is no run's."""
        if self._index is None:
            self._await_index(patience_s)
        with self._lock:
            assert self._index is not None
            self._refresh(self._index)
            yield self._index

    def keep(self, key: object, make: Callable[[], T]) -> T:
        """What `make` returns, kept under `key` until the run has more rows."""
        if key not in self._kept:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            self._kept[key] = make()
        kept: T = self._kept[key]
        return kept

    def begin(self) -> threading.Thread:
        """Have the index made, if nobody has, or if a file that could not be indexed has changed since."""
        with self._lock:
            if self._opener is None or (self._fault and self._tried != _stamp(self.folder)):
                self._fault, self._tried = "", _stamp(self.folder)
                self._opener = threading.Thread(target=self._make, name="reckon-index", daemon=True)
                self._opener.start()
            return self._opener

    def _await_index(self, patience_s: float) -> None:
        opener = self.begin()
        opener.join(patience_s)
        if opener.is_alive():
            raise Indexing("the index is being made")
        if self._index is None:
            raise UsageError(self._fault)

    def _make(self) -> None:
        try:
            with self._makers:
                self._index = Index(self.folder)
            self._refreshed = time.monotonic()
        except ReckonError as error:
            self._fault = str(error)
        except (ValueError, OverflowError) as error:
            self._fault = f"{TRAJECTORIES} cannot be indexed: {error}"
        except (OSError, sqlite3.Error) as error:
            self._fault = f"{TRAJECTORIES} cannot be indexed now: {error}"
            self._tried = (0, 0)  # another process may hold the index for a while

    def _refresh(self, index: Index) -> None:
        if time.monotonic() - self._refreshed > _REFRESH_S:
            try:
                index.refresh()
            except (sqlite3.Error, OSError) as error:
                # Another process indexes the same folder: its rows are read, the rest comes next time.
                if not index.source.is_file():
                    raise NotFound(f"{index.source.name} is gone: {error}") from None
            self._refreshed = time.monotonic()
        ends = index.query("SELECT offset + length AS at FROM trajectories ORDER BY number DESC LIMIT 1")
        version = ends[0]["at"] if ends else 0
        if version != self.version:
            self._kept.clear()
            self.version = version


def _stamp(folder: Path) -> tuple[int, int]:
    """By which a file that has changed is told."""
    try:
        found = (folder / TRAJECTORIES).stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


@dataclass(frozen=True)
class Known:
    """A run. id: of its place, the same at every start.  name: its folder below the one that was given."""

    id: str
    name: str
    kind: Literal["evaluation", "training"]
    folder: Path
    shelf: Shelf = field(compare=False)

    @property
    def file(self) -> Path:
        return self.folder / (TRAJECTORIES if self.kind == "evaluation" else METRICS)

    @property
    def changed(self) -> float:
        """When its file last grew, in seconds of the epoch; 0 before there is one."""
        try:
            return self.file.stat().st_mtime
        except OSError:
            return 0.0

    @property
    def live(self) -> bool:
        return time.time() - self.changed < LIVE_S


class Library:
    """The runs at and below `tops`. Raises UsageError for a folder that is not there."""

    def __init__(self, tops: Sequence[str]) -> None:
        self._tops = tuple(Path(top).resolve() for top in tops)
        for given, top in zip(tops, self._tops, strict=True):
            if not top.is_dir():
                raise UsageError(f"there is no folder {given}: name a run, or a folder of runs")
        self._lock = threading.Lock()
        self._makers = threading.Semaphore(_MAKERS)
        self._known: dict[str, Known] = {}
        self._scanned = -_SCAN_S

    def runs(self) -> list[Known]:
        """All of them, the last changed first."""
        with self._lock:
            if time.monotonic() - self._scanned >= _SCAN_S:
                found = dict(self._scan())
                self._known = {run: self._known.get(run, known) for run, known in found.items()}
                self._scanned = time.monotonic()
            return sorted(self._known.values(), key=lambda known: -known.changed)

    def find(self, run: str) -> Known:
        """Raises NotFound."""
        for known in self.runs():
            if known.id == run:
                return known
        raise NotFound("there is no such run here; it may have been moved since")

    def evaluation(self, run: str) -> Known:
        """Raises NotFound."""
        known = self.find(run)
        if known.kind != "evaluation":
            raise NotFound(f"{known.name} is a training run: it has curves, no trajectories")
        return known

    def _scan(self) -> Iterator[tuple[str, Known]]:
        for top in self._tops:
            for place, folders, files in os.walk(top):
                folders.sort()
                if DESCRIPTION in files or TRAJECTORIES in files:
                    yield self._place(top, Path(place), "evaluation")
                if METRICS in files:
                    yield self._place(top, Path(place), "training")

    def _place(self, top: Path, folder: Path, kind: Literal["evaluation", "training"]) -> tuple[str, Known]:
        mark = hashlib.sha256(os.fsencode(folder) + kind.encode()).hexdigest()[:8]
        name = top.name if folder == top else str(folder.relative_to(top))
        run = f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', folder.name)[:40]}-{mark}"
        shown = name.encode("utf-8", "replace").decode()
        return run, Known(run, shown, kind, folder, Shelf(folder, self._makers))
