"""Open a path of which a program may own parts: no symbolic link on the way is followed.

Where sessions have no user of their own, a session can replace directories of its forks by links. Whoever
acts on such a path from outside the jail goes through here.
"""

import contextlib
import ctypes
import errno
import os
import stat
from collections.abc import Iterator

from reckon.interpreter.syscalls import syscall

_OPENAT2 = 437
_HERE = -100
_NO_SYMLINKS = 0x04


def open_place(path: str) -> int:
    """An O_PATH descriptor of an absolute path. Raises OSError, with ELOOP where a link stands in the way."""
    name = ctypes.create_string_buffer(os.fsencode(path))
    how = (ctypes.c_uint64 * 3)(os.O_PATH | os.O_CLOEXEC, 0, _NO_SYMLINKS)
    try:
        return syscall(_OPENAT2, _HERE, ctypes.addressof(name), ctypes.addressof(how), ctypes.sizeof(how))
    except OSError as error:
        if error.errno not in (errno.ENOSYS, errno.EPERM):
            raise
    return _walk(path)


@contextlib.contextmanager
def parent_of(path: str) -> Iterator[tuple[int, str]]:
    """(descriptor of the directory, name in it), for the calls that take a dir_fd."""
    above, name = os.path.split(path)
    descriptor = open_place(above)
    try:
        yield descriptor, name
    finally:
        os.close(descriptor)


def _walk(path: str) -> int:
    """The same, name by name, for kernels and containers without openat2."""
    here = os.open("/", os.O_PATH | os.O_CLOEXEC)
    for name in filter(None, path.split("/")):
        above, here = here, -1
        try:
            here = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=above)
            if stat.S_ISLNK(os.fstat(here).st_mode):
                os.close(here)
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), path)
        finally:
            os.close(above)
    return here
