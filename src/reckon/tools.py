"""User tools: plain Python functions that programs call back into, from outside the jail.

"Tool-R1: Sample-Efficient Reinforcement Learning for Agentic Tool Use", Zhang et al., 2025, arXiv 2509.12867;
CodeAct, Wang et al., 2024, arXiv 2402.01030: a tool is a function of the session, an action a program.
System: Tool-R1; its tools.

    Setup(model, open_session, tools=(search, lookup))

Only literal values (numbers, strings, bytes, None, lists, tuples, sets and dicts of them) pass either way;
what a program passes is data that the function is not to trust. What a tool raises is an exception there.
"""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, TypeAlias

from reckon.errors import UsageError

if TYPE_CHECKING:
    from reckon.protocols import Session

Tool: TypeAlias = Callable[..., object]
TOLD = "These functions are defined already; call them from your programs:\n{tools}\n\n"
ANY = "(*arguments, **keywords)"
LONGEST_DOC = 4_000  # characters


def check_tools(tools: Iterable[Tool]) -> None:
    """Raise UsageError for what is no function with a name of its own, or has the name of another."""
    seen: set[str] = set()
    if not isinstance(tools, tuple):
        raise UsageError(f"tools: wanted a tuple of functions, got {tools!r:.100}")
    for tool in tools:
        name = getattr(tool, "__name__", "")
        if not callable(tool) or not name.isidentifier():
            raise UsageError(f"tools: wanted functions made by def, got {tool!r:.100}")
        if name in seen:
            raise UsageError(f"tools: two functions are called {name!r}: rename one")
        seen.add(name)


def load_tool(path: str) -> Tool:
    """The function that "my_pkg.mine:search" names. Raises UsageError."""
    module_name, _, name = path.partition(":")
    try:
        found = getattr(importlib.import_module(module_name), name) if name else None
    except Exception as error:  # a module of the user's may raise anything
        raise UsageError(f"tools: {path!r} cannot be imported: {type(error).__name__}: {error}") from None
    if not callable(found):
        raise UsageError(f"tools: wanted MODULE:FUNCTION, such as my_pkg.mine:search, got {path!r}")
    tool: Tool = found
    return tool


def bind_tools(session: Session, tools: Iterable[Tool], timeout_s: float | None = None) -> None:
    """Put the tools into a session; each may take `timeout_s` in all its calls of one run (None: any).

    Raises UsageError for a session that cannot call functions of the host.
    """
    for tool in tools:
        bind = getattr(session, "bind", None)
        if bind is None:
            raise UsageError(f"tools: {type(session).__name__} has no `bind` and cannot call functions")
        bind(getattr(tool, "__name__", ""), tool, timeout_s=timeout_s)


def told(tools: Iterable[Tool]) -> str:
    """What a prompt says of the tools, followed by an empty line; "" without any."""
    shown = "\n".join(schema(tool) for tool in tools)
    return TOLD.format(tools=shown) if shown else ""


def schema(tool: Tool) -> str:
    """`def search(query: str, k: int = 3) -> list[str]:` with the docstring under it."""
    name, doc = getattr(tool, "__name__", "tool"), doc_of(tool)
    head = f"def {name}{signature_of(tool)}"
    return f'{head}:\n    """{doc}"""' if doc else head


def doc_of(tool: Tool) -> str:
    return (inspect.getdoc(tool) or "")[:LONGEST_DOC] if hasattr(tool, "__name__") else ""


def signature_of(tool: Tool) -> str:
    """The signature as text that parses as one; ANY where it cannot be told.

    A default that is no literal is shown as ...; an annotation by its source or its name.
    """
    try:
        signature = inspect.signature(tool)
        shown = signature.replace(
            parameters=[
                one.replace(annotation=_annotation(one.annotation), default=_default(one.default))
                for one in signature.parameters.values()
            ],
            return_annotation=_annotation(signature.return_annotation),
        )
        text = str(shown)
        ast.parse(f"def tool{text}: ...")
    except (TypeError, ValueError, SyntaxError, RecursionError):
        return ANY
    return text


class _Shown:
    """Stands in a signature as this text."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return self._text


def _annotation(annotation: object) -> object:
    if annotation is inspect.Parameter.empty:
        return annotation
    return _Shown(annotation) if isinstance(annotation, str) else annotation


def _default(default: object) -> object:
    if default is inspect.Parameter.empty:
        return default
    try:
        text = repr(default)
        ast.literal_eval(text)
    except Exception:  # a repr may raise anything
        return _Shown("...")
    return _Shown(text)
