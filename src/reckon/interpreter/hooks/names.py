"""Undefined names: the host is asked for their value, and the program goes on where it was.

Names are looked up in the frame's variables, the globals, the builtins. While the host may be asked, the
builtins are a dict whose `__missing__` asks: nothing defined ever gets there, and no text is rewritten. What
is asked depends on what the program does with the name, which stands in the syntax tree at the instruction:

    total + rate          name       the value is kept as a global variable
    shop.price            attribute  "shop.price"; kept
    rate_of("EUR")        call       with the arguments, at every call
    shop.rate_of("EUR")   call       "shop.rate_of"

Functions of earlier cells, run without a host to ask, keep the builtins they were made with.
"""

import ast
import builtins
import linecache
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import islice
from types import FrameType, ModuleType
from typing import Any

from reckon.interpreter.hooks import literals
from reckon.interpreter.tracing.recorder import is_users
from reckon.interpreter.tracing.short import short, type_name
from reckon.values import JSON

Call = Callable[[str, dict[str, JSON]], dict[str, JSON]]
CHARACTERS = 200
_VARIABLES = 100
_ARGUMENTS = 100
_CELLS = 50
_LINE = 1_000


class Undefined:
    """Stands for an undefined name that is called, or of which an attribute is taken."""

    def __init__(self, path: str, names: "UndefinedNames") -> None:
        self._path = path
        self._names = names

    def __getattr__(self, attribute: str) -> object:
        if attribute.startswith("__"):
            raise AttributeError(attribute)
        value = self._names.value(f"{self._path}.{attribute}", "attribute", sys._getframe(1))
        setattr(self, attribute, value)
        return value

    def __call__(self, /, *arguments: object, **keywords: object) -> object:
        return self._names.call(self._path, arguments, keywords, sys._getframe(1))

    def __repr__(self) -> str:
        return f"<undefined {self._path}>"


class UndefinedNames(dict[str, Any]):
    """The builtins, and behind them the host; kinds: what it may be asked for now."""

    def __init__(self, variables: dict[str, Any], call: Call) -> None:
        super().__init__()
        self.kinds: frozenset[str] = frozenset()
        self._variables = variables
        self._call = call
        self._stand_ins: dict[str, Undefined] = {}
        self._uses: dict[str, dict[tuple[int, int], str]] = {}

    def refresh(self, kinds: frozenset[str]) -> None:
        """Begin a run: the builtins as they are now, and what may be asked."""
        self.update(builtins.__dict__)
        self.kinds = kinds

    def __missing__(self, name: str) -> object:
        frame = sys._getframe(1)
        if not self.kinds or name.startswith("__") or not is_users(frame.f_code):
            raise KeyError(name)
        value = self.value(name, "name", frame)
        if not isinstance(value, Undefined):
            self._variables[name] = value
        return value

    def value(self, path: str, kind: str, frame: FrameType) -> object:
        """What the program goes on with: the host's value, or a stand-in until it is clear what is wanted."""
        use = self._use(frame)
        wanted = {"call"} if use == "call" else {"attribute", "call"} if use == "attribute" else {kind}
        if not wanted & self.kinds:
            raise KeyError(path) if kind == "name" else _undefined(path)
        if use:
            return self._stand_ins.setdefault(path, Undefined(path, self))
        answer = self._ask(kind, path, frame, ())
        if "value" not in answer:
            raise KeyError(path) if kind == "name" else _undefined(path)
        return literals.decode(answer["value"])

    def call(
        self, path: str, arguments: tuple[object, ...], keywords: Mapping[str, object], frame: FrameType
    ) -> object:
        shown = [short(value, CHARACTERS) for value in arguments[:_ARGUMENTS]]
        shown += [f"{k[:CHARACTERS]}={short(v, CHARACTERS)}" for k, v in islice(keywords.items(), _ARGUMENTS)]
        answer = self._ask("call", path, frame, shown) if "call" in self.kinds else {}
        if "value" not in answer:
            raise _undefined(path)
        return literals.decode(answer["value"])

    def _ask(self, kind: str, name: str, frame: FrameType, arguments: Iterable[str]) -> dict[str, JSON]:
        return self._call(
            "ask",
            {
                "kind": kind,
                "name": name[:CHARACTERS],
                "line": frame.f_lineno,
                "source": linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()[:_LINE],
                "arguments": list(arguments),
                "state": describe(frame.f_locals),
                "error": "",
            },
        )

    def _use(self, frame: FrameType) -> str:
        """What happens to the value that the frame's instruction loads: "call", "attribute" or ""."""
        file = frame.f_code.co_filename
        if file not in self._uses:
            if len(self._uses) >= _CELLS:
                self._uses.clear()
            self._uses[file] = _uses("".join(linecache.getlines(file)))
        position = next(islice(frame.f_code.co_positions(), frame.f_lasti // 2, None), None)
        if position is None or position[1] is None or position[3] is None:
            return ""
        return self._uses[file].get((position[1], position[3]), "")


def describe(scope: Mapping[str, object]) -> dict[str, JSON]:
    """name: [type, short value] of the variables that hold data, not modules, functions or classes."""
    state: dict[str, JSON] = {}
    for name, value in list(scope.items()):
        if type(name) is not str or name.startswith(("_", ".")) or callable(value):
            continue
        if not issubclass(type(value), ModuleType):
            state[name[:CHARACTERS]] = [type_name(value), short(value, CHARACTERS)]
            if len(state) == _VARIABLES:
                break
    return state


def _undefined(path: str) -> NameError:
    name = path.partition(".")[0]
    return NameError(f"name {name!r} is not defined", name=name)


def _uses(source: str) -> dict[tuple[int, int], str]:
    """By where a name or attribute ends (line, byte): whether it is called or has an attribute taken."""
    uses: dict[tuple[int, int], str] = {}
    for node in ast.walk(ast.parse(source)):
        inner, use = (node.func, "call") if isinstance(node, ast.Call) else (None, "")
        if isinstance(node, ast.Attribute):
            inner, use = node.value, "attribute"
        if isinstance(inner, ast.Name | ast.Attribute) and inner.end_lineno and inner.end_col_offset:
            uses[inner.end_lineno, inner.end_col_offset] = use
    return uses
