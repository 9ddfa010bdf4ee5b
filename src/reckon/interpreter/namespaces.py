"""Namespaces of the zygote, made once and shared by its sessions: they cost a session nothing.

Network (empty), System V IPC and host name, and a mount namespace in which closed directories above the
Python installation (say a /root of mode 0700) are replaced by empty ones that lead only to it. That is what
lets a session run under a user of its own where Python lives in root's home.

An ordinary user gets them inside a user namespace, where the kernel gives those. All mounts but that of the
sessions' directories become read-only there: Landlock does not see changes of mode, owner and times, and the
files outside are the user's own.
"""

import contextlib
import os
import socket

from reckon.interpreter import credentials
from reckon.interpreter.syscalls import MACHINE, syscall

NAMESPACES = {"mount": 0x00020000, "network": 0x40000000, "ipc": 0x08000000, "uts": 0x04000000}
_UNSHARE = {"x86_64": 272, "aarch64": 97}
_MOUNT = {"x86_64": 165, "aarch64": 40}
_MOUNT_SETATTR = 442
_RECURSIVE, _PRIVATE, _BIND = 16384, 1 << 18, 4096
_HERE, _ALL_BELOW, _READ_ONLY = -100, 0x8000, 1
_NEW_USER = 0x10000000
_HOST_NAME = "reckon"


def available() -> bool:
    return MACHINE in _UNSHARE


def restrict(keep: tuple[str, ...], base: str) -> tuple[str, ...]:
    """Move this process into new namespaces; the names of those that the kernel gave.

    keep: directories that must stay reachable, for every user.  base: the one that must stay writable.
    """
    if not available():
        return ()
    if os.geteuid() != 0:
        return _of_an_ordinary_user(base)
    given = []
    for name, flag in NAMESPACES.items():
        try:
            syscall(_UNSHARE[MACHINE], flag)
            given.append(name)
        except OSError:
            continue
    if "uts" in given:
        socket.sethostname(_HOST_NAME)
    if "mount" in given:
        try:
            _mount("none", "/", None, _RECURSIVE | _PRIVATE)
            _open_ways(keep)
        except OSError:
            pass  # the ways stay closed; whether a user can read Python is tried, not assumed
    return tuple(given)


def _of_an_ordinary_user(base: str) -> tuple[str, ...]:
    """All or none. Tried in a child first: half of the way in, there is no way back."""
    pid = os.fork()
    if pid == 0:
        try:
            _set_apart(base)
            os._exit(0)
        except BaseException:
            os._exit(1)
    if os.waitpid(pid, 0)[1] != 0:
        return ()
    _set_apart(base)
    return (*NAMESPACES, "read-only")


def _set_apart(base: str) -> None:
    user, group = os.geteuid(), os.getegid()
    syscall(_UNSHARE[MACHINE], _NEW_USER | sum(NAMESPACES.values()))
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", f"{user} {user} 1"),
        ("gid_map", f"{group} {group} 1"),
    ):
        with open(f"/proc/self/{name}", "w", encoding="ascii") as file:
            file.write(text)
    socket.sethostname(_HOST_NAME)
    _mount("none", "/", None, _RECURSIVE | _PRIVATE)
    _mount(base, base, None, _BIND)
    _set_read_only("/", True)
    for writable in (base, *_control_groups()):
        _set_read_only(writable, False)
    credentials.drop_capabilities()


def _set_read_only(path: str, on: bool) -> None:
    """With all mounts below it where `on`, else alone; what was read-only before we came stays so."""
    import ctypes

    change = (ctypes.c_uint64 * 4)(_READ_ONLY, 0, 0, 0) if on else (ctypes.c_uint64 * 4)(0, _READ_ONLY, 0, 0)
    name = ctypes.create_string_buffer(path.encode())
    where = ctypes.addressof(name), _ALL_BELOW if on else 0
    with contextlib.suppress(PermissionError) if not on else contextlib.nullcontext():
        syscall(_MOUNT_SETATTR, _HERE, *where, ctypes.addressof(change), ctypes.sizeof(change))


def _control_groups() -> list[str]:
    """Where the zygote may make its own; the sessions' Landlock domains do not hold them."""
    with open("/proc/self/mountinfo", encoding="utf-8") as file:
        fields = [line.split() for line in file]
    return [words[4] for words in fields if words[words.index("-") + 1].startswith("cgroup")]


def _open_ways(keep: tuple[str, ...]) -> None:
    """Cover each closed directory above `keep` by an empty one that holds only the kept paths."""
    held = [(path, os.open(path, os.O_PATH | os.O_DIRECTORY)) for path in map(os.path.realpath, keep)]
    try:
        for closed in sorted({found for path, _ in held if (found := _closed_above(path))}):
            _mount("tmpfs", closed, "tmpfs", 0, "mode=755,size=64k")
            for path, descriptor in held:
                if path.startswith(closed + "/"):
                    os.makedirs(path, exist_ok=True)
                    _mount(f"/proc/self/fd/{descriptor}", path, None, _BIND | _RECURSIVE)
    finally:
        for _, descriptor in held:
            os.close(descriptor)


def _closed_above(path: str) -> str | None:
    """The topmost directory on the way to `path` that others may not enter; never the root itself."""
    names = path.strip("/").split("/")
    for depth in range(1, len(names)):
        above = "/" + "/".join(names[:depth])
        if not os.stat(above).st_mode & 0o001:
            return above
    return None


def _mount(source: str, target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    import ctypes

    texts = [
        None if text is None else ctypes.create_string_buffer(text.encode())
        for text in (source, target, kind, data)
    ]
    where = [0 if text is None else ctypes.addressof(text) for text in texts]
    syscall(_MOUNT[MACHINE], where[0], where[1], where[2], flags, where[3])
