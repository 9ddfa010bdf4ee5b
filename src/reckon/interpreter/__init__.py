"""Code in, Execution out: stateful, forkable sessions of confined Python.

the host's half                                      what runs inside
    interpreter.py  AsyncInterpreter: owns all the rest  zygote.py   warm, single-threaded parent of sessions
    synchronous.py  its synchronous face                 worker.py   the loop of a session
    session.py      AsyncSession: run, fork, close       program.py  one cell: parse, run, value, traceback
    process.py      one process, seen from outside       branch.py   the child's side of a fork
    reading.py      from what was seen to an Execution   siblings.py fork a child that the zygote parents
    nursery.py      starts a zygote, speaks with it
    homes.py        the sessions' directories            one kernel feature each: landlock.py seccomp.py
    isolation.py    which tiers are in force             rlimits.py credentials.py namespaces.py
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
