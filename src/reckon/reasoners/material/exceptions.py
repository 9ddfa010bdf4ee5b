"""Python's own tree of exceptions, looked up by what a text says."""

from __future__ import annotations

import builtins

from reckon.reasoners.material.retrieval import Index

EXCEPTIONS = tuple(
    one for one in vars(builtins).values() if isinstance(one, type) and issubclass(one, Exception)
)


def look_up(text: str, most: int) -> list[str]:
    """Exceptions that it is about, as `Exception > LookupError > KeyError: Mapping key not found.`

    Where no word of it stands in the tree: Exception alone.
    """
    index = Index([f"{one.__name__} {one.__doc__}" for one in EXCEPTIONS])
    return [_shown(EXCEPTIONS[n]) for n in index.search(text, most)] or [_shown(Exception)]


def _shown(exception: type[Exception]) -> str:
    kinds = [one.__name__ for one in reversed(exception.__mro__) if issubclass(one, Exception)]
    doc = (exception.__doc__ or "").strip()
    return f"{' > '.join(kinds)}: {doc}"
