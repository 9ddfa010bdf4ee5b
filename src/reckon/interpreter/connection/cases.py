"""The cases of a check as plain data, so that a whole check crosses the wire at once."""

from collections.abc import Mapping, Sequence
from typing import Any

from reckon.errors import UsageError
from reckon.interpreter import remote
from reckon.interpreter.check import Assertion, Call, Case, Stdio
from reckon.records import from_json, to_json
from reckon.values import JSON


def cases_to_json(cases: Sequence[Case]) -> list[dict[str, JSON]]:
    """Raises UsageError for what is no case."""
    return [_to_json(case) for case in cases]


def cases_of(data: Sequence[JSON]) -> list[Case]:
    """Raises UsageError naming the case that is none."""
    return [_case_of(item, f"cases[{n}]") for n, item in enumerate(data)]


def _to_json(case: Case) -> dict[str, JSON]:
    if isinstance(case, Stdio):
        return {"kind": "stdio", **to_json(case)}
    if isinstance(case, Assertion):
        return {"kind": "assertion", **to_json(case)}
    if not isinstance(case, Call):
        raise UsageError(f"cases: wanted Stdio, Call or Assertion, got {case!r:.80}")
    return {
        "kind": "call",
        "function": case.function,
        "values": remote.encode([list(case.arguments), case.expected], _refuse),
        "tolerance": case.tolerance,
        "timeout_s": case.timeout_s,
    }


def _case_of(data: JSON, where: str) -> Case:
    if not isinstance(data, Mapping):
        raise UsageError(f"{where}: wanted an object, got {data!r:.60}")
    kind, rest = data.get("kind"), {name: value for name, value in data.items() if name != "kind"}
    if kind == "stdio":
        return from_json(Stdio, rest)
    if kind == "assertion":
        return from_json(Assertion, rest)
    if kind != "call":
        raise UsageError(f"{where}.kind: wanted stdio, call or assertion, got {kind!r:.60}")
    try:
        arguments, expected = remote.decode(rest.pop("values", None), _refuse)
        values: dict[str, Any] = {"arguments": tuple(arguments), "expected": expected}
    except (
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
        RecursionError,
        ImportError,
    ) as error:
        raise UsageError(f"{where}.values: wanted plain data ({error})") from None
    plain = from_json(Call, rest)
    return Call(plain.function, **values, tolerance=plain.tolerance, timeout_s=plain.timeout_s)


def _refuse(data: Any) -> Any:
    raise TypeError(f"{type(data).__name__} is no plain data")
