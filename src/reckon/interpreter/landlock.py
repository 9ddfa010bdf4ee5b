"""Landlock: which files a process may touch, no TCP, no signals or abstract sockets out of its domain.

A domain is inherited by every child and can never be widened; each `restrict` adds a layer, at most 16.
"""

import ctypes
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reckon.interpreter.paths import open_place
from reckon.interpreter.syscalls import MACHINE, syscall

_CREATE, _ADD_RULE, _RESTRICT = 444, 445, 446
_PATH_BENEATH = 1
_NEEDED = 3  # ABI 3 closes truncate(2), without which read-only files could be emptied
LAYERS = 16

# Access rights by ABI, see linux/landlock.h.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_ABI_1 = (1 << 13) - 1
_REFER, _TRUNCATE, _IOCTL_DEVICE = 1 << 13, 1 << 14, 1 << 15
_MAKE_CHARACTER, _MAKE_BLOCK, _MAKE_SOCKET = 1 << 6, 1 << 11, 1 << 9
_TCP = 0b11
_SCOPES = 0b11

_READ = _EXECUTE | _READ_FILE | _READ_DIR
_FILE_ONLY = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEVICE


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Rule(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed", ctypes.c_uint64), ("directory", ctypes.c_int32))


@dataclass(frozen=True, slots=True)
class Tree:
    """A path, opened O_PATH as `descriptor`, and what is allowed beneath it."""

    descriptor: int
    allowed: int


def abi() -> int:
    """The kernel's Landlock ABI, 0 where there is none."""
    if MACHINE not in ("x86_64", "aarch64"):
        return 0
    try:
        return syscall(_CREATE, 0, 0, 1)
    except OSError:
        return 0


def available() -> bool:
    return abi() >= _NEEDED


def readable(path: str) -> Tree | None:
    """A tree to read and execute from; None where the path is absent."""
    return _tree(path, _READ)


def device(path: str) -> Tree | None:
    """A device file to read and write; None where the path is absent."""
    return _tree(path, _READ_FILE | _WRITE_FILE | _TRUNCATE)


def writable(path: str) -> Tree | None:
    """A tree to make anything but devices and sockets in; None where it is absent or behind a link."""
    every = _ABI_1 | _REFER | _TRUNCATE
    try:
        descriptor = open_place(path)
    except OSError:
        return None
    return Tree(descriptor, every & ~(_MAKE_CHARACTER | _MAKE_BLOCK | _MAKE_SOCKET))


def distinct(trees: Iterable[Tree]) -> tuple[Tree, ...]:
    """The trees without those that are another by a second name: `/lib` is often a link to `/usr/lib`."""
    kept: dict[tuple[int, int, int], Tree] = {}
    for tree in trees:
        status = os.fstat(tree.descriptor)
        if kept.setdefault((status.st_dev, status.st_ino, tree.allowed), tree) is not tree:
            os.close(tree.descriptor)
    return tuple(kept.values())


def restrict(trees: Sequence[Tree]) -> None:
    """Add a layer to the calling process that allows only `trees`. Raises OSError."""
    version = abi()
    handled = _ABI_1 | _REFER | _TRUNCATE | (_IOCTL_DEVICE if version >= 5 else 0)
    attributes = _Ruleset(handled, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = syscall(_CREATE, ctypes.addressof(attributes), size, 0)
    try:
        rule = _Rule()
        for tree in trees:
            rule.allowed, rule.directory = tree.allowed & handled, tree.descriptor
            syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.addressof(rule), 0)
        syscall(_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _tree(path: str, allowed: int) -> Tree | None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return None
    return Tree(descriptor, allowed if os.path.isdir(path) else allowed & _FILE_ONLY)
