"""Objects of one session used by code in another: what lets a test and the program it tests live apart.

Runs inside, in both sessions, and imports nothing of ours. `Server` stands in the session of the program: it
calls what it is asked to and answers in plain data, or by the number of an object that it keeps. `Client`
stands in the session of the test: names of the program are stand-ins there, which ask. There is no wire
between the two: the client has the answers that were fetched so far, and gives up its run at the first
question that is not among them. The host fetches that answer and starts the test again.

Nothing but plain data crosses, rebuilt on the other side. An operator whose result could be made up by an
object that the program sent in the place of a value is refused: a stand-in never equals a plain value.
"""

import builtins
import itertools
import json
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from types import ModuleType
from typing import Any

# Names that a test takes for these modules: no object of the program's stands for one.
_MODULES = frozenset(
    (
        *(
            "bisect",
            "cmath",
            "collections",
            "copy",
            "dataclasses",
            "datetime",
            "decimal",
            "enum",
            "fractions",
        ),
        *(
            "functools",
            "heapq",
            "itertools",
            "json",
            "math",
            "networkx",
            "numbers",
            "numpy",
            "operator",
            "os",
        ),
        *("pandas", "random", "re", "scipy", "statistics", "string", "sympy", "sys", "textwrap", "time"),
        "typing",
    )
)
_ALIASES = {"np": "numpy", "pd": "pandas", "nx": "networkx", "sp": "sympy"}
_ITEMS = 10_000
_CONTAINERS: dict[str, Callable[[Any], Any]] = {"l": list, "t": tuple, "s": set, "z": frozenset}
_PAIRWISE = (
    *(
        "add",
        "sub",
        "mul",
        "truediv",
        "floordiv",
        "mod",
        "pow",
        "matmul",
        "and",
        "or",
        "xor",
        "lshift",
        "rshift",
    ),
    *("lt", "le", "gt", "ge"),
)


def encode(value: Any, keep: Callable[[Any], list[Any]]) -> Any:
    """A plain value as JSON: scalars as they are, the rest as [tag, …]; other objects as `keep` says."""
    kind = type(value)
    if value is None or kind in (bool, str, float):
        return value
    if kind is int:
        return value if -(1 << 63) <= value < 1 << 63 else ["i", hex(value)]
    for tag, container in _CONTAINERS.items():
        if isinstance(value, container):  # type: ignore[arg-type]
            return [tag, *(encode(item, keep) for item in container.__iter__(value))]  # type: ignore[attr-defined]
    if isinstance(value, dict):
        return ["d", *([encode(k, keep), encode(v, keep)] for k, v in dict.items(value))]
    if isinstance(value, bytes | bytearray):
        return ["b" if isinstance(value, bytes) else "B", bytes(value).hex()]
    if kind is complex:
        return ["c", value.real, value.imag]
    numpy = sys.modules.get("numpy")
    if numpy is not None and isinstance(value, numpy.generic) and value.dtype.kind in "biufc":
        return encode(value.item(), keep)
    if numpy is not None and isinstance(value, numpy.ndarray) and value.dtype.kind in "biufcU":
        return ["a", value.dtype.str, encode(value.tolist(), keep)]
    return keep(value)


def decode(data: Any, find: Callable[[list[Any]], Any]) -> Any:
    """The value that `encode` made `data` of; `find` gives what its `keep` kept. Raises ValueError."""
    if not isinstance(data, list):
        if data is None or isinstance(data, bool | int | float | str):
            return data
        raise ValueError("not of our making")
    if not data:
        raise ValueError("a value without a tag")
    tag, *rest = data
    if tag in _CONTAINERS:
        return _CONTAINERS[tag]([decode(item, find) for item in rest])
    if tag == "d":
        return {decode(key, find): decode(value, find) for key, value in rest}
    if tag == "i":
        return int(rest[0], 16)
    if tag in ("b", "B"):
        return (bytes if tag == "b" else bytearray).fromhex(rest[0])
    if tag == "c":
        return complex(rest[0], rest[1])
    if tag == "a":
        numpy: Any = import_module("numpy")
        if numpy.dtype(rest[0]).kind not in "biufcU":
            raise ValueError("an array of no plain numbers")
        return numpy.array(decode(rest[1], find), dtype=rest[0])
    return find(data)


