"""Blocks as Markdown, with the figures as SVG files in a folder beside it."""

import re
from collections.abc import Sequence
from typing import assert_never

from reckon.evaluation.report.blocks import Block, Excerpt, Figure, Heading, Paragraph, Table, plain


def markdown(blocks: Sequence[Block], folder: str) -> tuple[str, dict[str, str]]:
    """(the text, the SVG of each figure by its file's name in `folder`)."""
    figures: dict[str, str] = {}
    return "\n\n".join(_block(block, folder, figures) for block in blocks) + "\n", figures


def _block(block: Block, folder: str, figures: dict[str, str]) -> str:
    match block:
        case Heading(text, level):
            return f"{'#' * level} {_inline(text)}"
        case Paragraph(text):
            return _inline(text)
        case Table(heads, rows, words):
            marks = [":--", *([":--" if words else "--:"] * (len(heads) - 1))]
            lines = [_row([_inline(c) for c in heads]), _row(marks)]
            return "\n".join([*lines, *(_row([_inline(c) for c in row]) for row in rows)])
        case Figure(svg, about):
            name = f"figure-{len(figures) + 1}.svg"
            figures[name] = svg
            return f"![{_inline(about)}]({folder}/{name})"
        case Excerpt(label, text):
            fence = "`" * max(3, 1 + max((len(run) for run in re.findall("`+", text)), default=0))
            return f"{_inline(label)}\n\n{fence}text\n{plain(text)}\n{fence}"
    assert_never(block)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"


def _inline(text: str) -> str:
    """On one line, with nothing that Markdown or HTML would take for mark-up."""
    flat = " ".join(plain(text).split())
    return "".join(f"\\{c}" if c in "\\`*_[]|~$#!" else {"<": "&lt;", "&": "&amp;"}.get(c, c) for c in flat)
