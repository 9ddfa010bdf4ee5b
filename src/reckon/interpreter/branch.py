"""The child's side of `fork()`: a working directory of its own, with the open files in it reopened there.

After a fork parent and child share each open file, its offset included. A file inside the working directory
is opened again in the copy, at the same offset and under the same number; one that no longer has a name there
is copied whole. Descriptors that lead elsewhere (pipes, /dev/null) are shared, as with any fork.
"""

import fcntl
import os
import select
import shutil
import stat
import sys
import tempfile

_DELETED = " (deleted)"
_ONCE = os.O_CREAT | os.O_EXCL | os.O_TRUNC


def move_into(old: str, new: str, descriptors: range) -> None:
    """Copy directory `old` into the empty `new`, and move this process over. Raises OSError."""
    _copy(old, new)
    for descriptor in _open_among(descriptors):
        _reopen(descriptor, old, new)
    inside = _renamed(os.getcwd(), old, new)
    if inside is not None:
        os.chdir(inside)
    rename_settings(old, new)


def rename_settings(old: str, new: str) -> None:
    """Point the process's own ideas of where it lives to the new directory."""
    for name in ("HOME", "TMPDIR", "MPLCONFIGDIR"):
        os.environ[name] = new
    tempfile.tempdir = None
    sys.path[:] = [_renamed(entry, old, new) or entry for entry in sys.path]


def _renamed(path: str, old: str, new: str) -> str | None:
    return new + path[len(old) :] if path == old or path.startswith(old + "/") else None


def _copy(old: str, new: str) -> None:
    if next(os.scandir(old), None) is not None:
        shutil.copytree(old, new, symlinks=True, dirs_exist_ok=True, copy_function=_copy_file)


def _copy_file(source: str, target: str) -> None:
    """Regular files only: a pipe or a socket in the directory has nothing to copy."""
    if stat.S_ISREG(os.lstat(source).st_mode):
        shutil.copy2(source, target, follow_symlinks=False)


def _open_among(descriptors: range) -> list[int]:
    """Those that are open, in one call of the kernel instead of one for each."""
    poll = select.poll()
    for descriptor in descriptors:
        poll.register(descriptor, 0)
    closed = {descriptor for descriptor, events in poll.poll(0) if events & select.POLLNVAL}
    return [descriptor for descriptor in descriptors if descriptor not in closed]


def _reopen(descriptor: int, old: str, new: str) -> None:
    try:
        path = os.readlink(f"/proc/self/fd/{descriptor}")
    except OSError:
        return
    here = _renamed(path, old, new)
    if here is None or not stat.S_ISREG(os.fstat(descriptor).st_mode):
        return
    flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
    offset = os.lseek(descriptor, 0, os.SEEK_CUR)
    if path.endswith(_DELETED):
        fresh = _copy_nameless(descriptor, new)
    else:
        fresh = os.open(here, (flags & ~_ONCE) | os.O_CLOEXEC)
    os.lseek(fresh, offset, os.SEEK_SET)
    os.dup2(fresh, descriptor, inheritable=os.get_inheritable(descriptor))
    os.close(fresh)


def _copy_nameless(descriptor: int, directory: str) -> int:
    """A new file without a name, holding what `descriptor`'s holds."""
    fresh = os.open(directory, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    position = 0
    while piece := os.pread(descriptor, 1 << 20, position):
        position += os.write(fresh, piece)
    return fresh
