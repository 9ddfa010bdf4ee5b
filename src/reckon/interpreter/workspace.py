"""Files of a session, read and written by the host while a program may be changing them.

The program owns the directory: it may put links, pipes and moved directories anywhere in it, at any moment.
So the host walks from the directory's own descriptor, name by name, follows no link and climbs no "..";
it reads regular files only, and writes a new file that it then moves into place. Whatever the program does
meanwhile, each step lies in a directory that the program itself could write.
"""

import contextlib
import errno
import os
import secrets
import stat
from collections.abc import Iterator

from reckon.errors import UsageError
from reckon.interpreter import paths
from reckon.interpreter.homes import Place
from reckon.interpreter.told import FileInfo

ENTRIES = 10_000
_DEPTH = 64
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Not blocking: a pipe in the place of a file must not hold the host.
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_CREATE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def check_path(path: str) -> tuple[str, ...]:
    """The names on the way to `path`. Raises UsageError for one that could lead out of the directory."""
    names = tuple(name for name in path.split("/") if name not in ("", ".")) if isinstance(path, str) else ()
    if (
        not names
        or not _is_encodable(path)
        or path.startswith("/")
        or ".." in names
        or "\0" in path
        or len(names) > _DEPTH
    ):
        raise UsageError(f"path: wanted one inside the session's directory, like 'a/b.csv', got {path!r}")
    return names


def _is_encodable(path: str) -> bool:
    try:
        return bool(os.fsencode(path))
    except UnicodeEncodeError:
        return False


def read(place: Place, path: str, most_bytes: int) -> bytes:
    """A regular file's content. Raises UsageError where there is none, or it is larger than `most_bytes`."""
    names = check_path(path)
    with _told(path), _directory(place, names[:-1]) as above:
        descriptor = os.open(names[-1], _READ, dir_fd=above)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                raise UsageError(f"path: {path!r} is no regular file")
            pieces, size = [], 0
            while piece := file.read(1 << 20):
                pieces.append(piece)
                size += len(piece)
                if size > most_bytes:
                    raise UsageError(f"path: {path!r} is larger than {most_bytes} bytes")
            return b"".join(pieces)


def write(place: Place, path: str, data: bytes) -> None:
    """Make or replace a file, owned by the session. Raises UsageError where the way is closed."""
    names = check_path(path)
    with _told(path), _directory(place, names[:-1], make=True) as above:
        fresh = f".{secrets.token_hex(8)}"
        descriptor = os.open(fresh, _CREATE, 0o600, dir_fd=above)
        try:
            with os.fdopen(descriptor, "wb", buffering=0) as file:
                left = memoryview(data)
                while left:
                    left = left[file.write(left) :]
                if place.user is not None:
                    os.fchown(descriptor, place.user, place.user)
            os.rename(fresh, names[-1], src_dir_fd=above, dst_dir_fd=above)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(fresh, dir_fd=above)
            raise


def files(place: Place) -> tuple[FileInfo, ...]:
    """The regular files, by path; the first ENTRIES of them. What cannot be looked into is left out."""
    found: list[FileInfo] = []
    waiting: list[tuple[str, ...]] = [()]
    looked = 0
    while waiting and looked < ENTRIES:
        names = waiting.pop()
        with contextlib.suppress(OSError), _directory(place, names) as here, os.scandir(here) as entries:
            for entry in entries:
                looked += 1
                if looked > ENTRIES:
                    break
                if entry.is_dir(follow_symlinks=False) and len(names) < _DEPTH:
                    waiting.append((*names, entry.name))
                elif entry.is_file(follow_symlinks=False):
                    size = entry.stat(follow_symlinks=False).st_size
                    found.append(FileInfo("/".join((*names, entry.name)), size))
    return tuple(sorted(found, key=lambda file: file.path))


@contextlib.contextmanager
def _directory(place: Place, names: tuple[str, ...], make: bool = False) -> Iterator[int]:
    """A descriptor of the directory `names` below the working directory; with `make`, made where absent."""
    way = paths.open_place(place.work)
    try:
        here = os.open(".", _DIRECTORY, dir_fd=way)
    finally:
        os.close(way)
    try:
        for name in names:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, 0o700, dir_fd=here)
            above = here
            here = os.open(name, _DIRECTORY, dir_fd=above)
            os.close(above)
            # By descriptor: the name may be something else by now.
            if make and place.user is not None and os.fstat(here).st_uid == os.geteuid():
                os.fchown(here, place.user, place.user)
        yield here
    finally:
        os.close(here)


@contextlib.contextmanager
def _told(path: str) -> Iterator[None]:
    """The kernel's refusals as one line that names the path."""
    try:
        yield
    except FileNotFoundError:
        raise UsageError(f"path: the session has no file {path!r}") from None
    except OSError as error:
        why = {errno.ELOOP: "a symbolic link", errno.ENOTDIR: "a link or a file in the place of a directory"}
        reason = why.get(error.errno or 0, error.strerror)
        raise UsageError(f"path: {path!r} cannot be used: {reason}") from None
