"""Where a run's programs run, as a recipe says it: here, at a server, or what a name opens."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any

from reckon.errors import UsageError

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

ADDRESSES = ("unix:", "tcp:", "container:", "http:", "https:")


@asynccontextmanager
async def open_interpreter(where: str = "local") -> "AsyncIterator[AsyncInterpreter]":
    """An interpreter that is up: `where` is "local", a server's address, or "module:name".

    A name is of something that, called without arguments, gives an async context manager whose value opens
    sessions as AsyncInterpreter does. Raises UsageError for what is none of these.
    """
    async with interpreter_at(where) as interpreter:
        yield interpreter


def interpreter_at(where: str) -> Any:
    """The same, not opened yet. Raises UsageError."""
    from reckon.interpreter import AsyncInterpreter

    if where == "local":
        return AsyncInterpreter()
    if where.startswith(ADDRESSES):
        return AsyncInterpreter.connect(where)
    module, colon, name = where.partition(":")
    if not (module and colon and name):
        raise UsageError(
            f"interpreters: wanted local, unix:PATH, tcp://HOST:PORT or module:name, got {where!r}"
        )
    try:
        made = getattr(import_module(module), name)()
    except (ImportError, AttributeError, TypeError) as error:
        raise UsageError(f"interpreters={where!r} cannot be opened: {error}") from None
    if not hasattr(made, "__aenter__") or not hasattr(made, "open"):
        raise UsageError(f"interpreters={where!r} opens no sessions: {made!r:.80}")
    return made
