"""Say what works here: isolation of programs, optional parts, and what to do about what is missing.

example:
  reckon doctor
"""

import argparse
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version

from rich.console import Console
from rich.table import Table

from reckon.interpreter import Interpreter, isolation_report

EXTRAS = {
    "science": ("scipy", "sympy", "pandas", "networkx", "matplotlib"),
    "local": ("torch", "transformers"),
    "tasks": ("reasoning-gym",),
}


def configure(parser: argparse.ArgumentParser) -> None:
    pass


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    console.print(f"Python {platform.python_version()}, {platform.system()} {platform.release()}\n")
    works = _interpreter(console)
    _isolation(console)
    _extras(console)
    return 0 if works and sys.version_info >= (3, 11) else 1


def _interpreter(console: Console) -> bool:
    with Interpreter() as interpreter:
        started = time.perf_counter()
        with interpreter.session() as session:
            execution = session.run("6 * 7")
        opened_ms = 1000 * (time.perf_counter() - started)
    works = execution.value == "42"
    console.print(
        f"interpreter: {'works' if works else execution.output} (first session {opened_ms:.0f} ms)\n"
    )
    return works


def _isolation(console: Console) -> None:
    table = Table(title="isolation of programs", title_justify="left", box=None)
    for heading in ("", "feature", "stops", "to have it"):
        table.add_column(heading)
    for tier in isolation_report():
        table.add_row(
            "yes" if tier.in_force else "NO", tier.feature, tier.stops, "" if tier.in_force else tier.remedy
        )
    console.print(table)


def _extras(console: Console) -> None:
    table = Table(title="\noptional parts", title_justify="left", box=None)
    for heading in ("", "package", "to have it"):
        table.add_column(heading)
    for extra, packages in EXTRAS.items():
        for package in packages:
            found = _version(package)
            wanted = "" if found else f"pip install 'reckon[{extra}]'"
            table.add_row("yes" if found else "no", f"{package} {found}", wanted)
    console.print(table)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
