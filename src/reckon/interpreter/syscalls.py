"""System calls that the standard library does not wrap, by number, through libc's `syscall`."""

import ctypes
import os
import platform

MACHINE = {"amd64": "x86_64", "arm64": "aarch64"}.get(platform.machine().lower(), platform.machine())

_ARGUMENTS = 6
_libc = ctypes.CDLL(None, use_errno=True)
_libc.syscall.argtypes = [ctypes.c_long] * (_ARGUMENTS + 1)
_libc.syscall.restype = ctypes.c_long
_libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
_libc.prctl.restype = ctypes.c_int


def syscall(number: int, *arguments: int) -> int:
    """The call's result. Raises OSError with the kernel's errno."""
    result = int(_libc.syscall(number, *arguments, *([0] * (_ARGUMENTS - len(arguments)))))
    if result < 0:
        raise _last_error()
    return result


def prctl(option: int, *arguments: int) -> int:
    """The call's result. Raises OSError with the kernel's errno."""
    result = int(_libc.prctl(option, *arguments, *([0] * (4 - len(arguments)))))
    if result < 0:
        raise _last_error()
    return result


def _last_error() -> OSError:
    number = ctypes.get_errno()
    return OSError(number, os.strerror(number))
