"""Runs a program of the small language that `synthesis` writes, line by line, and says which lines ran.

The program is rewritten so that each of its lines reports itself, rather than traced by `sys.settrace`: a
debugger or a coverage tool stays undisturbed, every Python version sees the same lines, and a program that
runs too long is stopped. Only the node types, names and methods listed here may stand in it: none reaches
outside.
"""

import ast
import copy
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any

MAX_STEPS = 5_000
_FUNCTIONS: dict[str, Callable[..., Any]] = {
    f.__name__: f for f in (abs, chr, int, len, list, max, min, ord, range, sorted, str, sum)
}
_CAUGHT = (IndexError, KeyError, TypeError, ValueError, ZeroDivisionError)
_METHODS = frozenset({"append", "count", "get", "index", "insert", "lower", "pop", "upper"})
_STATEMENTS = "Module FunctionDef arguments arg Return Assign AugAssign For While If Expr Break Continue"
_EXPRESSIONS = (
    "BoolOp BinOp UnaryOp IfExp Dict Compare Call Constant Attribute Subscript Name List Tuple Slice"
)
_SIGNS = "Load Store And Or Not USub Add Sub Mult Mod FloorDiv Eq NotEq Lt LtE Gt GtE In NotIn"
_NODES = frozenset(f"{_STATEMENTS} {_EXPRESSIONS} {_SIGNS}".split())
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
    """Runs a program of our own. Raises TooLong after `most` lines."""
    return Stepper(source).run(most=most)


def check(source: str) -> None:
    """Raises ValueError unless the text is of the language that `_NODES`, `_FUNCTIONS` and `_METHODS` list.

    For a program that comes with a problem, and may come from a file that anybody wrote.
    """
    try:
        for node in ast.walk(ast.parse(source)):
            _admit(node)
    except SyntaxError as error:
        raise ValueError(f"no program: {error}") from None


class Stepper:
    """A program made ready to run more than once."""

    def __init__(self, source: str) -> None:
        """source: a program of our own, or one that `check` let pass."""
        body = _reporting(ast.parse(source).body)
        self._code = compile(ast.Module(body, []), _FILE, "exec")

    def run(self, *, most: int = MAX_STEPS) -> Stepped:
        """Runs the program. Raises TooLong."""
        return self._run(lambda _: None, most)

    def call(self, function: str, arguments: Sequence[Any], *, most: int = MAX_STEPS) -> Stepped:
        """Runs the program, then calls a function of it; what it returns is the variable "result"."""

        def then(names: dict[str, Any]) -> None:
            names["result"] = names[function](*copy.deepcopy(arguments))

        return self._run(then, most)

    def _run(self, then: Callable[[dict[str, Any]], None], most: int) -> Stepped:
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
            exec(self._code, names)
            then(names)
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


def _admit(node: ast.AST) -> None:
    """Raises ValueError for a node that is not of the small language."""
    fault = type(node).__name__ not in _NODES
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


def _reporting(body: Sequence[ast.stmt]) -> list[ast.stmt]:
    """The statements with `_ran(line)` before each and in each condition, and `_items(line, ...)` around what
    is looped over, as the header of a loop runs again for each item and at the end.
    """
    found: list[ast.stmt] = []
    for node in body:
        line = node.lineno
        if isinstance(node, ast.If | ast.While):
            both = [_call("_ran", line), node.test]
            node.test = ast.BoolOp(ast.And(), both, lineno=line, col_offset=0)
            node.orelse = _reporting(node.orelse)
        else:
            found.append(ast.Expr(_call("_ran", line), lineno=line, col_offset=0))
        if isinstance(node, ast.For):
            node.iter = _call("_items", line, node.iter)
            node.orelse = _reporting(node.orelse)
        if isinstance(node, ast.If | ast.While | ast.For | ast.FunctionDef):
            node.body = _reporting(node.body)
        found.append(node)
    return found


def _call(name: str, line: int, *arguments: ast.expr) -> ast.Call:
    """name(line, ...), placed on that line."""
    number = ast.Constant(line, lineno=line, col_offset=0)
    called = ast.Name(name, ast.Load(), lineno=line, col_offset=0)
    return ast.Call(called, [number, *arguments], [], lineno=line, col_offset=0)
