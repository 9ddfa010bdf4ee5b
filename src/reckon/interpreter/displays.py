"""What a run shows besides text: the last value's rich forms, what `display` is given, figures left open.

Runs inside, beside the program, in the program's own time: a `_repr_html_` that never ends is a program that
never ends. What is kept is bounded in number and size. Figures are saved by matplotlib's Agg back end and
closed at the end of a run, or when the program calls `show`.
"""

import base64
import builtins
import importlib.util
import io
import json
import sys
from collections.abc import Callable, Mapping
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

DISPLAY_BYTES = 4 << 20
DISPLAYS = 64
_TEXT_CHARACTERS = 64 << 10
_RICH = {
    "_repr_html_": "text/html",
    "_repr_markdown_": "text/markdown",
    "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml",
    "_repr_json_": "application/json",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
}
_PLAIN = frozenset((bool, int, float, complex, str, bytes, list, tuple, dict, set, frozenset, type))
_PYPLOT = "matplotlib.pyplot"

Bundle = dict[str, str]


class Gallery:
    """The displays of the present run."""

    def __init__(self) -> None:
        self._shown: list[Bundle] = []
        self._room = DISPLAY_BYTES

    def install(self) -> None:
        """Give the program `display`, and take over pyplot's `show`."""
        builtins.display = self.display  # type: ignore[attr-defined]
        on_import(_PYPLOT, self._take_over_show)

    def take(self) -> list[Bundle]:
        """What was shown since the last call."""
        if not self._shown:
            return self._shown
        shown, self._shown, self._room = self._shown, [], DISPLAY_BYTES
        return shown

    def display(self, *values: object) -> None:
        """Show values: their rich forms, and their repr."""
        for value in values:
            if _is_figure(value):
                self._add_figure(value)
            else:
                self._keep({"text/plain": _text(repr(value)), **bundle(value)})

    def add_value(self, value: object) -> None:
        """Show the rich forms of a run's last value, if it has any; its repr is told elsewhere."""
        if type(value) in _PLAIN:
            return
        if _is_figure(value):
            self._add_figure(value)
        elif rich := bundle(value):
            self._keep(rich)

    def add_figures(self) -> None:
        """Show and close the figures that pyplot holds. Raises what drawing them raises."""
        pyplot: Any = sys.modules.get(_PYPLOT)
        if pyplot is None or not hasattr(pyplot, "get_fignums"):
            return
        for number in pyplot.get_fignums():
            self._add_figure(pyplot.figure(number))

    def _add_figure(self, figure: object) -> None:
        """Show a figure, and let pyplot forget it: it is not shown again at the end."""
        pyplot: Any = sys.modules.get(_PYPLOT)
        try:
            self._keep({"text/plain": _text(repr(figure)), "image/png": _png(figure)})
        finally:
            if pyplot is not None:
                pyplot.close(figure)

    def _keep(self, shown: Bundle) -> None:
        size = sum(len(kind) + len(data) for kind, data in shown.items())
        if size > self._room or len(self._shown) >= DISPLAYS:
            shown = {"text/plain": f"(a display of {size} bytes was left out: the run shows too much)"}
            size = 0
        if len(self._shown) <= DISPLAYS:
            self._room -= size
            self._shown.append(shown)

    def _take_over_show(self, pyplot: ModuleType) -> None:
        def show(*arguments: object, **how: object) -> None:
            self.add_figures()

        setattr(pyplot, "show", show)  # noqa: B010


def _is_figure(value: object) -> bool:
    module: Any = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def bundle(value: object) -> Bundle:
    """Mime type to text, or base64 of bytes, of what the value's class says it can be shown as.

    Asked of the class: an object that has every attribute (a mock) has no rich form. A form that fails is
    left out.
    """
    if isinstance(value, type):
        return {}
    found: dict[str, object] = {}
    for name, kind in _RICH.items():
        method = getattr(type(value), name, None)
        if callable(method) and (data := _try(method, value)) is not None:
            found[kind] = data
    method = getattr(type(value), "_repr_mimebundle_", None)
    if callable(method):
        found.update(_mapping(_try(method, value)))
    shown = {}
    for kind, given in found.items():
        data = _encoded(given[0] if isinstance(given, tuple) and given else given)
        if data is not None:
            shown[str(kind)] = data
    return shown


def _mapping(given: object) -> Mapping[str, object]:
    """What `_repr_mimebundle_` gave: the data, or the data and their metadata."""
    given = given[0] if isinstance(given, tuple) and given else given
    return given if isinstance(given, Mapping) else {}


def _try(method: Callable[[object], object], value: object) -> object:
    try:
        return method(value)
    except (MemoryError, RecursionError):
        raise
    except Exception:
        return None


def _encoded(data: object) -> str | None:
    if isinstance(data, bytes | bytearray):
        return base64.b64encode(data).decode("ascii")
    if isinstance(data, str):
        return str(data)
    try:
        return None if data is None else json.dumps(data)
    except (TypeError, ValueError):
        return None


def _png(figure: Any) -> str:
    file = io.BytesIO()
    figure.savefig(file, format="png", bbox_inches="tight")
    return base64.b64encode(file.getvalue()).decode("ascii")


def _text(text: str) -> str:
    return text if len(text) <= _TEXT_CHARACTERS else text[:_TEXT_CHARACTERS] + "…"


def on_import(name: str, act: Callable[[ModuleType], None]) -> None:
    """Call `act` with a module: now if it is there, else as soon as the program has imported it."""
    module = sys.modules.get(name)
    if module is not None:
        act(module)
    else:
        sys.meta_path.insert(0, _Watch(name, act))


class _Watch:
    """A finder that steps aside for the real one, and has its module acted on once."""

    def __init__(self, name: str, act: Callable[[ModuleType], None]) -> None:
        self._name = name
        self._act = act

    def find_spec(self, name: str, path: object = None, target: object = None) -> ModuleSpec | None:
        if name != self._name:
            return None
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is None or spec.loader is None:
            return None
        loader, run = spec.loader, spec.loader.exec_module

        def exec_module(module: ModuleType) -> None:
            loader.exec_module = run  # type: ignore[method-assign]
            run(module)
            self._act(module)

        loader.exec_module = exec_module  # type: ignore[method-assign]
        return spec