class Server:
    """The program's side: its names, and the objects that it was asked for and that are no plain data."""

    def __init__(self, names: dict[str, Any]) -> None:
        self._names = names
        self._objects: list[Any] = []

    def names(self) -> str:
        """JSON of what each public name is: [kind, detail]."""
        told = {n: self._kind(v) for n, v in list(self._names.items()) if not n.startswith("_")}
        return json.dumps(told)

    def answer(self, question: str) -> str:
        """JSON of {"value"} or {"raised"}, and the arguments where the call changed them."""
        verb, target, name, sent = json.loads(question)
        arguments, named = decode(sent, self._find)
        before = encode([arguments, named], self._keep)
        answer: dict[str, Any] = {}
        try:
            holder = self._names if target is None else self._objects[target]
            answer["value"] = encode(self._do(verb, holder, name, arguments, named), self._keep)
        except Exception as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            answer["raised"] = [kinds, str(error)[:1000]]
        after = encode([arguments, named], self._keep)
        if after != before:
            answer["changed"] = after
        return json.dumps(answer)

    def _do(self, verb: str, holder: Any, name: str, arguments: list[Any], named: dict[str, Any]) -> Any:
        if verb == "call":
            function = eval(name, holder) if holder is self._names else getattr(holder, name)
            return function(*arguments, **named)
        if verb == "get":
            return eval(name, holder) if holder is self._names else getattr(holder, name)
        if verb == "set":
            return setattr(holder, name, arguments[0])
        if verb == "items":
            return list(itertools.islice(holder, _ITEMS))
        return getattr(builtins, verb)(holder)  # len, bool, str, repr, next

    def _keep(self, value: Any) -> list[Any]:
        number = next((n for n, kept in enumerate(self._objects) if kept is value), len(self._objects))
        if number == len(self._objects):
            self._objects.append(value)
        is_function = callable(value) and type(value).__module__ in ("builtins", "functools")
        return ["o", number, type(value).__name__, is_function]

    def _find(self, data: list[Any]) -> Any:
        if data[0] == "n":
            return self._names[data[1]]
        return self._objects[data[1]]

    def _kind(self, value: Any) -> list[Any]:
        if isinstance(value, ModuleType):
            return ["module", value.__name__]
        if isinstance(value, type):
            bases = [kind.__name__ for kind in value.__mro__[1:]]
            return ["exception", bases] if issubclass(value, Exception) else ["class", bases]
        if callable(value):
            return ["function", None]
        data = encode(value, self._keep)
        return ["value", data]


class Unanswered(BaseException):
    """A question that the host has not fetched the answer of; no `except Exception` of a test stops it."""


class ProgramRaised(Exception):
    """An exception of the program whose class is not known here."""


class Client:
    """The test's side. names: what `Server.names` told.  answers: to the questions in their order."""

    def __init__(self, names: Mapping[str, list[Any]], answers: list[str]) -> None:
        self._answers = answers
        self._asked = 0
        self.question = ""
        self.namespace: dict[str, Any] = {"__name__": "__main__"}
        self._classes: dict[str, type] = {}
        for name, (kind, detail) in names.items():
            if hasattr(builtins, name):
                continue
            if kind == "module":
                if detail in _MODULES and _ALIASES.get(name, name) == detail:
                    self.namespace[name] = import_module(detail)
            elif (name in _MODULES or name in _ALIASES) and kind != "function":
                continue
            elif kind == "class":
                self._classes[name] = self.namespace[name] = _class_of(self, name)
            elif kind == "exception":
                self.namespace[name] = type(name, (_exception(detail),), {})
            elif kind == "function":
                self.namespace[name] = _Function(self, None, name)
            elif kind == "value":
                self.namespace[name] = decode(detail, self._find)

    def ask(self, verb: str, target: int | None, name: str, *given: Any, **named: Any) -> Any:
        sent = encode([list(given), named], self._keep)
        question = json.dumps([verb, target, name, sent])
        if self._asked == len(self._answers):
            self.question = question
            raise Unanswered
        answer = json.loads(self._answers[self._asked])
        self._asked += 1
        if "changed" in answer:
            changed, changed_names = decode(answer["changed"], self._find)
            for old, new in zip([*given, *named.values()], [*changed, *changed_names.values()], strict=True):
                _rewrite(old, new)
        if "raised" in answer:
            kinds, message = answer["raised"]
            raise _exception(kinds, self.namespace)(message)
        return decode(answer["value"], self._find)

    def _keep(self, value: Any) -> list[Any]:
        if isinstance(value, _Object):
            return ["o", object.__getattribute__(value, "_number")]
        if isinstance(value, _Function) and value.target is None:
            return ["n", value.name]
        if isinstance(value, type) and value.__name__ in self._classes:
            return ["n", value.__name__]
        raise TypeError(f"a {type(value).__name__} cannot be given to the program: wanted plain data")

    def _find(self, data: list[Any]) -> Any:
        _, number, kind, is_function = data
        if is_function:
            return _Function(self, int(number), "__call__")
        return _stand_in(self._classes.get(kind, _Object), self, int(number))


