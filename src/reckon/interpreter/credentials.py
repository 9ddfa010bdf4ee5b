"""Who a session runs as: no new privileges, no capabilities, and under root a user of its own."""

import ctypes
import os

from reckon.interpreter.syscalls import MACHINE, prctl, syscall

_NO_NEW_PRIVILEGES, _DUMPABLE, _BOUNDING_DROP, _DEATH_SIGNAL = 38, 4, 24, 1
_SECURE_BITS, _NO_ROOT_LOCKED = 28, 0b1111  # uid 0 gains nothing by exec, for good
_CAPSET = {"x86_64": 126, "aarch64": 91}
_LINUX_CAPABILITY_VERSION_3 = 0x20080522
NOBODY = 65534


def available() -> bool:
    return MACHINE in _CAPSET


def no_new_privileges() -> None:
    """No exec of this process or its children gains anything: setuid bits are void."""
    prctl(_NO_NEW_PRIVILEGES, 1)


def no_new_capabilities() -> None:
    """Whatever this process and its children hold now, an exec adds none, not even to root."""
    if os.geteuid() != 0:
        return
    try:
        prctl(_SECURE_BITS, _NO_ROOT_LOCKED)
        for capability in range(64):
            prctl(_BOUNDING_DROP, capability)
    except OSError:
        return  # past the last capability, or a root that lacks CAP_SETPCAP: the sets below still empty


def die_with_parent(signal: int) -> None:
    """Ask for `signal` when the parent ends. A change of user clears it, so it comes after one."""
    prctl(_DEATH_SIGNAL, signal)


def restrict(user: int | None) -> None:
    """Become `user` (None: stay who we are) and give up every capability. Raises OSError."""
    prctl(_DUMPABLE, 0)
    if user is not None:
        os.setgroups([])
        os.setresgid(user, user, user)
        os.setresuid(user, user, user)
    drop_capabilities()


def allow_a_look() -> None:
    """Let a process of the same user that stands above look into this one: the host, which has to read where
    a connection is to go. Others cannot: Landlock lets no session look into another.
    """
    prctl(_DUMPABLE, 1)


def drop_capabilities() -> None:
    """Those of the calling process, which keeps none to pass on. Raises OSError."""
    header = (ctypes.c_uint32 * 2)(_LINUX_CAPABILITY_VERSION_3, 0)
    none = (ctypes.c_uint32 * 6)()
    syscall(_CAPSET[MACHINE], ctypes.addressof(header), ctypes.addressof(none))


def runs_as(user: int, path: str) -> bool:
    """Whether `user` can exist here and list `path`: tried, in a child, not reasoned."""
    pid = os.fork()
    if pid == 0:
        try:
            restrict(user)
            os.listdir(path)
            os._exit(0)
        except BaseException:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0
