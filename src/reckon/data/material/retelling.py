"""A trajectory of any teacher, told again as the student would write it, token for token.

A teacher behind an API gives no ids, reads another template and may mark code otherwise. What it said is cut
at its programs; then the student's tokens, template and dialect go through the real rollout with its
reasoner, so that the record is what the student's own would be. What steered the teacher is left out: the
student is to do it unasked. This is for supervised training alone. What a policy sampled is never told again.
"""

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reckon.data.material.spoken import bodies
from reckon.data.teacher import Teacher, Tokenization
from reckon.dialects import Dialect
from reckon.errors import RecordError, UsageError
from reckon.interpreter.hooks.ask import Ask
from reckon.protocols import Session
from reckon.reasoners.code_interpreter import CodeInterpreter
from reckon.rollout import Limits, OpenSession, Setup, solve
from reckon.values import Execution, Problem, Segment, Trajectory

UNSAYABLE = "not sayable in the student's tokens and marks"
LONGEST = 1 << 20  # tokens; the training's own context bounds rows
LONG_PASSAGE = 12  # words: from so many on, text beside a program is reasoning of its own


class Unusable(Exception):
    """What was made cannot become training data; the message says why in a few words."""


@dataclass(frozen=True, slots=True)
class Turn:
    """text: what is said.  code: the program it ends in, or "".  execution: what that did, or None."""

    text: str
    code: str = ""
    execution: Execution | None = None


def turns_of(trajectory: Trajectory, dialect: Dialect) -> list[Turn]:
    """What the teacher said, cut at its programs; an answer before the last is plain text.

    Raises Unusable for what no student should learn: calls that cannot be read, outputs that it made up.
    """
    turns: list[Turn] = []
    said, ended = "", True
    for segment in trajectory.segments:
        if segment.execution is not None:
            turns.append(_turn(said, dialect, segment.execution))
            said = ""
        elif segment.kind == "end":
            said += "\n"
        elif segment.sampled or (_is_hint(segment) and not ended):
            said += segment.text
        ended = segment.kind == "end"  # what reopens the model's turn after it is mark-up alone
    return [*turns, _turn(said, dialect, None)]


async def retell(
    turns: Sequence[Turn],
    answer: str,
    problem: Problem,
    student: Tokenization,
    *,
    open_session: OpenSession | None = None,
    max_calls: int = 8,
) -> Trajectory:
    """The student's trajectory of these turns and this answer.

    open_session: where the programs run; without it they do what they did before.  Raises Unusable, also for
    more than max_calls programs.
    """
    programs = [turn.code for turn in turns if turn.code]
    if len(programs) > max_calls:
        raise Unusable("too many programs")
    setup = Setup(
        Teacher(spoken(turns, answer, student.dialect), student, context_tokens=LONGEST),
        open_session or _Played(turns).open,
        student.dialect,
        Limits(tokens=LONGEST),
    )
    try:
        told = (await solve(CodeInterpreter(max_calls=max_calls + 1), problem, setup))[0]
        told.check(student.tokens.decode)
    except (UsageError, RecordError) as error:
        raise Unusable(UNSAYABLE) from error
    if told.void:
        raise Unusable("void")
    found = told.answer.text if told.answer else None
    if found is None or found.strip() != answer.strip() or len(told.executions) != len(programs):
        raise Unusable(UNSAYABLE)
    return replace(told, notes={})


def spoken(turns: Sequence[Turn], answer: str, dialect: Dialect) -> list[str]:
    """The turns as a student writes them; the last holds the answer."""
    *coded, last = turns
    said = [f"{_line(turn.text)}{dialect.write_code(turn.code)}" for turn in coded]
    return [*said, f"{_line(last.text)}{dialect.write_answer(answer)}"]


def programs_of(trajectory: Trajectory, dialect: Dialect) -> tuple[str, ...]:
    """Its programs, spaces and comments left out where they parse."""
    return tuple(_plain(body) for body in bodies(trajectory, dialect))


def pattern(trajectory: Trajectory) -> str:
    """How it goes about it: text, program, text to code, code to text, repair, or several (programs)."""
    runs = trajectory.executions
    if not runs:
        return "text"
    if len(runs) > 1:
        return "repair" if any(not run.ok or not run.output for run in runs[:-1]) else "several"
    at = next(n for n, segment in enumerate(trajectory.segments) if segment.execution is not None)
    before, after = (_words(part) for part in (trajectory.segments[:at], trajectory.segments[at:]))
    if max(before, after) < LONG_PASSAGE:
        return "program"
    return "text to code" if before >= after else "code to text"


def _plain(program: str) -> str:
    try:
        return ast.dump(ast.parse(program))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return program


def _words(segments: Sequence[Segment]) -> int:
    return sum(
        len(segment.text.split()) for segment in segments if segment.sampled and segment.kind == "text"
    )


def _is_hint(segment: Segment) -> bool:
    """Put into the model's own turn, as CoRT's hints are."""
    return segment.kind == "prompt" and segment.role == "assistant"


def _turn(said: str, dialect: Dialect, execution: Execution | None) -> Turn:
    spans = dialect.spans(said)
    if any(span.kind in ("malformed", "forged") for span in spans):
        raise Unusable("a malformed call or a made-up output")
    programs = [span for span in spans if span.kind == "code"]
    if len(programs) != (execution is not None):
        raise Unusable("a program that was not run")
    answers = [span for span in spans if span.kind == "answer"]
    dropped = answers[-1:] if execution is None else []
    text = "".join(span.body for span in spans if span.kind != "code" and span not in dropped)
    return Turn(re.sub(r"\n{3,}", "\n\n", text).strip(), programs[0].body if programs else "", execution)


def _line(text: str) -> str:
    return f"{text}\n" if text else ""


class _Played:
    """A session that does again what was done."""

    def __init__(self, turns: Sequence[Turn]) -> None:
        self._left = [turn.execution for turn in turns if turn.execution is not None]

    async def open(self) -> Session:
        return self

    async def run(
        self, code: str, *, timeout_s: float | None = None, stdin: str | None = None, ask: Ask | None = None
    ) -> Execution:
        if not self._left:
            raise Unusable(UNSAYABLE)
        return self._left.pop(0)

    async def fork(self) -> Session:
        raise UsageError("what was recorded cannot be forked")

    async def close(self) -> None:
        pass
