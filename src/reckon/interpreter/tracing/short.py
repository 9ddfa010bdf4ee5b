"""A value in a few characters, without running what the program defined.

Built-in types are written as `repr` writes them, cut in depth, length and characters. Objects of the
program's own classes are shown by their attributes, never by their `__repr__`; those of libraries by theirs,
once their size is known to be small. No address appears, so equal runs give equal texts.
"""

import collections
import enum
from collections.abc import Callable, Iterable
from itertools import islice
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType

DEPTH = 4
ITEMS = 24
_DIGITS = 400
_LIBRARY_ITEMS = 64
_ATOMS = (int, float, str, bool, type(None), bytes, complex)
_ATOM_IDS = frozenset(map(id, _ATOMS))
# Past whatever a metaclass of the program's has put in their place.
_name_of, _mro_of, _dict_of = (type.__dict__[name].__get__ for name in ("__name__", "__mro__", "__dict__"))


def is_atom(value: object) -> bool:
    """Whether a value can never change nor be told from its equal."""
    return id(type(value)) in _ATOM_IDS


def type_name(value: object) -> str:
    return str(_name_of(type(value)))[:100]


def short(value: object, characters: int) -> str:
    """Never raises an Exception, never calls a method that the program defined."""
    try:
        text = _text(value, characters, 0)
    except Exception:
        text = f"<{type_name(value)}>"
    return text if len(text) <= characters else text[: characters - 1] + "…"


def _text(value: object, room: int, depth: int) -> str:
    kind = id(type(value))
    if kind in _ATOM_IDS:
        return _atom(value, room)
    if depth >= DEPTH:
        return "…"
    writer = _WRITERS.get(kind)
    if writer is not None:
        return writer(value, room, depth)
    if issubclass(type(value), type):  # `isinstance` would ask the value for its __class__
        return f"<class {_name_of(value)}>"
    if _is_users(type(value)):
        return _users(value, room, depth)
    return _librarys(value)


def _atom(value: object, room: int) -> str:
    if isinstance(value, str | bytes) and len(value) > room:
        return repr(value[:room]) + "…"
    if isinstance(value, int) and value.bit_length() > 3 * _DIGITS:
        return f"<int of {value.bit_length()} bits>"
    return repr(value)


def _series(values: Iterable[object], size: int, room: int, depth: int) -> str:
    """The first items, as many as there is room for."""
    pieces: list[str] = []
    for value in islice(values, ITEMS):
        piece = _text(value, room, depth + 1)
        pieces.append(piece)
        room -= len(piece) + 2
        if room <= 0:
            break
    if len(pieces) < size:
        pieces.append("…")
    return ", ".join(pieces)


def _mapping(value: "dict[object, object]", room: int, depth: int) -> str:
    pieces: list[str] = []
    for key, item in islice(dict.items(value), ITEMS):
        piece = f"{_text(key, room, depth + 1)}: {_text(item, room, depth + 1)}"
        pieces.append(piece)
        room -= len(piece) + 2
        if room <= 0:
            break
    if len(pieces) < dict.__len__(value):
        pieces.append("…")
    return "{" + ", ".join(pieces) + "}"


def _list(value: "list[object]", room: int, depth: int) -> str:
    return f"[{_series(list.__iter__(value), list.__len__(value), room, depth)}]"


def _tuple(value: "tuple[object, ...]", room: int, depth: int) -> str:
    size = tuple.__len__(value)
    return f"({_series(tuple.__iter__(value), size, room, depth)}{',' if size == 1 else ''})"


def _set(value: "set[object]", room: int, depth: int) -> str:
    return "{" + _series(_sorted(set.__iter__(value)), len(value), room, depth) + "}" if value else "set()"


def _frozenset(value: "frozenset[object]", room: int, depth: int) -> str:
    inner = _series(_sorted(frozenset.__iter__(value)), len(value), room, depth)
    return f"frozenset({{{inner}}})" if value else "frozenset()"


