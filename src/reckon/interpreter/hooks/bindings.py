"""Functions of the host, as names of the program."""

import __future__

from collections.abc import Callable, Iterable, MutableMapping

from reckon.interpreter.hooks import literals
from reckon.values import JSON

Call = Callable[[str, dict[str, JSON]], dict[str, JSON]]


class Binding:
    """Calls a function that the host bound to `name`: literal arguments out, a literal value back."""

    def __init__(self, name: str, call: Call, signature: str = "", doc: str = "") -> None:
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc or None
        self._call = call
        self._text = signature

    def __call__(self, /, *arguments: object, **keywords: object) -> object:
        answer = self._call(
            "bound",
            {
                "name": self.__name__,
                "arguments": [literals.encode(value) for value in arguments],
                "keywords": {name: literals.encode(value) for name, value in keywords.items()},
            },
        )
        if "error" in answer:
            raise RuntimeError(str(answer["error"]))
        return literals.decode(answer["value"])

    def __repr__(self) -> str:
        return f"<function {self.__name__} of the host>"

    @property
    def __signature__(self) -> object:
        """The host's, for help() and inspect.signature()."""
        import inspect

        names: dict[str, Callable[..., object]] = {}
        source = f"def {self.__name__}{self._text}: ..."
        exec(compile(source, "<host>", "exec", __future__.annotations.compiler_flag), names)
        return inspect.signature(names[self.__name__])


class Bindings:
    """Which of the host's functions are in the namespace; what the program overwrites stays overwritten."""

    def __init__(self, names: MutableMapping[str, object], call: Call) -> None:
        self._names = names
        self._call = call
        self._placed: dict[str, int] = {}

    def place(self, wanted: Iterable[tuple[str, int, str, str]]) -> None:
        """Name each function, of (name, version, signature, docstring).

        version: how many times the host has bound the name.
        """
        for name, version, signature, doc in wanted:
            if self._placed.get(name) != version:
                self._placed[name] = version
                self._names[name] = Binding(name, self._call, signature, doc)
