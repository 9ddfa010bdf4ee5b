"""Code in, Execution out: stateful, forkable sessions of confined Python.

the host's half                                      what runs inside
    interpreter.py  AsyncInterpreter: owns all the rest  zygote.py   warm, single-threaded parent of sessions
    synchronous.py  its synchronous face                 worker.py   the loop of a session
    session.py      AsyncSession: run, fork, files, …    program.py  one cell: parse, run, value, traceback
    process.py      one process, seen from outside       branch.py   the child's side of a fork
    reading.py      from what was seen to an Execution   siblings.py fork a child that the zygote parents
    nursery.py      starts a zygote, speaks with it      warming.py  imports and first calls, made once
    nurseries.py    which zygotes there are, and when    displays.py figures and rich forms
                    one is succeeded; spares.py
    watchdog.py     sums that the kernel does not make
    homes.py        the sessions' directories            changes.py  which files a run changed
    workspace.py    a session's files, from outside      variables.py, determinism.py, stdin.py
    settings.py     seed and clock                       one kernel feature each: landlock.py seccomp.py
    isolation.py    which tiers are in force             rlimits.py credentials.py namespaces.py cgroups.py
    profiling.py    a run that is also counted           observing.py a run with a trace, a count (counting)
    tracing/, hooks/: traces, programs that ask              or a host to ask around it
    connection/: the same verbs over a wire, for a server, a container
    network/: the connections that programs are allowed, checked and made by the host

programs in other languages: language.py (what one is), languages/ (one file each), toolchains.py (where they
are), programs.py, workshop.py and exits.py on the host; commands.py inside.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.interpreter.caching import CachedSession, ExecutionCache
    from reckon.interpreter.check import Assertion, Call, CaseResult, Stdio, Verdict
    from reckon.interpreter.connection.client import RemoteInterpreter
    from reckon.interpreter.connection.containers import Container
    from reckon.interpreter.connection.links import Command, Tcp, Unix
    from reckon.interpreter.connection.session import RemoteSession
    from reckon.interpreter.hooks.ask import Ask, Question, Unknown
    from reckon.interpreter.interpreter import AsyncInterpreter
    from reckon.interpreter.isolation import Isolation, isolation_report
    from reckon.interpreter.language import Language, Toolchain
    from reckon.interpreter.limits import SCIENCE, Limits
    from reckon.interpreter.replaying import Replay
    from reckon.interpreter.session import AsyncSession
    from reckon.interpreter.synchronous import Interpreter, Session
    from reckon.interpreter.told import FileInfo, Variable
    from reckon.interpreter.toolchains import LanguageInfo
    from reckon.interpreter.tracing.trace import Trace

__all__ = [
    "SCIENCE",
    "Ask",
    "Assertion",
    "AsyncInterpreter",
    "AsyncSession",
    "CachedSession",
    "Call",
    "CaseResult",
    "Command",
    "Container",
    "ExecutionCache",
    "FileInfo",
    "Interpreter",
    "Isolation",
    "Language",
    "LanguageInfo",
    "Limits",
    "Question",
    "RemoteInterpreter",
    "RemoteSession",
    "Replay",
    "Session",
    "Stdio",
    "Tcp",
    "Toolchain",
    "Trace",
    "Unix",
    "Unknown",
    "Variable",
    "Verdict",
    "isolation_report",
]

_HOMES = {
    "RemoteInterpreter": "connection.client",
    "RemoteSession": "connection.session",
    "Command": "connection.links",
    "Tcp": "connection.links",
    "Unix": "connection.links",
    "Container": "connection.containers",
    "Ask": "hooks.ask",
    "Question": "hooks.ask",
    "Unknown": "hooks.ask",
    "Trace": "tracing.trace",
    "AsyncInterpreter": "interpreter",
    "AsyncSession": "session",
    "Interpreter": "synchronous",
    "Session": "synchronous",
    "Language": "language",
    "Toolchain": "language",
    "LanguageInfo": "toolchains",
    "Limits": "limits",
    "SCIENCE": "limits",
    "Replay": "replaying",
    "CachedSession": "caching",
    "ExecutionCache": "caching",
    "Assertion": "check",
    "Call": "check",
    "CaseResult": "check",
    "Stdio": "check",
    "Verdict": "check",
    "FileInfo": "told",
    "Variable": "told",
    "Isolation": "isolation",
    "isolation_report": "isolation",
}
_LINUX = ("AsyncInterpreter", "AsyncSession")


def __getattr__(name: str) -> object:
    """Import on first use: the zygote imports this package too, and wants none of the host's half."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    if name in _LINUX:
        import_module(f"{__name__}.isolation").check_platform()
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
