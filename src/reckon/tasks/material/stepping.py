"""Runs a program of the small language that `synthesis` writes, line by line, and says which lines ran.

The program is rewritten so that each of its lines reports itself, rather than traced by `sys.settrace`: a
debugger or a coverage tool stays undisturbed, every Python version sees the same lines, and a program that runs
too long is stopped. Only the node types, names and methods listed here may stand in it: none reaches outside.
"""

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import CodeType, TracebackType
from typing import Any

MAX_STEPS = 5_000
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (abs, chr, int, len, list, max, min, ord, range, sorted, str, sum)
}
_CAUGHT = (IndexError, KeyError, TypeError, ValueError, ZeroDivisionError)
_METHODS = frozenset({"append", "count", "get", "index", "insert", "lower", "pop", "upper"})
_NODES = (
    *(ast.Module, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Assign, ast.AugAssign, ast.For),
    *(ast.While, ast.If, ast.Expr, ast.Break, ast.Continue, ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.IfExp),
    *(ast.Dict, ast.Compare, ast.Call, ast.Constant, ast.Attribute, ast.Subscript, ast.Name, ast.List),
    *(ast.Tuple, ast.Slice, ast.expr_context, ast.boolop, ast.unaryop, ast.cmpop),
    *(ast.Add, ast.Sub, ast.Mult, ast.Mod, ast.FloorDiv),
)
_LARGEST = 100_000
_FILE = "<synthesised>"


@dataclass(frozen=True, slots=True)
class Stepped:
    """lines: numbers of the lines that ran, in order.  names: the program's variables at its end.
    error, error_line: the name of the exception that ended it and where it was raised; "" and 0 for none.
    """

    lines: tuple[int, ...]
    names: dict[str, Any]
    error: str = ""
    error_line: int = 0


class TooLong(Exception):
    """More lines than allowed ran."""


def step(source: str, *, most: int = MAX_STEPS) -> Stepped:
    """Runs the program. Raises TooLong after `most` lines, ValueError for what is not of the small language."""
    return Stepper(source).run(most=most)


class Stepper:
    """A program made ready to run more than once, each time with other last lines."""

    def __init__(self, source: str) -> None:
        """Raises ValueError if anything but the small language stands in the source."""
        self._code = _compiled(source)

    def run(self, last: str = "", *, most: int = MAX_STEPS) -> Stepped:
        """The lines of the program, then of `last`, which are counted from 1 again."""
        lines: list[int] = []

        def ran(line: int) -> bool:
            if len(lines) == most:
                raise TooLong(f"more than {most} lines")
            lines.append(line)
            return True

        def items(line: int, values: Iterable[Any]) -> Iterator[Any]:
            for value in values:
                yield value
                ran(line)

        names: dict[str, Any] = {"__builtins__": {}, **_FUNCTIONS, "_ran": ran, "_items": items}
        error, error_line = "", 0
        try:
            for code in [self._code, _compiled(last)] if last else [self._code]:
                exec(code, names)
        except _CAUGHT as fault:
            error, error_line = type(fault).__name__, _origin(fault.__traceback__)
        own = {name: value for name, value in names.items() if name[0] != "_" and name not in _FUNCTIONS}
        return Stepped(tuple(lines), own, error, error_line)


def _origin(traceback: TracebackType | None) -> int:
    """The line of the program at which the exception was raised: that of its innermost frame."""
    line = 0
    while traceback is not None:
        if traceback.tb_frame.f_code.co_filename == _FILE:
            line = traceback.tb_lineno
        traceback = traceback.tb_next
    return line


def _compiled(source: str) -> CodeType:
    try:
        tree = ast.parse(source)
    except SyntaxError as error:
        raise ValueError(f"no program: {error}") from None
    for node in ast.walk(tree):
        _admit(node)
    return compile(ast.fix_missing_locations(_Reporting().visit(tree)), _FILE, "exec")


def _admit(node: ast.AST) -> None:
    """Raises ValueError for a node that is not of the small language."""
    fault = not isinstance(node, _NODES)
    if isinstance(node, ast.Attribute):
        fault = node.attr not in _METHODS
    elif isinstance(node, ast.Name):
        fault = node.id.startswith("_")
    elif isinstance(node, ast.arg | ast.FunctionDef):
        name = node.arg if isinstance(node, ast.arg) else node.name
        fault = name.startswith("_")
    elif isinstance(node, ast.Constant):
        small = isinstance(node.value, int) and abs(node.value) <= _LARGEST
        fault = not (small or node.value is None or (isinstance(node.value, str) and len(node.value) <= 100))
    if fault:
        raise ValueError(f"{type(node).__name__} is not of the small language: {ast.unparse(node)[:80]}")


class _Reporting(ast.NodeTransformer):
    """Puts `_ran(line)` before each statement and into each condition, and `_items(line, ...)` around what is
    looped over, as the header of a loop runs again for each item and at the end.
    """

    def visit_If(self, node: ast.If | ast.While) -> ast.AST:
        self.generic_visit(node)
        node.test = ast.BoolOp(ast.And(), [_report(node.lineno), node.test])
        return node

    visit_While = visit_If

    def visit_For(self, node: ast.For) -> list[ast.AST]:
        self.generic_visit(node)
        node.iter = _call("_items", ast.Constant(node.lineno), node.iter)
        return self._simple(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> list[ast.AST]:
        self.generic_visit(node)
        return self._simple(node)

    def _simple(self, node: ast.stmt) -> list[ast.AST]:
        return [ast.Expr(_report(node.lineno)), node]

    visit_Assign = visit_AugAssign = visit_Expr = visit_Return = visit_Break = visit_Continue = _simple


def _report(line: int) -> ast.Call:
    return _call("_ran", ast.Constant(line))


def _call(name: str, *arguments: ast.expr) -> ast.Call:
    return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])
