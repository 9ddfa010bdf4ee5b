"""Python's literal values as plain JSON data and back: what may pass between a program and its host.

Numbers, strings, bytes, None, True, False, and lists, tuples, sets and dicts of them. Nothing is pickled and
nothing is evaluated on either side. Subclasses (`np.float64` is one of `float`) arrive as their plain type.
"""

from reckon.values import JSON

DEPTH = 50


def encode(value: object, depth: int = 0) -> JSON:
    """Raises TypeError for what is no literal, ValueError for what is nested deeper than DEPTH."""
    if depth > DEPTH:
        raise ValueError(f"a value nested deeper than {DEPTH}")
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        plain = int.__int__(value)
        return plain if abs(plain) < 1 << 63 else {"int": hex(plain)}
    if isinstance(value, float):
        return float.__float__(value)
    if isinstance(value, list):
        return [encode(item, depth + 1) for item in list.__iter__(value)]
    return _tagged(value, depth)


def _tagged(value: object, depth: int) -> JSON:
    if isinstance(value, tuple):
        return {"tuple": [encode(item, depth + 1) for item in tuple.__iter__(value)]}
    if isinstance(value, set | frozenset):
        return {type(value).__name__: [encode(item, depth + 1) for item in value]}
    if isinstance(value, dict):
        return {"dict": [[encode(k, depth + 1), encode(v, depth + 1)] for k, v in dict.items(value)]}
    if isinstance(value, bytes):
        return {"bytes": bytes.hex(value)}
    if isinstance(value, complex):
        return {"complex": [value.real, value.imag]}
    raise TypeError(
        f"only numbers, strings, bytes, None and lists, tuples, sets and dicts of them can pass between a "
        f"program and its host, not {type(value).__name__}"
    )


def decode(data: JSON, depth: int = 0) -> object:
    """Raises ValueError for what `encode` does not make."""
    if depth > DEPTH + 1:
        raise ValueError(f"a value nested deeper than {DEPTH}")
    if data is None or isinstance(data, bool | int | float | str):
        return data
    if isinstance(data, list):
        return [decode(item, depth + 1) for item in data]
    if not isinstance(data, dict) or len(data) != 1:
        raise ValueError("no literal value")
    ((tag, inner),) = data.items()
    try:
        return _untagged(tag, inner, depth + 1)
    except (TypeError, OverflowError) as error:
        raise ValueError(f"no literal value: {error}") from None


def _untagged(tag: str, inner: JSON, depth: int) -> object:
    if tag == "int" and isinstance(inner, str):
        return int(inner, 16)
    if tag == "bytes" and isinstance(inner, str):
        return bytes.fromhex(inner)
    if not isinstance(inner, list):
        raise ValueError("no literal value")
    if tag == "dict":
        return {decode(key, depth): decode(value, depth) for key, value in inner}
    items = [decode(item, depth) for item in inner]
    if tag == "complex":
        real, imaginary = items
        return complex(float(str(real)), float(str(imaginary)))
    if tag not in ("tuple", "set", "frozenset"):
        raise ValueError(f"no literal value: {tag[:40]!r}")
    return {"tuple": tuple, "set": set, "frozenset": frozenset}[tag](items)