def _sorted(values: Iterable[object]) -> list[object]:
    """Numbers and strings in order, where all are of one kind: hash order differs from run to run."""
    listed = list(islice(values, 1000))
    if listed and type(listed[0]) in (int, float, str) and len({id(type(v)) for v in listed}) == 1:
        listed.sort()
    return listed


def _deque(value: "collections.deque[object]", room: int, depth: int) -> str:
    return f"deque([{_series(value, len(value), room, depth)}])"


_WRITERS: dict[int, Callable[..., str]] = {
    id(list): _list,
    id(tuple): _tuple,
    id(dict): _mapping,
    id(set): _set,
    id(frozenset): _frozenset,
    id(collections.deque): _deque,
    id(range): lambda value, room, depth: repr(value),
    id(FunctionType): lambda value, room, depth: f"<function {value.__name__}>",
    id(BuiltinFunctionType): lambda value, room, depth: f"<function {value.__name__}>",
    id(MethodType): lambda value, room, depth: f"<method {value.__func__.__name__}>",
    id(ModuleType): lambda value, room, depth: f"<module {ModuleType.__getattribute__(value, '__name__')}>",
    id(collections.defaultdict): lambda value, room, depth: f"defaultdict({_mapping(value, room, depth)})",
    id(collections.Counter): lambda value, room, depth: f"Counter({_mapping(value, room, depth)})",
    id(collections.OrderedDict): lambda value, room, depth: f"OrderedDict({_mapping(value, room, depth)})",
}


def _lineage(kind: type) -> tuple[type, ...]:
    lineage: tuple[type, ...] = _mro_of(kind)
    return lineage


def _is_users(kind: type) -> bool:
    """Whether the class, or one it comes from, was defined in a cell."""
    modules = [_dict_of(c).get("__module__") for c in _lineage(kind)]
    return any(type(module) is str and module == "__main__" for module in modules)


def _users(value: object, room: int, depth: int) -> str:
    name, lineage = type_name(value), _lineage(type(value))
    attributes: dict[object, object] = {}
    if any(c is enum.Enum for c in lineage):
        return f"{name}.{object.__getattribute__(value, '_name_')}"
    for c in lineage:
        slots = _dict_of(c)
        if c is tuple and isinstance(value, tuple):
            fields = next((_dict_of(k).get("_fields") for k in lineage), None)
            attributes |= zip(fields or range(len(value)), tuple.__iter__(value), strict=False)
        elif "__slots__" in slots and c is not object:
            for slot in slots["__slots__"]:
                if type(slots.get(slot)).__name__ == "member_descriptor":
                    attributes[slot] = slots[slot].__get__(value)
    if any(c is BaseException for c in lineage):
        arguments = BaseException.__dict__["args"].__get__(value)
        return f"{name}({_series(arguments, len(arguments), room, depth)})"
    own = _own_attributes(value)
    attributes |= own
    pieces = [f"{key}={_text(item, room, depth + 1)}" for key, item in islice(attributes.items(), ITEMS)]
    return f"{name}({', '.join(pieces)})"


def _own_attributes(value: object) -> "dict[object, object]":
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return {}
    return own if type(own) is dict else {}


def _librarys(value: object) -> str:
    """By its own repr; a large one by its type and size."""
    shape, dtype = getattr(value, "shape", None), getattr(value, "dtype", None)
    size = getattr(value, "size", None)
    if type(shape) is tuple and type(size) is int and size > _LIBRARY_ITEMS:
        return f"{type_name(value)}(shape={shape}" + (f", dtype={dtype})" if dtype is not None else ")")
    length = len(value) if hasattr(type(value), "__len__") else 0  # type: ignore[arg-type]
    if length > _LIBRARY_ITEMS:
        return f"{type_name(value)}(len={length})"
    text = repr(value)
    at = text.find(" at 0x")
    return f"<{type_name(value)}>" if at >= 0 else " ".join(text.split())
