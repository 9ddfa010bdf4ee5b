"""Code in, Execution out: stateful, forkable sessions of confined Python.

    interpreter.py    AsyncInterpreter: owns the zygotes and the sessions       synchronous.py  its sync face
    session.py        AsyncSession: run, fork, put, get, close                  process.py      one process, seen from outside
    nursery.py        starts a zygote and speaks with it                        homes.py        the sessions' directories
    ---- below: what runs inside ----
    zygote.py         warm single-threaded parent of all sessions               worker.py       the loop of a session
    program.py        one cell: parse, run, value, traceback                    branch.py       the child's side of a fork
    landlock.py seccomp.py rlimits.py credentials.py namespaces.py              one kernel feature each
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.interpreter.interpreter import AsyncInterpreter
    from reckon.interpreter.isolation import Isolation, isolation_report
    from reckon.interpreter.limits import SCIENCE, Limits
    from reckon.interpreter.session import AsyncSession
    from reckon.interpreter.synchronous import Interpreter, Session

__all__ = [
    "SCIENCE",
    "AsyncInterpreter",
    "AsyncSession",
    "Interpreter",
    "Isolation",
    "Limits",
    "Session",
    "isolation_report",
]

_HOMES = {
    "AsyncInterpreter": "interpreter",
    "AsyncSession": "session",
    "Interpreter": "synchronous",
    "Session": "synchronous",
    "Limits": "limits",
    "SCIENCE": "limits",
    "Isolation": "isolation",
    "isolation_report": "isolation",
}


def __getattr__(name: str) -> object:
    """Import on first use: the zygote imports this package too, and wants none of the host's half."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
