"""List the reasoners, one line each, or show one with its options.

examples:
  reckon reasoners
  reckon reasoners show tree_of_code
"""

import argparse
import dataclasses
import inspect

from rich.console import Console
from rich.text import Text

from reckon import registry
from reckon.errors import UsageError

OF_THE_RUN = "  (None: the run's, --temperature)"


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("action", nargs="?", default="list", help="show, or a reasoner to show")
    parser.add_argument("name", nargs="?", default="", help="a reasoner: its name, or my_pkg.mine:Mine")


def run(arguments: argparse.Namespace) -> int:
    console, name = Console(highlight=False, soft_wrap=True), arguments.name
    if arguments.action == "show" and not name:
        raise UsageError("show wants the name of one reasoner, as in 'reckon reasoners show tree_of_code'")
    if arguments.action not in ("list", "show") and name:
        raise UsageError(f"wanted 'show {name}', got '{arguments.action} {name}'")
    if arguments.action == "list":
        _list(console)
    else:
        _show(name or arguments.action, console)
    return 0


def _list(console: Console) -> None:
    names = registry.names("reasoners")
    wide = max(map(len, names)) + 2
    for name in names:
        console.print(Text(f"{name:{wide}}{first_line(registry.find('reasoners', name))}"))


def _show(name: str, console: Console) -> None:
    kind = registry.find("reasoners", name)
    console.print(Text(inspect.getdoc(inspect.getmodule(kind)) or ""))
    console.print(Text(f"\n{kind.__name__}: {inspect.getdoc(kind) or ''}\n\noptions:"))
    fields = [field for field in dataclasses.fields(kind) if field.init]
    for field in fields:
        own = field.name == "temperature" and field.default is None
        console.print(Text(f"  {field.name}={_default(field)}{OF_THE_RUN if own else ''}"))
    if not fields:
        console.print(Text("  none"))
    set_one = next(
        (f for f in fields if isinstance(f.default, int) and not isinstance(f.default, bool)), None
    )
    example = f"{kind.__name__}({set_one.name}={set_one.default})" if set_one else name
    console.print(Text(f'\nexample:\n  reckon eval elementary -n 2 --reasoner "{example}"'))


def first_line(kind: type[object]) -> str:
    """The first paragraph of its file's docstring: most often the paper."""
    module = inspect.getmodule(kind)
    return " ".join((inspect.getdoc(module) or "").split("\n\n")[0].split())


def _default(field: dataclasses.Field[object]) -> str:
    if field.default is not dataclasses.MISSING:
        return repr(field.default)
    if field.default_factory is not dataclasses.MISSING:
        return repr(field.default_factory())
    return "(must be given)"
