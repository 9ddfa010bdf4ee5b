"""Command-line flags from the fields of a dataclass: one definition, one help text, one default."""

import argparse
import dataclasses
from collections.abc import Collection
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

T = TypeVar("T")


def add_flags(
    parser: argparse.ArgumentParser, kind: type[Any], *, repeated: Collection[str] = (), **defaults: object
) -> None:
    """A flag for each field; the help is the field's metadata["help"], its value there is metadata["value"].

    defaults: of fields of which this command has its own.
    repeated: fields that may be given several times; they are parsed to a list, or None. A field of type
    tuple[X, ...] may be given several times as well, and is a tuple again when it is read.
    """
    hints = get_type_hints(kind)
    for field in dataclasses.fields(kind):
        hint, default = hints[field.name], defaults.get(field.name, field.default)
        how = dict[str, Any](default=default)
        is_tuple = get_origin(hint) is tuple
        if field.name in repeated or is_tuple:
            how = {"default": None, "action": "append"}
        one = get_args(hint)[0] if is_tuple else hint
        shown = "none" if is_tuple else repr(default)
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=one,
            **how,
            metavar=field.metadata.get("value", one.__name__.upper()),
            help=f"{field.metadata.get('help', '')} (default: {default or shown})",
        )


def read_flags(kind: type[T], arguments: argparse.Namespace) -> T:
    """The dataclass from parsed arguments."""
    hints = get_type_hints(kind)
    read = {field.name: getattr(arguments, field.name) for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    return kind(
        **{
            name: tuple(value or ()) if get_origin(hints[name]) is tuple else value
            for name, value in read.items()
        }
    )
