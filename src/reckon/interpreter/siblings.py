"""Fork a child that is the caller's sibling: its parent is the zygote, whoever called.

So the zygote alone reaps sessions and learns how they ended, a program's own `os.wait()` never sees a forked
session, and the death of a session leaves its forks where they were.

The kernel offers this as clone(CLONE_PARENT), libc does not. What libc's fork would do besides is redone
here: the interpreter's own hooks around it, and the thread id that libc caches, which the kernel is asked to
rewrite (without it `abort` and recursive mutexes would act on the parent's). Where that address cannot be
learned, the child is made by forking twice: the middle process ends at once and the zygote, a subreaper,
inherits.
"""

import ctypes
import os
import signal

from reckon.interpreter.syscalls import MACHINE, prctl

_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE_PARENT, _SET_TID, _CLEAR_TID = 0x00008000, 0x01000000, 0x00200000
_GET_TID_ADDRESS = 40

# Unlike CDLL, PyDLL keeps the interpreter lock across the call: the child needs to hold it.
_libc = ctypes.PyDLL(None)
_libc.syscall.argtypes = [ctypes.c_long] * 7
_libc.syscall.restype = ctypes.c_long


def fork_sibling() -> int:
    """0 in the child, its process id in the caller. Raises OSError where no process could be made."""
    address = _tid_address()
    if address == 0 or MACHINE not in _CLONE:
        return _fork_twice()
    flags = _CLONE_PARENT | _SET_TID | _CLEAR_TID | signal.SIGCHLD
    # x86-64 passes (flags, stack, parent_tid, child_tid, tls), aarch64 (…, tls, child_tid).
    tail = (address, 0) if MACHINE == "x86_64" else (0, address)
    ctypes.pythonapi.PyOS_BeforeFork()
    pid = int(_libc.syscall(_CLONE[MACHINE], flags, 0, 0, *tail, 0))
    if pid == 0:
        ctypes.pythonapi.PyOS_AfterFork_Child()
        return 0
    ctypes.pythonapi.PyOS_AfterFork_Parent()
    if pid < 0:
        raise BlockingIOError("the kernel gave no new process")
    return pid


def _tid_address() -> int:
    address = ctypes.c_ulong(0)
    try:
        prctl(_GET_TID_ADDRESS, ctypes.addressof(address))
    except OSError:
        return 0
    return address.value


def _fork_twice() -> int:
    reader, writer = os.pipe()
    middle = os.fork()
    if middle == 0:
        child = os.fork()
        if child == 0:
            os.close(reader)
            os.close(writer)
            return 0
        os.write(writer, str(child).encode())
        os._exit(0)
    os.close(writer)
    os.waitpid(middle, 0)
    text = os.read(reader, 32)
    os.close(reader)
    if not text:
        raise BlockingIOError("the kernel gave no new process")
    return int(text)