class _Function:
    """A function of the program, or a method of one of its objects."""

    def __init__(self, client: Client, target: int | None, name: str) -> None:
        self.client, self.target, self.name = client, target, name

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self.client.ask("call", self.target, self.name, *given, **named)


class _Object:
    """A stand-in for an object of the program."""

    _client: Client
    _number: int

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = self._client.ask("get", self._number, name)
        return _Function(self._client, self._number, name) if isinstance(found, _Function) else found

    def __setattr__(self, name: str, value: Any) -> None:
        self._client.ask("set", self._number, name, value)

    def __call__(self, *given: Any, **named: Any) -> Any:
        return self._client.ask("call", self._number, "__call__", *given, **named)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._client.ask("items", self._number, ""))

    def __eq__(self, other: object) -> bool:
        both = isinstance(other, _Object)
        return both and self._client.ask("call", self._number, "__eq__", other) is True

    __hash__ = object.__hash__


def _of_builtin(verb: str) -> Callable[[Any], Any]:
    return lambda self: self._client.ask(verb, self._number, "")


def _of_method(name: str) -> Callable[..., Any]:
    return lambda self, *given: self._client.ask("call", self._number, name, *given)


def _of_pair(name: str) -> Callable[[Any, Any], Any]:
    """An operator: of two stand-ins, or one whose result is a stand-in. See the module."""

    def operate(self: Any, other: Any) -> Any:
        found = self._client.ask("call", self._number, name, other)
        if isinstance(other, _Object) or isinstance(found, _Object):
            return found
        raise TypeError(
            "an object of the program and a plain value are not compared by the program's own operator"
        )

    return operate


for _verb in ("len", "bool", "str", "repr", "next"):
    setattr(_Object, f"__{_verb}__", _of_builtin(_verb))
for _name in ("__getitem__", "__setitem__", "__delitem__", "__contains__", "__enter__", "__exit__"):
    setattr(_Object, _name, _of_method(_name))
for _operator in _PAIRWISE:
    setattr(_Object, f"__{_operator}__", _of_pair(f"__{_operator}__"))


class _Class(type):
    """A class of the program: what it has besides instances is asked for."""

    _of: tuple[Client, str]

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        client, own = cls._of
        return client.ask("get", None, f"{own}.{name}")


def _stand_in(kind: type, client: Client, number: int) -> Any:
    made: Any = object.__new__(kind)
    object.__setattr__(made, "_client", client)
    object.__setattr__(made, "_number", number)
    return made


def _class_of(client: Client, name: str) -> type:
    """A class whose instances are made by the program."""

    def new(cls: type, *given: Any, **named: Any) -> Any:
        return client.ask("call", None, name, *given, **named)

    body = {"__new__": new, "__init__": lambda self, *given, **named: None, "_of": (client, name)}
    return _Class(name, (_Object,), body)


def _exception(kinds: list[str], known: Mapping[str, Any] | None = None) -> type[Exception]:
    """The nearest class that is known here, of the names of an exception's classes."""
    for name in kinds:
        found = (known or {}).get(name, getattr(builtins, name, None))
        if isinstance(found, type) and issubclass(found, Exception):
            return ProgramRaised if found is Exception and known is not None else found
    return ProgramRaised


def _rewrite(old: Any, new: Any) -> None:
    """Let a container be what the program made of it."""
    if isinstance(old, list | bytearray):
        old[:] = new
    elif isinstance(old, dict | set):
        old.clear()
        old.update(new)
    elif type(old).__module__ == "numpy":
        old[...] = new


def judge(test: str, names: str, answers: list[str]) -> str:
    """Run a test as far as the answers go; JSON of {"passed"}, {"failed": why} or {"question"}."""
    client = Client(json.loads(names), answers)
    why = ""
    try:
        exec(compile(test, "<test>", "exec"), client.namespace)
    except BaseException as error:
        lines = [
            entry.lineno for entry in traceback.extract_tb(error.__traceback__) if entry.filename == "<test>"
        ]
        told = "".join(traceback.format_exception_only(error)).strip()
        why = f"line {lines[-1]}: {told}"[:1000] if lines else told[:1000]
    # First of all: what a test made of an unanswered question counts for nothing, caught or not.
    if client.question:
        return json.dumps({"question": client.question})
    return json.dumps({"failed": why} if why else {"passed": True})
