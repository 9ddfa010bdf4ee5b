"""Blocks on a console: headings, paragraphs and tables; what only a page can show is left out."""

from collections.abc import Iterable

from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from reckon.evaluation.report.blocks import Block, Excerpt, Figure, Heading, Paragraph, Table, plain


def print_blocks(blocks: Iterable[Block], console: Console) -> None:
    """Print them one after the other."""
    for block in blocks:
        match block:
            case Heading(text, _):
                console.print(plain(text), style="bold", markup=False)
            case Paragraph(text):
                console.print(plain(text), markup=False)
            case Table(heads, rows):
                grid = Grid(box=None)
                for n, head in enumerate(heads):
                    grid.add_column(escape(plain(head)), justify="right" if n else "left", overflow="fold")
                for row in rows:
                    grid.add_row(*(escape(plain(cell)) for cell in row))
                console.print(grid)
            case Figure() | Excerpt():
                pass
