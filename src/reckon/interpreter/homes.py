"""The directories of sessions.

    base/                 one per interpreter, removed with it
      <random>/           the home of a session, root's own, not listable where sessions have their own user
        work/             its working directory, the only place it owns
        <random>/work/    the home of its fork

A fork's home lies inside its parent's: a Landlock domain can only be narrowed. Names are unguessable, since a
parent's domain reaches into its forks' homes.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

from reckon.errors import InfrastructureError
from reckon.interpreter import paths
from reckon.interpreter.landlock import LAYERS


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


def make_base() -> str:
    base = os.path.realpath(tempfile.mkdtemp(prefix="reckon-"))
    os.chmod(base, 0o711)
    return base


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
            os.mkdir(f"{name}/work", 0o700, dir_fd=above)
            if place.user is not None:
                os.chown(f"{name}/work", place.user, place.user, dir_fd=above)
    except OSError as error:
        raise InfrastructureError(f"no directory for a session could be made: {error}") from error
    return place
