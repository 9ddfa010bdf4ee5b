"""Tests of a whole program: what it reads from standard input, and what it has to print.

As text, as a question's other tests are: `on input '2 3\\n' it prints '5\\n'`. Outputs are compared as the
graders do: word by word, numbers that are no whole ones by value.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reckon.values import Execution

MOST = 4  # tests: each is a run of its own
LONGEST = 4000  # characters of a test that a prompt may show
LONGEST_REASON = 200  # characters of why one failed
_CLOSE = 1e-6  # of two numbers, relative or, near 0, absolute
_FORM = re.compile(r"on input ('.*'|\".*\") it prints ('.*'|\".*\")")
_WHOLE = re.compile(r"[+-]?\d+")


def read_given(given: Sequence[object]) -> tuple[str, ...]:
    """The tests {"input", "output"} among `given`: the first that are short, or the shortest one."""
    pairs = [(one.get("input"), one.get("output")) for one in given if isinstance(one, Mapping)]
    written = [
        f"on input {stdin!r} it prints {wanted!r}"
        for stdin, wanted in pairs
        if isinstance(stdin, str) and isinstance(wanted, str)
    ]
    fitting = [test for test in dict.fromkeys(written) if len(test) <= LONGEST]
    return tuple((fitting or sorted(written, key=len)[:1])[:MOST])


def pair_of(test: str) -> tuple[str, str] | None:
    """(the input, what it has to print) of a test of this form; None for every other."""
    if (found := _FORM.fullmatch(test)) is None:
        return None
    try:
        stdin, wanted = ast.literal_eval(f"({found[1]}, {found[2]})")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return (stdin, wanted) if isinstance(stdin, str) and isinstance(wanted, str) else None


def whole(execution: Execution) -> Execution:
    """A program that leaves by `sys.exit(0)` has come to its end."""
    error = execution.error
    left = error is not None and error.type == "SystemExit" and error.message in ("", "0", "None")
    return replace(execution, status="ok", error=None) if left and execution.status == "error" else execution


def outcome(execution: Execution, wanted: str) -> str:
    """Why the test failed; "" for a program that ended and printed that."""
    if not execution.ok:
        error = execution.error
        raised = f"{error.type}: {error.message}" if error and execution.status == "error" else ""
        return f"it ended with {raised or execution.note or execution.status}"[:LONGEST_REASON]
    printed = execution.stdout
    return "" if same(wanted, printed) else f"it printed {printed!r}"[:LONGEST_REASON]


def same(wanted: str, printed: str) -> bool:
    one, other = wanted.split(), printed.split()
    return len(one) == len(other) and all(a == b or _near(a, b) for a, b in zip(one, other, strict=True))


def _near(one: str, other: str) -> bool:
    if _WHOLE.fullmatch(one) and _WHOLE.fullmatch(other):
        return False  # as floats, long ones look alike
    try:
        return math.isclose(float(one), float(other), rel_tol=_CLOSE, abs_tol=_CLOSE)
    except ValueError:
        return False
