"""Trying a program: it runs in a fork of the rollout, then the tests that the question shows run after it.

Where a question shows tests, the program is the answer; elsewhere what it prints is. Tests are Python
assertions: those of `problem.metadata["public_tests"]`, else the question's own lines in one of the forms
`assert f(1) == 2`, `>>> f(1)` over `2`, `f(1) returns 2`, and `f(1) ... should return 2` anywhere. Those of
the metadata may be {"input", "output"} as well: the program runs on that input, in a fork for each, see
on_stdin.py. A question that asks for a whole program and shows no tests has one: that it runs.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from reckon.errors import BudgetSpent
from reckon.reasoners.material import on_stdin
from reckon.values import Execution

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.values import Problem

RUNS = "assert True  # it runs to its end"
PRINTS = "Write one program that prints only the answer."
WHOLE = "Write the whole program that is asked for."
DEFINES = "Write one whole program that defines what is asked. It has to pass these tests:\n{tests}"
READS = f"{WHOLE} It reads standard input. It has to pass these tests:\n{{tests}}"
NOT_RUN = "the program did not run to its end"
UNTRIED = "it was not tried: the budget is spent"
LONGEST_REASON = 200  # characters of a failed test's reason

_HARNESS = """def _reckon_tests(tests):
    outcomes = []
    for test in tests:
        try:
            exec(test, globals())
            outcomes.append("")
        except Exception as error:
            outcomes.append((type(error).__name__ + ": " + str(error))[:{longest}])
    return outcomes
_reckon_tests({tests!r})"""
LONGEST_LINE = 2000  # characters; a longer line is no test: bounds the work on hostile text
_RETURNS = re.compile(r"(\w+\(.*\)) returns (.+)")
_FAILS = re.compile(r"\b(\w+\(.*?\)) (?:returns|gives|ends|raises)\b")
_ASKED = re.compile(r"\b(?:whole|complete) Python program\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of a program.

    outcomes: for each of `tests` "", or why it failed.
    of_result: the tests are about `answer`, the text that the program printed, which is then the answer.
    """

    program: str
    execution: Execution
    tests: tuple[str, ...] = ()
    outcomes: tuple[str, ...] = ()
    of_result: bool = False

    @property
    def result(self) -> str | None:
        """What it printed, or its last value; None if it failed or is silent."""
        shown = self.execution.stdout.strip() or self.execution.value
        return shown or None if self.execution.ok else None

    @property
    def score(self) -> float:
        """The share of tests passed; without tests 1 for a program that ran to a result. In [0, 1]."""
        if not self.tests:
            return float(self.result is not None)
        return sum(not outcome for outcome in self.outcomes) / len(self.tests)

    @property
    def passed(self) -> bool:
        return self.score == 1.0

    @property
    def answer(self) -> str | None:
        return self.program if self.tests and not self.of_result else self.result

    @property
    def failed_test(self) -> str | None:
        """The first test that failed."""
        failed = zip(self.tests, self.outcomes, strict=True)
        return next((test for test, why in failed if why), None)

    @property
    def report(self) -> str:
        """What happened, for the model to read."""
        ended = f"The program did not run to its end:\n{self.execution.output[-1000:]}"
        lines = [
            f"passed: {test}" if not why else f"failed: {test}\n    {why}"
            for test, why in zip(self.tests, self.outcomes, strict=True)
        ]
        if not self.execution.ok:
            return "\n".join([ended, *(lines if set(self.outcomes) - {NOT_RUN} else [])])
        printed = f"It printed:\n{(self.result or '(nothing)')[-1000:]}"
        return "\n".join(lines if self.tests and not self.of_result else [printed, *lines])


