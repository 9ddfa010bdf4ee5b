"""EvalPlus (Liu et al., 2023, arXiv:2305.01210): a program's results against those of the right solution.

A result is right if it equals the expected one. Where it does not, and the problem has a tolerance or the
expected one is a float or a list of floats, it is right within 1e-7 relatively and that tolerance (1e-6)
absolutely. A few problems have rules of their own, by the name of their function, as in evalplus/eval.

Differs: a list and a tuple of the same items are equal for tests that were kept as JSON.
"""

import ast
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from reckon.benchmarks.material.rows import Row
from reckon.errors import InfrastructureError
from reckon.interpreter import AsyncInterpreter
from reckon.tasks.graders.programs import returns, values_of
from reckon.values import Grade

# Problems of MBPP whose result is a set in whatever order.
SETS = (
    *("similar_elements", "find_char_long", "common_in_nested_lists", "extract_singly", "larg_nnum"),
    *("intersection_array", "find_dissimilar", "Diff"),
)
# Problems of MBPP of whose result only whether it is None, or its truth, is asked.
NOT_NONE = ("check_str", "text_match_three", "text_starta_endb")


@dataclass(frozen=True, slots=True)
class Listed:
    """Inputs with their expected results."""

    name: str
    inputs: Sequence[Sequence[Any]]
    expected: Sequence[Any]
    tolerance: float = 0.0

    async def judge(self, interpreter: AsyncInterpreter, program: str, *, timeout_s: float) -> Grade:
        def right(n: int, value: Any) -> bool:
            return is_right(self.name, self.inputs[n], self.expected[n], value, self.tolerance)

        function = _function(self.name)
        return await returns(interpreter, program, function, self.inputs, right, timeout_s=timeout_s)


@dataclass(frozen=True, slots=True)
class Differential:
    """Inputs, and the program whose results are the expected ones. plus: with the added inputs."""

    row: Row
    name: str
    reference: str
    plus: bool = True
    read: Callable[[list[Any]], list[Any]] = list

    async def judge(self, interpreter: AsyncInterpreter, program: str, *, timeout_s: float) -> Grade:
        """Raises InfrastructureError where the file's own solution does not run: it judges no program."""
        inputs: list[Any] = list(self.row.items("base_input"))
        if self.plus and isinstance(self.row.fields.get("plus_input"), list):
            inputs += self.row.items("plus_input")
        inputs = self.read(inputs)
        if not inputs or not all(isinstance(each, list | tuple) for each in inputs):
            raise self.row.fault("a list of lists of arguments", ["base_input"], inputs)
        function = _function(self.name)
        expected = await values_of(interpreter, self.reference, function, inputs, timeout_s=6 * timeout_s)
        if isinstance(expected, str):
            where = f"{self.row.where}: the file's own solution does not run here"
            raise InfrastructureError(f"{where}: {expected}"[:300])
        tolerance = self.row.fields.get("atol") or 0.0
        listed = Listed(self.name, inputs, expected, tolerance if isinstance(tolerance, int | float) else 0.0)
        return await listed.judge(interpreter, program, timeout_s=timeout_s)


def _function(name: str) -> str:
    """What is called: for some only whether there is a result, which is itself no plain data (a match)."""
    if name not in NOT_NONE:
        return name
    truth = "found if isinstance(found, bool) else found is not None"
    return f"lambda *given: (lambda found: {truth})({name}(*given))"


def listed(test: str, name: str) -> Listed | None:
    """The `inputs` and `results` that a test of the hub's form holds as literals; None if it holds none."""
    try:
        tree = ast.parse(test)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    found: dict[str, Any] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            target = node.targets[0].id
            if target in ("inputs", "results"):
                try:
                    found[target] = _literal(node.value)
                except (ValueError, TypeError, RecursionError):
                    return None
    inputs, results = found.get("inputs"), found.get("results")
    if not isinstance(inputs, list) or not isinstance(results, list) or len(inputs) != len(results):
        return None
    tolerance = _last_argument(tree)
    if tolerance is None and name in _RULES:
        tolerance = 1e-4
    if not inputs or not all(isinstance(each, list | tuple) for each in inputs) or tolerance is None:
        return None
    return Listed(name, inputs, results, tolerance)


