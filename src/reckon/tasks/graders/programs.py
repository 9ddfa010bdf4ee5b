"""Programs against tests, in the jail: the final program that a model gave, and what it prints or returns.

Nothing that a program says of itself is believed: what it printed or returned is compared here, and a test
that is code runs in a session apart from the program (interpreter/check.py). The exception is `together`, for
tests that only work beside the program; who uses it says so in the grade's reason.
"""

import ast
import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, TypeAlias

from reckon.values import Execution, Grade

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter
    from reckon.interpreter.check import Case
    from reckon.interpreter.session import AsyncSession

MAX_PROGRAM = 200_000
BATCH = 32
MOST_OF_A_BATCH_S = 60.0
_FENCED = re.compile(r"```[A-Za-z0-9+]*[ \t]*\r?\n(.*?)```", re.DOTALL)
Same: TypeAlias = Callable[[str, str], bool]
Right: TypeAlias = Callable[[int, Any], bool]

_ENCODER = """
def _reckon_encoder(source):
    import json, types
    module = types.ModuleType("_reckon")
    exec(compile(source, "<reckon>", "exec"), module.__dict__)
    def refuse(value):
        raise TypeError(f"a {{type(value).__name__}} is no plain data")
    def called(function, sent, path):
        given = module.decode(json.loads(sent), refuse)
        results = json.dumps([module.encode(function(*each), refuse) for each in given])
        with open(path, "w") as file:
            file.write(results)
    return called
_reckon_called = _reckon_encoder({source!r})
"""


def program_of(answer: str) -> str | Grade:
    """The program that an answer is: its one fenced block, or all of it; a grade of 0 where there is none."""
    if len(answer) > MAX_PROGRAM:
        return Grade(0.0, f"longer than {MAX_PROGRAM} characters")
    blocks = _FENCED.findall(answer)
    if len(blocks) > 1:
        return Grade(0.0, f"{len(blocks)} blocks of code: wanted one program")
    program = blocks[0] if blocks else answer
    return program.strip("\n") if program.strip() else Grade(0.0, "empty answer")


def defines(program: str, name: str) -> bool:
    """Whether a program that can be read defines a function, class or variable of this name."""
    try:
        body = ast.parse(program).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    named = [n.name for n in body if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)]
    assigned = [t.id for n in body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)]
    return name in named or name in assigned


async def passes(
    interpreter: "AsyncInterpreter", program: str, cases: "Sequence[Case]", *, timeout_s: float
) -> Grade:
    """1 if every case passes. In batches that double, so that a program that fails early ends early."""
    done, size = 0, 1
    while done < len(cases):
        verdict = await interpreter.check(program, cases[done : done + size], timeout_s=timeout_s)
        for n, result in enumerate(verdict.results, done + 1):
            if not result.passed:
                return failed(n, len(cases), result.reason or result.status)
        done, size = done + size, min(2 * size, BATCH)
    return all_passed(len(cases))


async def prints(
    interpreter: "AsyncInterpreter",
    program: str,
    tests: Sequence[tuple[str, str]],
    same: Same,
    *,
    timeout_s: float,
) -> Grade:
    """1 if, for each (input, output), the program reads the input and prints the `same` as the output."""
    for n, (given, wanted) in enumerate(tests, 1):
        async with interpreter.session() as session:
            run = await session.run(program, stdin=given, timeout_s=timeout_s)
        if not went_through(run):
            return failed(n, len(tests), why(run))
        if not same(wanted, run.stdout):
            return failed(n, len(tests), f"wanted {_short(wanted)}, got {_short(run.stdout)}")
    return all_passed(len(tests))


