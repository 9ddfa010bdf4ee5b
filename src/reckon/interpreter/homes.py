"""The directories of sessions.

    base/                 one per interpreter, removed with it
      <random>/           the home of a session, root's own, not listable where sessions have their own user
        work/             its working directory, the only place it owns
        <random>/work/    the home of its fork

A fork's home lies inside its parent's: a Landlock domain can only be narrowed. Names are unguessable, since a
parent's domain reaches into its forks' homes.

An interpreter holds a lock on its base, which the kernel drops when the host dies, however it dies. A base
that nobody holds was left behind, by a host that was killed together with its zygote: `sweep` removes it.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from reckon.errors import InfrastructureError
from reckon.interpreter import cgroups, paths
from reckon.interpreter.landlock import LAYERS

_PREFIX = "reckon-base-"  # no other directory may be named so: `sweep` removes them


@dataclass(frozen=True, slots=True)
class Place:
    """path: the home.  family: the home of the first of its forks' line, or its own.
    user: who owns its working directory, None where it is ourselves.  depth: how many forks above it.
    """

    path: str
    family: str
    user: int | None
    depth: int = 0

    @property
    def work(self) -> str:
        return f"{self.path}/work"


def make_base() -> tuple[str, int]:
    """A new base, and the descriptor that holds it: its owner closes that once the base is removed."""
    while True:
        base = os.path.realpath(tempfile.mkdtemp(prefix=_PREFIX))
        # Until it is locked, a host that starts at the same time may sweep it.
        with contextlib.suppress(FileNotFoundError):
            descriptor = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            # Where the file system has no locks, nobody can lock: nothing is swept there.
            if _lock(descriptor) is not False and _is_at(descriptor, base):
                os.chmod(base, 0o711)
                return base, descriptor
            os.close(descriptor)


def sweep() -> None:
    """Remove the bases of our own user that no host holds, with what is left in their control groups."""
    above = os.path.realpath(tempfile.gettempdir())
    with contextlib.suppress(OSError), os.scandir(above) as entries:
        for name in [entry.name for entry in entries if entry.name.startswith(_PREFIX)]:
            with contextlib.suppress(OSError):
                _sweep(f"{above}/{name}")


def _sweep(base: str) -> None:
    """Raises OSError for what is no directory, or is gone."""
    descriptor = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if os.fstat(descriptor).st_uid == os.geteuid() and _lock(descriptor):
            cgroups.sweep_all(f"{os.path.basename(base)}-")
            remove(base)
    finally:
        os.close(descriptor)


def _lock(descriptor: int) -> bool | None:
    """Whether the lock is ours now; None where there are no locks."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def _is_at(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path, follow_symlinks=False))
    except FileNotFoundError:
        return False


def make_place(base: str, user: int | None) -> Place:
    path = f"{base}/{_name()}"
    return _make(Place(path, path, user))


def make_fork_place(parent: Place) -> Place:
    """Inside the parent's home; beside it once no Landlock layer is left to narrow to it."""
    depth = parent.depth + 1
    above = os.path.dirname(parent.path) if depth > LAYERS else parent.path
    return _make(Place(f"{above}/{_name()}", parent.family, parent.user, depth))


def renew(place: Place) -> None:
    """Give a session whose process has ended an empty working directory."""
    remove(place.work)
    with paths.parent_of(place.work) as (above, name):
        os.mkdir(name, 0o700, dir_fd=above)
        if place.user is not None:
            os.chown(name, place.user, place.user, dir_fd=above)


def is_as_new(place: Place) -> bool:
    """Whether a closed session left its home as it got it: then the next one may have it.

    Making and removing directories costs as much as the fork of a session.
    """
    try:
        if place.depth or os.listdir(place.path) != ["work"]:
            return False
        with paths.parent_of(f"{place.work}/.") as (work, _):
            held = f"/proc/self/fd/{work}"
            os.chmod(held, 0o700)
            return not os.listdir(held) and not os.listxattr(held)
    except OSError:
        return False


def is_empty(directory: str) -> bool:
    """Remove `directory` if nothing is in it: the common case, and cheap."""
    try:
        with paths.parent_of(directory) as (above, name):
            os.rmdir(name, dir_fd=above)
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return True


def remove(directory: str) -> None:
    """Remove a tree that a program made: links are not followed, depth and closed modes do not stop it.

    A tree that a link has taken the place of stays for the family's end, when its real root goes.
    """
    with contextlib.suppress(OSError), paths.parent_of(directory) as (above, name):
        with contextlib.suppress(OSError, RecursionError):
            shutil.rmtree(name, dir_fd=above)
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=above)
        if os.access(name, os.F_OK, dir_fd=above, follow_symlinks=False):
            for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
                held = f"/proc/self/fd/{above}/./{name}"
                subprocess.run(
                    [*command, "--", held], check=False, pass_fds=[above], stderr=subprocess.DEVNULL
                )


def _name() -> str:
    return secrets.token_urlsafe(12)


def _make(place: Place) -> Place:
    try:
        with paths.parent_of(place.path) as (above, name):
            os.mkdir(name, 0o711, dir_fd=above)
            os.chmod(name, 0o711, dir_fd=above)  # whatever the host's umask is: users of sessions pass here
            os.mkdir(f"{name}/work", 0o700, dir_fd=above)
            if place.user is not None:
                os.chown(f"{name}/work", place.user, place.user, dir_fd=above)
    except OSError as error:
        raise InfrastructureError(f"no directory for a session could be made: {error}") from error
    return place
