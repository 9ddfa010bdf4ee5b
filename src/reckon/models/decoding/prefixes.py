"""The key-value caches of finished and running rows, found again by the tokens they hold.

A later turn of a rollout begins with all that its cache holds: it goes on in that cache, nothing is computed
twice. A fork shares only the beginning: that part is copied, which costs a copy of memory instead of a
forward pass. Used from one thread alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Generic, Protocol, TypeVar

import numpy as np

Memory = TypeVar("Memory")


class Memories(Protocol[Memory]):
    """Who owns the arrays behind a cache."""

    def new(self) -> Memory: ...
    def copy(self, source: Memory, length: int) -> Memory:
        """A new memory with the first `length` tokens of `source`."""
        ...

    def free(self, memory: Memory) -> None: ...


@dataclass(eq=False)
class Line(Generic[Memory]):
    """A cache: `ids` are the tokens whose keys and values `memory` holds."""

    memory: Memory
    ids: list[int] = field(default_factory=list)
    busy: bool = True
    used: int = 0


class Prefixes(Generic[Memory]):
    """Lines by prefix; the least recently used idle ones go when the budget of tokens or lines is spent."""

    def __init__(self, memories: Memories[Memory], max_tokens: int, max_lines: int) -> None:
        self._memories = memories
        self._max_tokens = max_tokens
        self._max_lines = max_lines
        self._lines: list[Line[Memory]] = []
        self._clock = count(1)

    def take(self, ids: Sequence[int]) -> Line[Memory]:
        """A busy line that holds as much of the beginning of `ids` as is known, at most all but the last."""
        best, shared = self._longest(ids)
        if best is not None and not best.busy and shared == len(best.ids) < len(ids):
            best.busy = True
            return best
        if best is not None:
            best.used = next(
                self._clock
            )  # so that making room does not throw away what is about to be copied
        self._make_room()
        line = self._line(best, min(shared, len(ids) - 1), ids)
        self._lines.append(line)
        return line

    def give_back(self, line: Line[Memory]) -> None:
        line.busy = False
        line.used = next(self._clock)

    def clear(self) -> None:
        """Drop every idle line."""
        for line in [line for line in self._lines if not line.busy]:
            self._lines.remove(line)
            self._memories.free(line.memory)

    def _line(self, best: Line[Memory] | None, keep: int, ids: Sequence[int]) -> Line[Memory]:
        if best is None or keep == 0:
            return Line(self._memories.new())
        return Line(self._memories.copy(best.memory, keep), list(ids[:keep]))

    def _longest(self, ids: Sequence[int]) -> tuple[Line[Memory] | None, int]:
        """Among equals an idle line comes first, and the one with the least beyond what is shared."""
        wanted = np.asarray(ids)
        best, key = None, (0, False, 0)
        for line in self._lines:
            shared = _shared(wanted, line.ids)
            this = (shared, not line.busy, -len(line.ids))
            if shared and this > key:
                best, key = line, this
        return best, key[0]

    def _make_room(self) -> None:
        idle = sorted((line for line in self._lines if not line.busy), key=lambda line: line.used)
        tokens = sum(len(line.ids) for line in self._lines)
        for line in idle:
            if len(self._lines) < self._max_lines and tokens <= self._max_tokens:
                return
            if line is idle[-1] and len(self._lines) < self._max_lines:
                return
            tokens -= len(line.ids)
            self._lines.remove(line)
            self._memories.free(line.memory)


def _shared(wanted: np.ndarray[tuple[int], np.dtype[np.int64]], held: Sequence[int]) -> int:
    length = min(len(wanted), len(held))
    if length == 0 or wanted[0] != held[0]:
        return 0
    different = np.flatnonzero(wanted[:length] != np.asarray(held[:length]))
    return int(different[0]) if len(different) else length
