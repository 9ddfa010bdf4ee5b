"""A model whose answers are kept: the same request is answered from a file and not asked again.

The key is everything that the model is asked: its name, the context token for token (text where it has no
tokens), images, and how to sample, the seed included. A rerun, or a second method with the same first turn,
then costs nothing; another seed is another request.
"""

import asyncio
import hashlib
import json
import os
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from weakref import WeakValueDictionary

from reckon import records
from reckon.around_model import AroundModel
from reckon.errors import UsageError
from reckon.protocols import Model, OnText, Sample, Sampling
from reckon.values import Segment


def default_path() -> Path:
    """Of the cache: below XDG_CACHE_HOME, or ~/.cache."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "reckon" / "responses.sqlite"


class Cached(AroundModel):
    """`inner` with a file of its answers. Several processes may share the file; `hits` counts what it gave.

    version: what the model's name does not say and changes its answers, e.g. the server's address.
    Raises UsageError where the file cannot be opened.
    """

    def __init__(self, inner: Model, path: str | Path | None = None, *, version: str = "") -> None:
        self.inner = inner
        self._version = version
        self.hits = 0
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        file = Path(path) if path else default_path()
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._data = sqlite3.connect(file, isolation_level=None, timeout=30)
            self._data.execute("PRAGMA journal_mode = WAL")
            self._data.execute("CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, sample TEXT)")
        except (OSError, sqlite3.Error) as error:
            raise UsageError(f"the response cache {file} cannot be used: {error}") from None

    async def sample(
        self, context: Sequence[Segment], sampling: Sampling, on_text: OnText | None = None
    ) -> Sample:
        """The kept answer, or the model's; of equal requests at once one is asked and the others wait."""
        key = self._key(context, sampling)
        lock = self._locks.setdefault(key, asyncio.Lock())
        async with lock:
            kept = self._data.execute("SELECT sample FROM answers WHERE key = ?", (key,)).fetchone()
            if kept is None:
                sample = await self.inner.sample(context, sampling, on_text)
                written = json.dumps(records.to_json(sample))
                self._data.execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", (key, written))
                return sample
        self.hits += 1
        sample = records.from_json(Sample, json.loads(kept[0]))
        if on_text is not None:
            on_text(sample.text)
        return sample

    async def close(self) -> None:
        self._data.close()
        await super().close()

    def _key(self, context: Sequence[Segment], sampling: Sampling) -> str:
        shown = [
            (s.role, s.sampled, list(s.ids) if s.ids is not None else s.text, records.to_json(s.parts))
            for s in context
        ]
        how = {**asdict(sampling), "seed": sampling.seed if sampling.temperature else None}  # greedy has none
        asked = json.dumps([self._version, self.name, shown, how])
        return hashlib.sha256(asked.encode()).hexdigest()
