"""A program cut into basic blocks by its lines, in any language whose blocks are braces or indentation.

As the nodes of a control-flow graph of structured code: a line that branches or loops is a block of its own,
and so is each run of statements between such lines. A heading of a function or a class is in no block.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_COMMENT = re.compile(r"^(?://|/\*|\*|#(?!include|define)|--)")
_BRANCHES = re.compile(
    r"^(?:\}\s*)?(?:if|elif|elsif|else\s+if|for|foreach|while|until|unless|switch|case|match|when|catch|except)\b"
)
_JUMPS = re.compile(r"^(?:return|break|continue|throw|raise|yield|exit|goto)\b")
_IS_HEADING = re.compile(r"(?:\{|:|\bdo|\bthen)$")
_EMPTY = re.compile(r"^[\s{}();]*(?:(?:else|do|try|finally|begin|end)\b[\s{}();:]*)*$")


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """number: from 1.  lines: from 1, in order.  branches: whether it is a line that branches or loops."""

    number: int
    lines: tuple[int, ...]
    branches: bool


def blocks_of(code: str) -> tuple[CodeBlock, ...]:
    """The blocks in the order of their first lines."""
    groups: list[tuple[list[int], bool]] = []
    run, depth = list[int](), -1
    for number, raw in enumerate(code.splitlines(), 1):
        line = raw.strip()
        if not line or _COMMENT.match(line):
            continue
        before, depth = depth, len(raw) - len(raw.lstrip())
        branches = _BRANCHES.match(line) is not None
        if branches or _EMPTY.match(line) or _IS_HEADING.search(line):
            run = []
            if branches:
                groups.append(([number], True))
            continue
        if not run or depth != before:
            run = []
            groups.append((run, False))
        run.append(number)
        if jumps(line):
            run = []
    return tuple(CodeBlock(n, tuple(lines), branches) for n, (lines, branches) in enumerate(groups, 1))


def jumps(line: str) -> bool:
    """Whether what stands after this line does not follow it."""
    return _JUMPS.match(line.strip()) is not None


def marked(code: str) -> str:
    """The code with the number of its block before each line."""
    numbers = {line: block.number for block in blocks_of(code) for line in block.lines}
    return "\n".join(
        f"{f'[{numbers[n]}]' if n in numbers else '':<5}{line}" for n, line in enumerate(code.splitlines(), 1)
    )


def fenced_off(code: str, block: CodeBlock) -> str:
    """The code with a line `--1--` before the block and `--2--` after it."""
    lines = code.splitlines()
    first, last = block.lines[0] - 1, block.lines[-1]
    return "\n".join([*lines[:first], "--1--", *lines[first:last], "--2--", *lines[last:]])
