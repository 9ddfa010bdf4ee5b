"""The trace by basic blocks, as in Debug like a Human (LDB).

Zhong, Wang, Shang, 2024, arXiv 2402.16906, section 3.2: the execution is cut where the control flow may part
or meet, and each block is shown with the variables before and after it.

Differs from the paper: blocks are cut by the syntax tree, not by a control-flow graph of the bytecode; one
that calls a function of the program goes on after it. Blocks come in the order of their beginning.
"""

import ast
from dataclasses import dataclass
from itertools import pairwise

from reckon.traces.record import Event, TraceRecord
from reckon.traces.sequence import apply

_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_PARTING = (*_LOOPS, ast.If, ast.Match, ast.Try, ast.With, ast.AsyncWith)


@dataclass(frozen=True, slots=True)
class Block:
    """lines: as they ran.  before, after: names and short values of the frame's variables."""

    frame: int
    lines: tuple[int, ...]
    before: tuple[tuple[str, str], ...]
    after: tuple[tuple[str, str], ...]


def blocks(record: TraceRecord) -> tuple[Block, ...]:
    """The blocks of the traced cell in the order in which they began."""
    leaders, heads = _borders(record.source)
    found: list[list[Event]] = []
    at: dict[int, list[Event]] = {}
    states: dict[int, dict[str, str]] = {}
    before: list[dict[str, str]] = []
    after: dict[int, dict[str, str]] = {}
    for event in record.events:
        state = states.setdefault(event.frame, {})
        if event.kind == "line" and event.cell == record.cell:
            block = at.get(event.frame)
            if block is None or event.line in leaders or block[-1].line in heads:
                block = at[event.frame] = []
                found.append(block)
                before.append(dict(state))
            block.append(event)
            apply(state, event.changes)
            after[id(block)] = dict(state)
        else:
            apply(state, event.changes)
        if event.kind in ("return", "exception", "yield"):
            at.pop(event.frame, None)
    return tuple(
        Block(
            block[0].frame,
            tuple(event.line for event in block),
            tuple(start.items()),
            tuple(after[id(block)].items()),
        )
        for block, start in zip(found, before, strict=True)
    )


def render_blocks(record: TraceRecord, most: int = 40) -> str:
    """The blocks as text for a model; of more than `most` the middle is left out."""
    source, found = record.source.split("\n"), blocks(record)
    shown = list(enumerate(found))
    gap = len(found) - most
    if gap > 0:
        shown = [*shown[: most // 2], *shown[most // 2 + gap :]]
    out: list[str] = []
    for place, (number, block) in enumerate(shown):
        if gap > 0 and place == most // 2:
            out.append(f"… {gap} blocks …")
        out.append(f"[BLOCK-{number}]")
        out.append(f"    # before: {_line(block.before)}")
        out += ["    " + source[line - 1] for line in block.lines if line <= len(source)]
        out.append(f"    # after: {_line(block.after)}")
    return "\n".join(out)


def _line(state: tuple[tuple[str, str], ...]) -> str:
    return " ".join(f"{name}={text}" for name, text in state) or "nothing"


def _borders(source: str) -> tuple[set[int], set[int]]:
    """(lines that begin a block, lines that end one). Empty for a program that does not parse."""
    leaders: set[int] = set()
    heads: set[int] = set()
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return leaders, heads
    for node in ast.walk(tree):
        if isinstance(node, _PARTING):
            heads.add(node.lineno)
        if isinstance(node, _LOOPS):
            leaders.add(node.lineno)
        for name in ("body", "orelse", "finalbody"):
            inner = getattr(node, name, None)
            if isinstance(inner, list) and inner:
                leaders.add(inner[0].lineno)
                leaders |= {b.lineno for a, b in pairwise(inner) if isinstance(a, _PARTING)}
    return leaders, heads
