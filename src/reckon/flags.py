"""Command-line flags from the fields of a dataclass: one definition, one help text, one default."""

import argparse
import dataclasses
from typing import Any, TypeVar, get_type_hints

T = TypeVar("T")


def add_flags(parser: argparse.ArgumentParser, kind: type[Any]) -> None:
    """A flag for each field; the help is the field's metadata["help"]."""
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=hints[field.name],
            default=field.default,
            metavar=hints[field.name].__name__.upper(),
            help=f"{field.metadata.get('help', '')} (default: {field.default or repr(field.default)})",
        )


def read_flags(kind: type[T], arguments: argparse.Namespace) -> T:
    """The dataclass from parsed arguments."""
    names = [field.name for field in dataclasses.fields(kind)]  # type: ignore[arg-type]
    return kind(**{name: getattr(arguments, name) for name in names})