async def run_trial(
    rollout: Rollout, program: str, tests: Sequence[str] = (), *, of_result: bool = False
) -> Trial:
    """Run `program` and then `tests` in a fork, so that a program leaves nothing behind for the next.

    With tests on stdin it is a run for each; assertions come after the first. The trial's execution is the
    first, or the first one that did not run to its end. Tests that the budget leaves no run for have failed.
    """
    fed = {test: pair for test in tests if (pair := on_stdin.pair_of(test)) is not None}
    asserted = [test for test in tests if test not in fed]
    probe, runs, outcomes = await rollout.fork(), list[Execution](), dict.fromkeys(tests, UNTRIED)
    try:
        for test, (stdin, wanted) in fed.items():
            one = await rollout.fork() if runs else probe
            runs.append(on_stdin.whole(await one.run(program, show=False, stdin=stdin)))
            outcomes[test] = on_stdin.outcome(runs[-1], wanted)
        if not fed:
            runs.append(await probe.run(program, show=False))
        if asserted:
            whys = await _judge(probe, Trial(program, runs[0]), asserted, of_result)
            outcomes |= zip(asserted, whys, strict=True)
    except BudgetSpent:
        if not runs:
            raise
    execution = next((one for one in runs if not one.ok), runs[0])
    return Trial(program, execution, tuple(tests), tuple(outcomes[test] for test in tests), of_result)


async def try_program(
    rollout: Rollout, prompt: str, tests: Sequence[str], temperature: float | None = None
) -> Trial | None:
    """Prompt, let a program be written, try it; None if none was written. The rollout goes on from there."""
    await rollout.prompt(prompt)
    written = await rollout.write(temperature=temperature)
    if written.code is None:
        return None
    trial = await run_trial(rollout, written.code, tests)
    rollout.answer(trial.answer, "" if trial.answer else "the program did not run to a result")
    return trial


def task_of(question: str, tests: Sequence[str]) -> str:
    """The question with what the program is to do."""
    shown = [test for test in tests if test != RUNS]
    form = READS if all(map(on_stdin.pair_of, shown)) else DEFINES
    ask = form.format(tests="\n".join(shown)) if shown else WHOLE if tests else PRINTS
    return f"{question}\n\n{ask}"


def tests_of(problem: Problem) -> tuple[str, ...]:
    """The tests that the question shows, as assertions or of on_stdin's form; () if it shows none."""
    given = problem.metadata.get("public_tests")
    if isinstance(given, Sequence) and not isinstance(given, str):
        asserted = read_tests("\n".join(test for test in given if isinstance(test, str)))
        return (*asserted, *on_stdin.read_given(given)) or (RUNS,)
    return read_tests(problem.question) or ((RUNS,) if _ASKED.search(problem.question) else ())


def read_tests(text: str) -> tuple[str, ...]:
    """Every test in `text` of one of the forms that this module names, each once."""
    lines = [line.strip() if len(line) <= LONGEST_LINE else "" for line in text.splitlines()]
    found = [_test_in(line, after) for line, after in pairwise([*lines, ""])]
    return tuple(dict.fromkeys(test for test in found if _parses(test)))


def _test_in(line: str, after: str) -> str:
    """The test that a line, with the one after it, may state; "" if it has none of the forms."""
    if line.startswith("assert "):
        return line
    if line.startswith(">>> "):
        return f"assert ({line[4:]}) == ({after})" if after and not after.startswith(">>>") else ""
    if returns := _RETURNS.fullmatch(line):
        return f"assert ({returns[1]}) == ({returns[2]})"
    head, _, wanted = line.partition(" should return ")
    called = _FAILS.search(head) if wanted else None
    # The value ends with its sentence.
    return f"assert ({called[1]}) == ({re.split(r'[.;](?= |$)', wanted)[0]})" if called else ""


def _parses(test: str) -> bool:
    try:
        return isinstance(ast.parse(test).body[0], ast.Assert)
    except (SyntaxError, ValueError, RecursionError, MemoryError, IndexError):
        return False


async def _judge(probe: Rollout, ran: Trial, tests: Sequence[str], of_result: bool) -> list[str]:
    """Why each of these assertions fails after the program; "" for one that holds."""
    if not ran.execution.ok or (of_result and ran.result is None):
        return [NOT_RUN] * len(tests)
    harness = _HARNESS.format(longest=LONGEST_REASON, tests=list(tests))
    lead = f"answer = {ran.result!r}\n" if of_result else ""
    return _outcomes(await probe.run(lead + harness, show=False), len(tests))


def _outcomes(judged: Execution, count: int) -> list[str]:
    """The list that the harness ends in; a run that was cut short or tampered with fails every test."""
    try:
        read = ast.literal_eval(judged.value or "")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        read = None
    if isinstance(read, list) and len(read) == count:
        return [str(outcome) for outcome in read]
    return [f"the tests ended with {judged.status}"] * count
