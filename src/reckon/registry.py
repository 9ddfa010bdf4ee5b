"""The folder is the registry: a file `reasoners/pal.py` with the one public class `Pal` is the name "pal".

names("reasoners")                       every name that stands
find("reasoners", "pal")                 the class
build("reasoners", "Pal(shots=2)")       an instance; what repr() prints parses back
build("reasoners", "my_pkg.mine:Mine")   yours, by dotted path

A folder with many files may sort them into folders of its own, which its `__init__` lists in FOLDERS.
"""

import ast
import dataclasses
import difflib
import importlib
import pkgutil
from collections.abc import Callable
from typing import Any

from reckon.errors import UsageError

_HOLDS: dict[str, Callable[[Any], bool]] = {
    "None": lambda value: value is None,
    "bool": lambda value: isinstance(value, bool),
    "int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "float": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "str": lambda value: isinstance(value, str),
    "tuple": lambda value: isinstance(value, tuple | list),
    "Reasoner": lambda value: hasattr(value, "solve"),
}


def names(folder: str) -> list[str]:
    """The names in `folder` of the package, e.g. "reasoners", sorted."""
    return sorted(_modules(folder))


def find(folder: str, name: str) -> type[Any]:
    """The class of that name (file name, class name or "module:Class"). Raises UsageError."""
    if ":" in name:
        module_name, _, attribute = name.partition(":")
        try:
            found = getattr(importlib.import_module(module_name), attribute)
        except (ImportError, AttributeError) as error:
            raise UsageError(f"{name!r} cannot be imported: {error}") from None
        if not isinstance(found, type):
            raise UsageError(f"{name!r} is no class")
        return found
    modules = _modules(folder)
    known = sorted(modules)
    file = next((one for one in known if _plain(one) == _plain(name)), "")
    if not file:
        close = difflib.get_close_matches(name.lower(), known, n=1)
        hint = f"; did you mean {close[0]}?" if close else ""
        raise UsageError(f"no {folder} named {name!r}{hint} There are: {', '.join(known)}")
    return the_class(importlib.import_module(modules[file]))


def the_class(module: Any) -> type[Any]:
    """The one public class that a module defines and that has its file's name."""
    file = module.__name__.rpartition(".")[2]
    found = [
        value
        for key, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__ and _plain(key) == _plain(file)
    ]
    if len(found) != 1:
        raise UsageError(f"{module.__name__} must define one class named for its file")
    return found[0]


def build(folder: str, expression: str) -> Any:
    """An instance from a name or from what repr() prints: `SelfConsistency(inner=Pal(temperature=0.7), n=8)`.

    Only names of the folder and literals are read; nothing is evaluated. Raises UsageError.
    """
    expression = expression.strip()
    if ":" in expression and "(" not in expression:
        return _construct(find(folder, expression), {}, expression)
    try:
        node = ast.parse(expression, mode="eval").body
    except SyntaxError:
        raise UsageError(f"{expression!r} is neither a name nor Name(field=value, ...)") from None
    return _node(folder, node, top=True)


def _node(folder: str, node: ast.expr, top: bool = False) -> Any:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and not node.args:
        given = {k.arg: _node(folder, k.value) for k in node.keywords if k.arg}
        return _construct(find(folder, node.func.id), given, ast.unparse(node))
    if isinstance(node, ast.Name):
        return _construct(find(folder, node.id), {}, node.id)
    if isinstance(node, ast.Tuple) and not top:
        return tuple(_node(folder, element) for element in node.elts)
    try:
        if not top:
            return ast.literal_eval(node)
    except ValueError:
        pass
    raise UsageError(f"{ast.unparse(node)!r} is neither a literal nor Name(field=value, ...)")


def _construct(kind: type[Any], given: dict[str, Any], text: str) -> Any:
    fields = {f.name for f in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set(given)
    unknown = [name for name in given if name not in fields]
    if unknown:
        raise UsageError(f"{kind.__name__} has no field {unknown[0]!r}; it has {', '.join(sorted(fields))}")
    _check_types(kind, given)
    try:
        return kind(**given)
    except TypeError as error:
        raise UsageError(f"{text}: {error}") from None


def _check_types(kind: type[Any], given: dict[str, Any]) -> None:
    """Refuse what a field cannot hold, as far as its annotation names plain types or a reasoner."""
    for field in dataclasses.fields(kind) if dataclasses.is_dataclass(kind) else ():
        written = field.type if isinstance(field.type, str) else getattr(field.type, "__name__", "")
        names = [one.strip().partition("[")[0] for one in written.split("|")]
        if field.name not in given or not all(name in _HOLDS for name in names):
            continue
        value = given[field.name]
        if not any(_HOLDS[name](value) for name in names):
            raise UsageError(f"{kind.__name__}.{field.name}: wanted {written}, got {value!r}")


def _modules(folder: str) -> dict[str, str]:
    """Name to dotted path, of the files in the folder and in those that its FOLDERS names."""
    package = importlib.import_module(f"reckon.{folder}")
    own = {m.name: f"reckon.{folder}.{m.name}" for m in pkgutil.iter_modules(package.__path__) if not m.ispkg}
    for inner in getattr(package, "FOLDERS", ()):
        own |= _modules(f"{folder}.{inner}")
    return own


def _plain(name: str) -> str:
    """What file and class name have in common: SelfConsistency is self_consistency."""
    return name.replace("_", "").lower()
