"""Blocks as one HTML page that stands alone: it asks nobody for anything, and nothing in it can run."""

from collections.abc import Sequence
from typing import assert_never

from reckon.evaluation.report.blocks import Block, Excerpt, Figure, Heading, Paragraph, Table, escaped

# The page has no script of its own, and the policy refuses any: what a model wrote stays words.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_STYLE = """
body { font: 15px/1.5 Georgia, serif; color: #1a1a1a; background: #fff; max-width: 62rem;
       margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.7rem; } h2 { font-size: 1.3rem; margin-top: 2.2rem; border-bottom: 1px solid #ccc; }
h3 { font-size: 1.05rem; margin-top: 1.6rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font: 13px/1.4 system-ui, sans-serif; margin: .8rem 0; }
th, td { padding: .25rem .7rem; border-bottom: 1px solid #ddd; text-align: right; vertical-align: top; }
th { border-bottom: 1px solid #555; vertical-align: bottom; }
th:first-child, td:first-child, .words th, .words td { text-align: left; }
td:first-child { min-width: 9rem; }
td { max-width: 34rem; overflow-wrap: break-word; } .words td:nth-child(n+2) { overflow-wrap: anywhere; }
.words td:nth-child(2) { min-width: 6rem; }
pre { font: 12px/1.4 ui-monospace, monospace; background: #f5f5f2; padding: .6rem .8rem; max-height: 24rem;
      overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } figure svg { max-width: 100%; height: auto; }
figcaption, .label { font: 13px/1.4 system-ui, sans-serif; color: #444; }
.label { margin: .8rem 0 -.6rem; }
@media print { body { max-width: none; margin: 0; } pre { max-height: none; }
               figure, tr { break-inside: avoid; } }
"""


def page(blocks: Sequence[Block]) -> str:
    """The whole page. Everything but the figures' own mark-up is escaped."""
    title = next((b.text for b in blocks if isinstance(b, Heading)), "Report")
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escaped(title)}</title><style>{_STYLE}</style></head><body>\n"
        + "\n".join(map(_block, blocks))
        + "\n</body></html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text, level):
            return f"<h{level}>{escaped(text)}</h{level}>"
        case Paragraph(text):
            return f"<p>{escaped(text)}</p>"
        case Table(heads, rows, words):
            head = "".join(f"<th>{escaped(cell)}</th>" for cell in heads)
            body = "".join("<tr>" + "".join(f"<td>{escaped(c)}</td>" for c in row) + "</tr>" for row in rows)
            kind = ' class="words"' if words else ""
            table = f"<table{kind}><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            return f'<div class="wide">{table}</div>'
        case Figure(svg, about):
            return f"<figure>{svg}<figcaption>{escaped(about)}</figcaption></figure>"
        case Excerpt(label, text):
            return f'<p class="label">{escaped(label)}</p><pre>{escaped(text)}</pre>'
    assert_never(block)
