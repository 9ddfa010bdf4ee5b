"""Say what works here: isolation of programs, languages, optional parts, and what to do where one is missing.

examples:
  reckon doctor
  reckon doctor --attack             try to get out of the sandbox, in every way we know
  reckon doctor --attack network     by the ways of one category, or by one: --attack network.tcp

With --attack the exit status is 1 if anything got through that this machine's isolation claims to stop.
"""

import argparse
import platform
import sys
import time
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reckon.interpreter import Interpreter, isolation_report

if TYPE_CHECKING:
    from reckon.interpreter.attacks import Outcome

EXTRAS = {
    "science": ("scipy", "sympy", "pandas", "networkx", "matplotlib"),
    "local": ("torch", "transformers"),
    "tasks": ("reasoning-gym",),
    "parquet": ("pyarrow",),
    "benchmarks": ("datasets", "math-verify"),
    "train": ("accelerate", "peft"),
    "log": ("tensorboard", "wandb"),
    "vllm": ("vllm",),
    "ray": ("ray",),
    "trl": ("trl",),
    "verl": ("verl",),
}
APART = ("ray", "trl", "verl")  # extras, each in an environment of its own


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--attack",
        nargs="?",
        const="all",
        metavar="WHAT",
        help="run programs that try to get out: all, a category, or an attack's id (default: all)",
    )


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    console.print(f"Python {platform.python_version()}, {platform.system()} {platform.release()}\n")
    if arguments.attack is not None:
        return _attack(console, arguments.attack)
    works = _interpreter(console)
    _isolation(console)
    _languages(console)
    _extras(console)
    _viewer(console)
    return 0 if works and sys.version_info >= (3, 11) else 1


def _attack(console: Console, what: str) -> int:
    from reckon.interpreter.attacks import chosen, run_attacks, target

    attacks, begun = chosen(what), time.perf_counter()
    with target() as interpreter, console.status("") as status:
        outcomes = run_attacks(
            interpreter, attacks, on_outcome=lambda outcome: status.update(outcome.attack.id)
        )
    console.print(_by_category(outcomes))
    console.print(f"\n{len(outcomes)} attacks in {time.perf_counter() - begun:.0f} s")
    failed = [outcome for outcome in outcomes if outcome.failed]
    unclaimed = [outcome for outcome in outcomes if not outcome.contained and not outcome.claimed]
    _list(console, "got through, and no isolation in force here claims to stop them:", unclaimed)
    _list(console, "[bold red]GOT THROUGH, AGAINST WHAT IS CLAIMED:[/]", failed)
    return 1 if failed else 0


def _by_category(outcomes: "Sequence[Outcome]") -> Table:
    table = Table(box=None)
    for heading in ("category", "attacks", "contained", "not claimed", "FAILED", "by"):
        table.add_column(heading, justify="left" if heading in ("category", "by") else "right")
    for category in dict.fromkeys(outcome.attack.category for outcome in outcomes):
        ours = [outcome for outcome in outcomes if outcome.attack.category == category]
        ways = Counter(outcome.mechanism for outcome in ours if outcome.contained)
        failed = sum(outcome.failed for outcome in ours)
        table.add_row(
            category,
            str(len(ours)),
            str(sum(outcome.contained for outcome in ours)),
            str(sum(not outcome.contained and not outcome.claimed for outcome in ours) or ""),
            f"[bold red]{failed}[/]" if failed else "",
            ", ".join(f"{way} {count}" for way, count in ways.most_common()),
        )
    return table


def _list(console: Console, title: str, outcomes: "Sequence[Outcome]") -> None:
    if outcomes:
        console.print(f"\n{title}")
    for outcome in outcomes:
        told = "; ".join(outcome.harm) or outcome.mechanism
        # What an attack says of itself may hold the terminal's own language.
        console.print(f"  {outcome.attack.id}: {escape(''.join(filter(str.isprintable, told)))}")


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


def _languages(console: Console) -> None:
    table = Table(title="\nlanguages of programs", title_justify="left", box=None)
    for heading in ("", "language", "version", "by", "to have it, on Debian"):
        table.add_column(heading)
    with Interpreter(preload=(), spares=0) as interpreter:
        for one in interpreter.languages():
            package = f"apt install {one.package}" if one.package else "no package"
            wanted = "" if one.here else package
            table.add_row("yes" if one.here else "no", one.title, one.version, escape(one.program), wanted)
    console.print(table)


def _extras(console: Console) -> None:
    table = Table(title="\noptional parts", title_justify="left", box=None)
    for heading in ("", "package", "to have it"):
        table.add_column(heading)
    for extra, packages in EXTRAS.items():
        for package in packages:
            found = _version(package)
            apart = ", in an environment of its own" if extra in APART else ""
            wanted = "" if found else escape(f"pip install 'reckon[{extra}]'{apart}")
            table.add_row("yes" if found else "no", f"{package} {found}", wanted)
    console.print(table)


def _viewer(console: Console) -> None:
    """What `reckon view` needs."""
    here = "this Python has it" if find_spec("_sqlite3") else "NOT in this Python: take one built with it"
    console.print(
        f"\nreckon view: no package; the module sqlite3 ({here}) and a browser, here or over ssh -L"
    )


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""
