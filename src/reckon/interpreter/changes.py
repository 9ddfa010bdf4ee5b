"""Which files a run made or changed: the working directory before and after, by size and time of change.

Runs inside, in the directory that it looks at. Kernels before 6.13 keep times by the tick: there, a file
rewritten with the same size within 4 ms of the run before goes unnoticed.
"""

import os
import time
from collections.abc import Iterator

_TICK_NS = 20_000_000
_ENTRIES = 2_000
_DEPTH = 16
_NAMES = 256
_NAME_CHARACTERS = 4_096
_PASSED_OVER = frozenset(("__pycache__", ".cache", ".matplotlib"))
_FONTS = "fontlist-v"  # matplotlib's own cache


class Changes:
    """The state of a directory, remembered from run to run; of its first ENTRIES entries."""

    def __init__(self) -> None:
        self._seen: dict[str, tuple[int, int]] = {}
        self._empty_since_ns = -1

    def take(self, directory: str) -> list[str]:
        """The files made or changed since the last call, by name."""
        try:
            changed_ns = os.stat(directory).st_mtime_ns
            if changed_ns == self._empty_since_ns:
                return []  # nothing was in it, and nothing has come: the common case, one call of the kernel
            now = dict(_files(directory))
            self._empty_since_ns = -1
            # A change within the same tick of the kernel's clock would leave the time as it is.
            if not now and time.time_ns() - changed_ns > _TICK_NS and not os.listdir(directory):
                self._empty_since_ns = changed_ns
        except OSError:
            return []
        if now == self._seen:
            return []
        changed = [path for path, state in now.items() if self._seen.get(path) != state]
        self._seen = now
        names = [path.encode("utf-8", "replace").decode() for path in sorted(changed)]
        return [name for name in names if len(name) <= _NAME_CHARACTERS][:_NAMES]


def _files(directory: str) -> Iterator[tuple[str, tuple[int, int]]]:
    waiting, looked = [(directory, "", 0)], 0
    while waiting:
        where, above, depth = waiting.pop()
        with os.scandir(where) as entries:
            for entry in entries:
                looked += 1
                if looked > _ENTRIES:
                    return
                if entry.is_dir(follow_symlinks=False):
                    if depth < _DEPTH and entry.name not in _PASSED_OVER and os.access(entry.path, os.R_OK):
                        waiting.append((entry.path, f"{above}{entry.name}/", depth + 1))
                elif entry.is_file(follow_symlinks=False) and not entry.name.startswith(_FONTS):
                    status = entry.stat(follow_symlinks=False)
                    yield above + entry.name, (status.st_size, status.st_mtime_ns)
