"""Write runs down as one page, for a paper's appendix.

examples:
  reckon report runs/first                         runs/first/report.html and report.md
  reckon report runs/a runs/b --out both.html      two runs on the same problems
  reckon report runs/first --out first.md --prices prices.json --worst 20

The HTML page stands alone and asks nobody for anything; Markdown has its figures in a folder beside it.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from reckon.errors import UsageError
from reckon.evaluation.report.blocks import Block
from reckon.evaluation.report.content import content
from reckon.evaluation.report.markdown import markdown
from reckon.evaluation.report.page import page
from reckon.evaluation.spending import read_prices


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("runs", nargs="+", help="folders of runs")
    parser.add_argument(
        "--out",
        default="",
        help="a name that ends in .html or .md (default: both, in the first run's folder)",
    )
    parser.add_argument("--title", default="", help="default: the runs' names")
    parser.add_argument("--worst", type=int, default=10, help="disagreements shown (default: 10)")
    parser.add_argument("--prices", default="", help='JSON: {"MODEL": [of a million tokens in, out], ...}')


def run(arguments: argparse.Namespace) -> int:
    console = Console(highlight=False)
    wanted = [Path(arguments.out)] if arguments.out else []
    if any(path.suffix not in (".html", ".md") for path in wanted):
        raise UsageError(f"--out {arguments.out}: wanted a name that ends in .html or .md")
    if arguments.worst < 0:
        raise UsageError(f"--worst wants 0 or more, got {arguments.worst}")
    prices = read_prices(arguments.prices) if arguments.prices else {}
    runs = list(dict.fromkeys(arguments.runs))
    blocks = content(runs, prices, arguments.worst, arguments.title or ", ".join(runs))
    for path in wanted or [Path(runs[0]) / name for name in ("report.html", "report.md")]:
        try:
            _write(path, page(blocks)) if path.suffix == ".html" else _write_markdown(path, blocks)
        except OSError as error:
            raise UsageError(f"--out {path}: {error.strerror or error}") from None
        console.print(path, markup=False)
    return 0


def _write_markdown(path: Path, blocks: Sequence[Block]) -> None:
    folder = f"{path.stem}-figures"
    text, figures = markdown(blocks, folder)
    _write(path, text)
    for name, svg in figures.items():
        _write(path.parent / folder / name, svg + "\n")


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
