"""Statements that raise: the host is told the state, gives values to variables, and the program goes on.

Whole statements at the level of the cell: a loop that raises is one statement, told and mended as one.
"""

import ast
from collections.abc import Callable, MutableMapping

from reckon.interpreter.hooks import literals
from reckon.interpreter.hooks.names import CHARACTERS, describe
from reckon.interpreter.tracing.short import type_name
from reckon.values import JSON

_SOURCE = 4_000


class Mender:
    """Called with a statement that raised; whether the program is to go on after it."""

    def __init__(
        self,
        source: str,
        variables: MutableMapping[str, object],
        call: Callable[[str, dict[str, JSON]], dict[str, JSON]],
    ) -> None:
        self._source = source
        self._variables = variables
        self._call = call

    def __call__(self, statement: ast.stmt, error: Exception) -> bool:
        text = ast.get_source_segment(self._source, statement) or ""
        answer = self._call(
            "ask",
            {
                "kind": "statement",
                "name": "",
                "line": statement.lineno,
                "source": text[:_SOURCE],
                "arguments": [],
                "state": describe(self._variables),
                "error": _told(error),
            },
        )
        if "value" not in answer:
            return False
        state = literals.decode(answer["value"])
        if not isinstance(state, dict):
            return False
        self._variables.update(state)
        return True


def _told(error: Exception) -> str:
    """Its class may be the program's own, and refuse to be told."""
    try:
        return f"{type_name(error)}: {str(error)[:CHARACTERS]}"
    except Exception:
        return type_name(error)
