"""What the text and the code of a cell say about its lines."""

import ast
import linecache
from itertools import islice
from opcode import opmap
from types import CodeType
from typing import TypeAlias

CELL = "<cell "
INLINED = ("<listcomp>", "<dictcomp>", "<setcomp>")  # frames before Python 3.12, lines of their frame since
_LOOPS = (ast.While, ast.For, ast.AsyncFor)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp)
_FOR_ITER = opmap["FOR_ITER"]
_Span: TypeAlias = tuple[int, int, int, int]  # line and column of the beginning, of the end
_HEADS = (*_LOOPS, ast.If, ast.Match)


def cell_number(file: str) -> int:
    return int(file[len(CELL) : -1])


def mentioned(code: CodeType) -> set[str]:
    """Every name that a code or the functions in it read or write outside their own variables."""
    names, waiting = set[str](), [code]
    while waiting:
        code = waiting.pop()
        names.update(code.co_names)
        waiting += [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return names


def executable(code: CodeType) -> set[int]:
    """The lines of a code and the functions in it that have instructions."""
    lines, waiting = set[int](), [code]
    while waiting:
        inner = waiting.pop()
        # A function's first line only sets it up.
        first = 0 if inner.co_name == "<module>" else inner.co_firstlineno
        if inner.co_name not in INLINED:
            lines |= {line for _, _, line in inner.co_lines() if line} - {first}
        waiting += [constant for constant in inner.co_consts if isinstance(constant, CodeType)]
    return lines


def heads(cell: int) -> set[int]:
    """The lines of a cell on which the way may part."""
    return {node.lineno for node in ast.walk(_tree(cell)) if isinstance(node, _HEADS)}


def one_line_loops(cell: int) -> set[int]:
    """The lines that hold a loop and its body."""
    loops = [node for node in ast.walk(_tree(cell)) if isinstance(node, _LOOPS)]
    return {loop.lineno for loop in loops if loop.body[0].lineno == loop.lineno}


class Comprehensions:
    """The list, set and dict comprehensions of a cell that span lines: no frames of their own from 3.12 on.

    Their turns are no steps, as those of one within a line are none, and as before 3.12.
    """

    def __init__(self, cell: int) -> None:
        nodes = [node for node in ast.walk(_tree(cell)) if isinstance(node, _COMPREHENSIONS)]
        many = [node for node in nodes if node.end_lineno != node.lineno]
        self._spans = [(_span(node), _span(node.generators[0].iter)) for node in many]

    def hold(self, code: CodeType, offset: int) -> bool:
        """Whether an instruction belongs to one, but to its first iterable: that is worked out before."""
        if not self._spans or code.co_name in ("<lambda>", "<genexpr>"):
            return False
        line, end, column, end_column = next(islice(code.co_positions(), offset // 2, None), (None,) * 4)
        if line is None or end is None or column is None or end_column is None:
            return False
        span = (line, column, end, end_column)
        turns = code.co_code[offset] == _FOR_ITER  # which 3.13 places at the iterable
        return any(_is_in(span, whole) and (turns or not _is_in(span, first)) for whole, first in self._spans)


def _span(node: ast.expr) -> _Span:
    return (node.lineno, node.col_offset, node.end_lineno or 0, node.end_col_offset or 0)


def _is_in(inner: _Span, outer: _Span) -> bool:
    return inner[:2] >= outer[:2] and inner[2:] <= outer[2:]


def _tree(cell: int) -> ast.AST:
    try:
        return ast.parse("".join(linecache.getlines(f"{CELL}{cell}>")))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
