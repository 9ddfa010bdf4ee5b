"""Command-line flags from the fields of a dataclass: one definition, one help text, one default."""

import argparse
import dataclasses
from collections.abc import Collection
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


def add_flags(parser: argparse.ArgumentParser, kind: type[Any], *, repeated: Collection[str] = ()) -> None:
    """A flag for each field; the help is the field's metadata["help"].

    repeated: fields that may be given several times; they are parsed to a list, or None.
    """
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        how: dict[str, Any] = {"default": field.default}
        if field.name in repeated:
            how = {"default": None, "action": "append"}
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=hints[field.name],
            **how,
            metavar=hints[field.name].__name__.upper(),
            help=f"{field.metadata.get('help', '')} (default: {field.default or repr(field.default)})",
        )


def read_flags(kind: type[T], arguments: argparse.Namespace) -> T:
    """The dataclass from parsed arguments."""
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: getattr(arguments, name) for name in names})
