"""Check a program against cases, so that the program cannot forge a pass.

    verdict = await check(interpreter, program, [Stdio("2\\n", "4\\n"), Call("double", (2,), 4),
                                                 Assertion("assert double(2) == 4")])

What is expected never enters the session in which the program runs. `Stdio`: what came out is compared here.
`Call`: the result is sent out as plain data and compared here. `Assertion`: the test runs in a session of its
own, where the names of the program are stand-ins that ask; see remote.py. There is no verdict to print, no
comparison to patch and no exit that counts as a pass. What a test asks an object of the program's own classes
is answered by the program, as it must be.

Each case has its own session: a fresh one (Stdio), or a fork of the one that the program was run in. A fault
of ours is raised, and is no verdict.
"""

import ast
import json
import math
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from reckon.errors import UsageError
from reckon.interpreter import remote
from reckon.interpreter.limits import check_timeout
from reckon.values import Execution, Status

if TYPE_CHECKING:  # none of it is needed to name cases, where no program can run
    from reckon.interpreter.interpreter import AsyncInterpreter
    from reckon.interpreter.programs import Program
    from reckon.interpreter.session import AsyncSession

_QUESTIONS = 2_000
_REASON_CHARACTERS = 300
# The program is a module called "program": what it does when it is the main one is not what is tested.
_INSTALL = """
def _install(source):
    import sys, types
    globals()["__name__"], sys.modules["program"] = "program", sys.modules["__main__"]
    module = sys.modules["_remote"] = types.ModuleType("_remote")
    exec(compile(source, "<remote>", "exec"), module.__dict__)
    module.server = module.Server(globals())
_install({source!r})
del _install
"""


@dataclass(frozen=True, slots=True)
class Stdio:
    """The program, given `stdin`, prints `stdout`: line by line, spaces at the ends of lines aside.

    tolerance: by how much numbers may differ, absolutely or relatively; words are compared then, not lines.
    """

    stdin: str = ""
    stdout: str = ""
    tolerance: float = 0.0
    timeout_s: float | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """`function(*arguments)` gives `expected`: plain data (numbers, text, containers of them, arrays).

    function: a name of the program, or an expression such as "Solution().solve". Lists and tuples compare
    alike, since cases are often kept as JSON.
    """

    function: str
    arguments: tuple[Any, ...] = ()
    expected: Any = None
    tolerance: float = 0.0
    timeout_s: float | None = None

    def __post_init__(self) -> None:
        try:
            remote.encode([list(self.arguments), self.expected], _refuse)
            ast.parse(self.function, mode="eval")
        except (TypeError, SyntaxError) as error:
            raise UsageError(f"Call: wanted plain data and the name of a function: {error}") from None


@dataclass(frozen=True, slots=True)
class Assertion:
    """Test code that uses the program's public names and raises nothing."""

    code: str
    timeout_s: float | None = None


Case: TypeAlias = Stdio | Call | Assertion


@dataclass(frozen=True, slots=True)
class CaseResult:
    """status: "passed"; "failed" (a wrong answer); or how the run ended that gave none.  reason: why."""

    status: Literal["passed", "failed"] | Status
    reason: str = ""
    wall_s: float = 0.0

    @property
    def passed(self) -> bool:
        return self.status == "passed"


@dataclass(frozen=True, slots=True)
class Verdict:
    """One result per case, in their order."""

    results: tuple[CaseResult, ...] = field(default=())

    @property
    def passed(self) -> bool:
        """Whether there were cases and every one passed."""
        return bool(self.results) and all(result.passed for result in self.results)

    @property
    def share(self) -> float:
        """The share of the cases that passed."""
        return sum(result.passed for result in self.results) / max(1, len(self.results))


async def check(
    interpreter: "AsyncInterpreter",
    program: "str | Program",
    cases: Iterable[Case],
    *,
    timeout_s: float | None = None,
) -> Verdict:
    """Run every case of a Python program, or of one in another language, whose cases are of Stdio.

    timeout_s: of each, where it names none (None: the limits' own).
    """
    cases = tuple(cases)
    for case in cases:
        if not isinstance(case, Stdio | Call | Assertion):
            raise UsageError(f"cases: wanted Stdio, Call or Assertion, got {case!r}")
        check_timeout(case.timeout_s)
    check_timeout(timeout_s)
    timeout_s = timeout_s or interpreter.limits.timeout_s
    if not isinstance(program, str):
        return await _check_printed(program, cases, timeout_s)
    async with _Bench(interpreter, program, timeout_s) as bench:
        return Verdict(tuple([await bench.check(case) for case in cases]))