def _literal(node: ast.expr) -> Any:
    """A literal, where inf and nan are numbers."""

    class Names(ast.NodeTransformer):
        def visit_Name(self, name: ast.Name) -> ast.expr:
            if name.id not in ("inf", "nan"):
                raise ValueError(name.id)
            number = ast.Constant(math.inf)
            return number if name.id == "inf" else ast.BinOp(number, ast.Sub(), number)

    return ast.literal_eval(Names().visit(node))


def _last_argument(tree: ast.Module) -> float | None:
    """The tolerance of the one call assertion(…, exp, atol); None where the test calls something else."""
    for node in ast.walk(tree):
        called = (
            isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "assertion"
        )
        if called and isinstance(node, ast.Call) and len(node.args) == 3:
            last = node.args[2]
            if isinstance(last, ast.Constant) and isinstance(last.value, int | float):
                return float(last.value)
    return None


def is_right(name: str, given: Sequence[Any], expected: Any, value: Any, tolerance: float) -> bool:
    """Whether a result is right, by EvalPlus' rules."""
    try:
        rule = _RULES.get(name)
        if rule is not None:
            return rule(given, expected, value, tolerance)
        return _equal(expected, value, tolerance)
    except (TypeError, ValueError, OverflowError, RecursionError, ZeroDivisionError):
        return False


def _equal(expected: Any, value: Any, tolerance: float) -> bool:
    if _listlike(value) == _listlike(expected):
        return True
    if not tolerance and _is_floats(expected):
        tolerance = 1e-6
    return bool(tolerance) and _close(expected, value, tolerance)


def _listlike(value: Any) -> Any:
    """Arrays and tuples as lists, nan as itself."""
    if type(value).__module__ == "numpy":
        value = value.tolist()
    if isinstance(value, list | tuple):
        return [_listlike(item) for item in value]
    if isinstance(value, dict):
        return {key: _listlike(item) for key, item in value.items()}
    return value


def _is_floats(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return bool(value) and all(isinstance(item, float) for item in value)
    return isinstance(value, float)


def _close(expected: Any, value: Any, tolerance: float) -> bool:
    if isinstance(expected, list | tuple):
        if not isinstance(value, list | tuple) or len(value) != len(expected):
            return False
        return all(_close(a, b, tolerance) for a, b in zip(expected, value, strict=True))
    numbers = all(isinstance(n, int | float) and not isinstance(n, bool) for n in (expected, value))
    if not numbers or isinstance(expected, float) != isinstance(value, float):
        return False
    return bool(value == expected or abs(value - expected) <= tolerance + 1e-7 * abs(expected))


def _root(given: Sequence[Any], _: Any, value: Any, tolerance: float) -> bool:
    """HumanEval/32: a zero of the polynomial, whichever."""
    at_value = sum(factor * math.pow(value, n) for n, factor in enumerate(given[0]))
    return bool(abs(at_value) <= tolerance)


def _surface(given: Sequence[Any], expected: Any, value: Any, tolerance: float) -> bool:
    """Mbpp/581: the height of the pyramid may be read as its own, not the slant's."""
    base, height = given
    area = round(base**2 + 2 * base * math.sqrt((base / 2) ** 2 + height**2))
    return _equal(expected, value, tolerance) or abs(value - area) <= tolerance


def _digits(given: Sequence[Any], expected: Any, value: Any, tolerance: float) -> bool:
    """Mbpp/558: digit by digit, the shorter number padded with zeros."""
    one, other = (str(number)[::-1] for number in given)
    pairs = zip_longest(one, other, fillvalue="0")
    return _equal(expected, value, tolerance) or value == sum(abs(int(a) - int(b)) for a, b in pairs)


def _as_set(_: Sequence[Any], expected: Any, value: Any, __: float) -> bool:
    return set(map(repr, _listlike(list(value)))) == set(map(repr, _listlike(list(expected))))


def _not_none(_: Sequence[Any], expected: Any, value: Any, __: float) -> bool:
    wanted = expected if isinstance(expected, bool) else expected is not None
    return bool(wanted == (value if isinstance(value, bool) else value is not None))


_RULES: Mapping[str, Callable[[Sequence[Any], Any, Any, float], bool]] = {
    "find_zero": _root,
    "are_equivalent": lambda given, expected, value, tolerance: True,
    "sum_div": lambda given, expected, value, tolerance: (
        _equal(expected, value, tolerance) or bool(value == 0)
    ),
    "surface_Area": _surface,
    "digit_distance_nums": _digits,
    **dict.fromkeys(SETS, _as_set),
    **dict.fromkeys(NOT_NONE, _not_none),
}
