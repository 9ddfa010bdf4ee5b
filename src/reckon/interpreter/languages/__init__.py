"""The languages that programs may be written in, besides Python: a file is a language.

    find("rust"), find("rs"), find("c++")       by name or alias, as a markdown fence would have it

A name may be a model's word, so it is looked up and nothing else: with other settings, or with a language of
your own, hand over the object (`Rust(compile_timeout_s=120)`) in the place of the name.
"""

import difflib
from functools import cache
from typing import cast

from reckon import registry
from reckon.errors import UsageError
from reckon.interpreter.language import Language

__all__ = ["find", "is_python", "names"]

_FOLDER = "interpreter.languages"
_PYTHON = frozenset(("python", "py", "python3"))


def names() -> tuple[str, ...]:
    """Of the languages that stand here, in alphabetical order; Python is not among them."""
    return tuple(registry.names(_FOLDER))


def is_python(language: str | Language) -> bool:
    return isinstance(language, str) and language.strip().lower() in _PYTHON


def find(language: str | Language) -> Language:
    """The language of that name. Raises UsageError where there is none."""
    if isinstance(language, Language):
        return language
    if not isinstance(language, str):
        raise UsageError(f"language: wanted a name such as 'rust', got {language!r}")
    known = _aliases()
    name = language.strip()
    if name.lower() in known:
        return known[name.lower()]
    close = difflib.get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean {close[0]!r}?" if close else ""
    raise UsageError(f"language: none is named {name!r:.80}{hint} There are: python, {', '.join(names())}")


@cache
def _aliases() -> dict[str, Language]:
    """Every name, in small letters, to its language."""
    known: dict[str, Language] = {}
    for name in names():
        language = cast(Language, registry.find(_FOLDER, name)())
        for alias in (name, *language.aliases):
            known[alias] = language
    return known