async def _check_printed(program: "Program", cases: Sequence[Case], timeout_s: float) -> Verdict:
    """A program in another language: compiled once, each case in a session of its own."""
    for case in cases:
        if not isinstance(case, Stdio):
            raise UsageError(
                f"cases: a program in {program.language.title} takes Stdio alone, got {case!r:.80}"
            )
    ready, results = await program.compiled(), list[CaseResult]()
    for case in cases:
        assert isinstance(case, Stdio)
        begun = time.perf_counter()
        run = ready
        if not isinstance(run, Execution):
            run = await run.run(case.timeout_s or timeout_s, case.stdin)
        status, reason = _printed_alike(case, run.stdout) if run.ok else _fault(run)
        results.append(CaseResult(status, reason[:_REASON_CHARACTERS], time.perf_counter() - begun))
    return Verdict(tuple(results))


class _Bench:
    """The sessions that cases are forked from: one with the program in it, one for tests."""

    def __init__(self, interpreter: "AsyncInterpreter", program: str, timeout_s: float) -> None:
        self._interpreter = interpreter
        self._program = program
        self._timeout_s = timeout_s
        self._loaded: AsyncSession | None = None
        self._load: Execution | None = None
        self._court: AsyncSession | None = None

    async def __aenter__(self) -> "_Bench":
        return self

    async def __aexit__(self, *error: object) -> None:
        for session in (self._loaded, self._court):
            if session is not None:
                await session.close()

    async def check(self, case: Case) -> CaseResult:
        begun = time.perf_counter()
        timeout_s = case.timeout_s or self._timeout_s
        if isinstance(case, Stdio):
            status, reason = await self._stdio(case, timeout_s)
        else:
            status, reason = await self._unit(case, timeout_s)
        return CaseResult(status, reason[:_REASON_CHARACTERS], time.perf_counter() - begun)

    async def _stdio(self, case: Stdio, timeout_s: float) -> "_Judged":
        async with self._interpreter.session() as session:
            run = await session.run(self._program, stdin=case.stdin, timeout_s=timeout_s)
        if not _went_through(run):
            return _fault(run)
        return _printed_alike(case, run.stdout)

    async def _unit(self, case: Call | Assertion, timeout_s: float) -> "_Judged":
        session = await self._program_session()
        if isinstance(session, Execution):
            return _fault(session)
        async with session:
            if isinstance(case, Call):
                return await _call(session, case, timeout_s)
            async with await self._test_session() as court:
                return await _Trial(session, court, time.monotonic() + timeout_s).judge(case.code)

    async def _program_session(self) -> "AsyncSession | Execution":
        """A session in which the program has run: a fork, or another one where it cannot be forked."""
        if self._loaded is None:
            self._loaded, self._load = await self._load_program()
        assert self._load is not None
        if not _went_through(self._load):
            return self._load
        try:
            return await self._loaded.fork()
        except UsageError:
            session, load = await self._load_program()
            if _went_through(load):
                return session
            await session.close()
            return load

    async def _load_program(self) -> "tuple[AsyncSession, Execution]":
        session = self._interpreter.session()
        try:
            await session.run(_INSTALL.format(source=_source()))
            return session, await session.run(self._program, timeout_s=self._timeout_s)
        except BaseException:
            await session.close()
            raise

    async def _test_session(self) -> "AsyncSession":
        if self._court is None:
            self._court = self._interpreter.session()
            await self._court.run(_INSTALL.format(source=_source()))
        return await self._court.fork()


_Judged: TypeAlias = tuple[Literal["passed", "failed"] | Status, str]


class _Trial:
    """One test: its session asks, the program's session answers, until the test is through."""

    def __init__(self, program: "AsyncSession", court: "AsyncSession", end: float) -> None:
        self._program = program
        self._court = court
        self._end = end

    async def judge(self, test: str) -> _Judged:
        names = await self._ask(self._program, "names()")
        answers: list[str] = []
        while not isinstance(names, Execution) and len(answers) < _QUESTIONS:
            # No code of the program is in this session: what it says of the test is so.
            told = await self._ask(self._court, f"judge({test!r}, {names!r}, {answers!r})", "")
            if isinstance(told, Execution):
                return _fault(told)
            found = json.loads(told)
            if "question" not in found:
                return ("passed", "") if "passed" in found else ("failed", str(found.get("failed")))
            answer = await self._ask(self._program, f"answer({found['question']!r})")
            if isinstance(answer, Execution):
                return _fault(answer)
            answers.append(answer)
        return _fault(names) if isinstance(names, Execution) else ("failed", "the test asks too much")

    async def _ask(self, session: "AsyncSession", call: str, of: str = "server.") -> str | Execution:
        """The text that a call of remote.py gave, or the run that gave none."""
        left_s = max(0.001, self._end - time.monotonic())
        return _text(await session.run(f"__import__('_remote').{of}{call}", timeout_s=left_s))


