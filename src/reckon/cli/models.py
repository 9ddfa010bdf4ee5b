"""List the ways to name a model.

example:
  reckon models
"""

import argparse

from rich.console import Console
from rich.table import Table

from reckon.models import list_models


def configure(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    table = Table(box=None)
    for heading in ("name", "what it is", "ready"):
        table.add_column(heading)
    for kind in list_models():
        table.add_row(kind.form, kind.what, kind.ready)
    Console(highlight=False).print(table)
    return 0
