"""Namespaces of the zygote, made once and shared by its sessions: they cost a session nothing.

Network (empty), System V IPC and host name, and a mount namespace in which closed directories above the
Python installation (say a /root of mode 0700) are replaced by empty ones that lead only to it. That is what
lets a session run under a user of its own where Python lives in root's home.
"""

import os

from reckon.interpreter.syscalls import MACHINE, syscall

NAMESPACES = {"mount": 0x00020000, "network": 0x40000000, "ipc": 0x08000000, "uts": 0x04000000}
_UNSHARE = {"x86_64": 272, "aarch64": 97}
_MOUNT = {"x86_64": 165, "aarch64": 40}
_RECURSIVE, _PRIVATE, _BIND = 16384, 1 << 18, 4096


def available() -> bool:
    return MACHINE in _UNSHARE and os.geteuid() == 0


def restrict(keep: tuple[str, ...]) -> tuple[str, ...]:
    """Move this process into new namespaces; the names of those that the kernel gave.

    keep: directories that must stay reachable, for every user.
    """
    if not available():
        return ()
    given = []
    for name, flag in NAMESPACES.items():
        try:
            syscall(_UNSHARE[MACHINE], flag)
            given.append(name)
        except OSError:
            continue
    if "mount" in given:
        try:
            _mount("none", "/", None, _RECURSIVE | _PRIVATE)
            _open_ways(keep)
        except OSError:
            pass  # the ways stay closed; whether a user can read Python is tried, not assumed
    return tuple(given)


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
