"""List the reasoners, or show one with its options.

examples:
  reckon reasoners
  reckon reasoners tree_of_code
"""

import argparse
import inspect

from rich.console import Console
from rich.table import Table
from rich.text import Text

from reckon import registry


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", nargs="?", help="a reasoner to show")


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    if arguments.name:
        kind = registry.find("reasoners", arguments.name)
        console.print(Text(inspect.getmodule(kind).__doc__ or ""))
        console.print(Text(inspect.getdoc(kind) or ""))
        console.print(Text(f'\nexample:\n  reckon eval all --reasoner "{kind()!r}"'))
        return 0
    table = Table(box=None, show_header=False)
    for name in registry.names("reasoners"):
        module = inspect.getmodule(registry.find("reasoners", name))
        table.add_row(name, (module.__doc__ or "").strip().split("\n\n")[0].replace("\n", " "))
    console.print(table)
    return 0