async def returns(
    interpreter: "AsyncInterpreter",
    program: str,
    function: str,
    arguments: Sequence[Sequence[Any]],
    right: Right,
    *,
    timeout_s: float,
) -> Grade:
    """1 if `right(n, value)` of what function(*arguments[n]) gives, for every n; values are plain data.

    timeout_s: of each call; calls go in batches that double, each with that much time for each of its calls.
    """
    async with interpreter.session() as session:
        run = await session.run(program, timeout_s=timeout_s)
        if not went_through(run):
            return Grade(0.0, why(run))
        await session.run(_ENCODER.format(source=_source()))
        done, size = 0, 1
        while done < len(arguments):
            batch = arguments[done : done + size]
            allowed_s = min(len(batch) * timeout_s, max(timeout_s, MOST_OF_A_BATCH_S))
            values = await _called(session, function, batch, allowed_s)
            if isinstance(values, str):
                return failed(done + 1, len(arguments), values)
            for n, value in enumerate(values, done):
                if not right(n, value):
                    return failed(n + 1, len(arguments), f"got {_short(value)}")
            done, size = done + size, min(2 * size, BATCH)
    return all_passed(len(arguments))


async def values_of(
    interpreter: "AsyncInterpreter",
    program: str,
    function: str,
    arguments: Sequence[Sequence[Any]],
    *,
    timeout_s: float,
) -> list[Any] | str:
    """What function(*given) gives for each of the arguments; or why it gives nothing."""
    found: list[Any] = []

    def keep(_: int, value: Any) -> bool:
        found.append(value)
        return True

    grade = await returns(interpreter, program, function, arguments, keep, timeout_s=timeout_s)
    return found if grade.right else grade.reason


async def together(interpreter: "AsyncInterpreter", program: str, test: str, *, timeout_s: float) -> Grade:
    """1 if the test comes to its end after the program, in the same session: it can be cheated.

    The last thing that runs gives a word that the program could not know when it was written.
    """
    word = token_hex(16)
    async with interpreter.session() as session:
        run = await session.run(program, timeout_s=timeout_s)
        if run.ok:
            run = await session.run(f"{test}\n{word!r}", timeout_s=timeout_s)
    if run.ok and run.value == repr(word):
        return Grade(1.0, "passed its tests, which ran in its own session")
    return Grade(0.0, why(run))


def went_through(run: Execution) -> bool:
    """Whether a program came to its end, or left by `sys.exit(0)`."""
    left = run.error is not None and run.error.type == "SystemExit" and run.error.message in ("", "0", "None")
    return run.ok or (run.status == "error" and left)


def why(run: Execution) -> str:
    """How a run ended, in a line."""
    raised = f"{run.error.type}: {run.error.message}" if run.error and run.status == "error" else ""
    return (raised or run.note or run.status)[:200]


def failed(number: int, count: int, reason: str) -> Grade:
    """The grade of a program that fails its test of this number."""
    return Grade(0.0, f"test {number} of {count}: {reason}"[:300])


def all_passed(count: int) -> Grade:
    """The grade of a program that passed them all; no tests are no pass."""
    return Grade(1.0, f"passed {count} tests") if count else Grade(0.0, "no tests")


async def _called(
    session: "AsyncSession", function: str, arguments: Sequence[Sequence[Any]], timeout_s: float
) -> list[Any] | str:
    """What the function gives, by way of a file: a run's own value is cut where it is long."""
    from reckon.interpreter import remote

    sent = json.dumps(remote.encode([list(given) for given in arguments], _refuse))
    path = f"results-{token_hex(8)}"
    run = await session.run(f"_reckon_called({function}, {sent!r}, {path!r})", timeout_s=timeout_s)
    if not run.ok:
        return why(run)
    try:
        found = json.loads(await session.get(path))
        values = [remote.decode(item, _refuse) for item in found]
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):  # UsageError: there is no file
        return "the result is no plain data"
    return values if len(values) == len(arguments) else "the result was tampered with"


def _refuse(data: Any) -> Any:
    raise TypeError(f"{type(data).__name__} is no plain data")


def _short(value: object) -> str:
    try:
        text = repr(value)
    except ValueError:
        return "a number of very many digits"
    return text if len(text) <= 80 else text[:77] + "..."


@cache
def _source() -> str:
    from reckon.interpreter import remote

    return Path(remote.__file__).read_text(encoding="utf-8")