async def _call(session: "AsyncSession", case: Call, timeout_s: float) -> _Judged:
    sent = remote.encode([list(case.arguments), {}], _refuse)
    question = json.dumps(["call", None, case.function, sent])
    told = _text(await session.run(f"__import__('_remote').server.answer({question!r})", timeout_s=timeout_s))
    if isinstance(told, Execution):
        return _fault(told)
    try:
        answer = json.loads(told)
        if "raised" in answer:
            kinds, message = answer["raised"]
            return "failed", f"raised {kinds[0]}: {message}"
        value = remote.decode(answer["value"], _refuse)
    except (ValueError, TypeError, KeyError, IndexError, RecursionError):
        return "failed", "the result is no plain data"
    if _alike(value, case.expected, case.tolerance):
        return "passed", ""
    return "failed", f"wanted {_shown(case.expected)}, got {_shown(value)}"


def _went_through(run: Execution) -> bool:
    """Whether a program came to its end, or left by `sys.exit(0)`: what it gave is looked at then."""
    left = run.error is not None and run.error.type == "SystemExit" and run.error.message in ("", "0", "None")
    return run.ok or (run.status == "error" and left)


def _shown(value: Any) -> str:
    try:
        return repr(value)[:100]
    except ValueError:
        return "a number of very many digits"


def _text(run: Execution) -> str | Execution:
    """The text that a run's value is the repr of; the run itself where it is none, or too long a one."""
    if not run.ok or run.value is None:
        return run
    try:
        text = ast.literal_eval(run.value)
    except (ValueError, SyntaxError, RecursionError, MemoryError):
        text = None
    return (
        text
        if isinstance(text, str)
        else Execution("error", note="the result is too large, or tampered with")
    )


def _fault(run: Execution) -> _Judged:
    error = f"{run.error.type}: {run.error.message}" if run.error else ""
    return ("failed" if run.ok else run.status), error or run.note or "the program gave no answer"


def _printed_alike(case: Stdio, stdout: str) -> _Judged:
    if case.tolerance:
        wanted, got = case.stdout.split(), stdout.split()
        same = len(wanted) == len(got) and all(map(_near(case.tolerance), wanted, got))
    else:
        wanted, got = _lines(case.stdout), _lines(stdout)
        same = wanted == got
    if same:
        return "passed", ""
    n = next(
        (n for n, (a, b) in enumerate(zip(wanted, got, strict=False)) if a != b), min(len(wanted), len(got))
    )
    there = [repr(lines[n])[:100] if n < len(lines) else "nothing" for lines in (wanted, got)]
    return "failed", f"at {'word' if case.tolerance else 'line'} {n + 1}: wanted {there[0]}, got {there[1]}"


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().split("\n")]


def _near(tolerance: float) -> Callable[[str, str], bool]:
    def near(wanted: str, got: str) -> bool:
        try:
            return wanted == got or _alike(float(got), float(wanted), tolerance)
        except ValueError:
            return False

    return near


def _alike(got: Any, wanted: Any, tolerance: float) -> bool:
    """Equality of plain data: numbers within the tolerance, lists like tuples, arrays like lists."""
    got, wanted = (value.tolist() if type(value).__module__ == "numpy" else value for value in (got, wanted))
    numbers = isinstance(got, int | float) and isinstance(wanted, int | float)
    if numbers and (isinstance(got, float) or isinstance(wanted, float)):
        if got != got or wanted != wanted:
            return bool(got != got and wanted != wanted)
        try:
            return bool(got == wanted) or math.isclose(got, wanted, rel_tol=tolerance, abs_tol=tolerance)
        except OverflowError:
            return False
    if isinstance(got, list | tuple) and isinstance(wanted, list | tuple):
        return len(got) == len(wanted) and all(
            _alike(a, b, tolerance) for a, b in zip(got, wanted, strict=True)
        )
    if isinstance(got, dict) and isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(_alike(got[k], wanted[k], tolerance) for k in wanted)
    return bool(got == wanted)


def _refuse(data: Any) -> Any:
    raise TypeError(f"{type(data).__name__} is no plain data")


@cache
def _source() -> str:
    return Path(remote.__file__).read_text(encoding="utf-8")
