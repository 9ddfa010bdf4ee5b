"""A program to be translated: found in a problem, written in another language, tried there on stdin.

The problem says it in its metadata (`source`, `source_language`, `target_language`) or shows it in a fenced
block that is labelled with its language. Its tests are those on stdin of trials.py.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reckon.dialects import fences
from reckon.reasoners.material import on_stdin
from reckon.reasoners.material.aligned_runs import Divergence, first_divergence, follow, is_python
from reckon.reasoners.material.code_blocks import marked
from reckon.reasoners.material.trials import NOT_RUN, RUNS, Trial, run_trial
from reckon.values import Execution

if TYPE_CHECKING:
    from reckon.rollout import Rollout
    from reckon.segmentation import Written
    from reckon.values import Problem

INPUTS = """This is a program in {language}:
{program}

Write {n} different inputs that it may read from standard input, which together run each of its lines. Each is
a line that holds one JSON string, such as "3\\n1 2 3\\n"."""
SUGGEST = """{program}

It is refused:
{error}

Say in one sentence what has to be changed at the marked line."""
ALIGN = """With the number of its block before each line, in {source.language}:
{first}

In {source.target}:
{second}

Which block of the second does what a block of the first does? One line `n -> m` for each that has one."""
FENCE = "Write all of it in one block that begins with ```{language} and ends with ```."
LONGEST_ERROR = 1_000  # characters of what a compiler says
SYNTAX = ("CompileError", "SyntaxError", "IndentationError", "TabError")
_JSON_TEXT = re.compile(r'"(?:\\.|[^"\\])*"')
_PAIR = re.compile(r"(\d+)\]?\s*->\s*\[?(\d+)")


@dataclass(frozen=True, slots=True)
class Source:
    """language: of `program`.  target: the language that it is to be translated into."""

    language: str
    program: str
    target: str


def source_of(problem: Problem, target: str) -> Source | None:
    """What is to be translated, None for no program in another language. target: where none is named."""
    given = {name: problem.metadata.get(name) for name in ("source", "source_language", "target_language")}
    shown = fences(problem.question)
    language, program = given["source_language"], given["source"]
    if not isinstance(language, str) or not isinstance(program, str):
        if not shown:
            return None
        language, program = shown[0]
    asked = given["target_language"]
    target = asked if isinstance(asked, str) and asked else target
    same = language.lower() == target.lower() or (is_python(language) and is_python(target))
    return None if same else Source(language, program, target)


def help_for(rollout: Rollout, language: str) -> str:
    """How a program in that language is to be marked."""
    return rollout.dialect.code_help if is_python(language) else FENCE.format(language=language)


def program_in(written: Written, language: str) -> str | None:
    """The last program of that language; in another than Python of any fence where none has its label."""
    if is_python(language):
        return written.code
    found = fences(written.text)
    own = [body for label, body in found if label.lower() == language.strip().lower()]
    return next(reversed(own or [body for _, body in found]), None)


async def try_in(rollout: Rollout, program: str, language: str, tests: Sequence[str]) -> Trial:
    """Run the program on its tests, or without input where there are none; its answer is always the program.

    What does not compile is tried on one alone. Raises UsageError where the language is not on this machine.
    """
    tests = tests or (RUNS,)
    if is_python(language):
        return await run_trial(rollout, program, tests)
    runs, outcomes = list[Execution](), list[str]()
    for stdin, wanted in (on_stdin.pair_of(test) or ("", None) for test in tests):
        if not runs or not has_syntax_error(runs[-1]):
            runs.append(await rollout.run(program, show=False, stdin=stdin, language=language))
        ran = runs[-1]
        failed = "" if ran.ok else NOT_RUN
        outcomes.append(failed if wanted is None else on_stdin.outcome(ran, wanted))
    execution = next((one for one in runs if not one.ok), runs[0])
    return Trial(program, execution, tuple(tests), tuple(outcomes))


async def tests_by(rollout: Rollout, source: Source, n: int) -> tuple[str, ...]:
    """Inputs that the model thinks of, with what the source prints on them; those on which it fails left out.

    Raises UsageError where the source's language is not on this machine.
    """
    asked = INPUTS.format(language=source.language, program=source.program, n=n)
    found = dict.fromkeys(map(_read_text, _JSON_TEXT.findall(await rollout.ask(asked))))
    tests: list[str] = []
    for stdin in [one for one in found if one is not None][:n]:
        side = await rollout.side()
        language = "python" if is_python(source.language) else source.language
        ran = on_stdin.whole(await side.run(source.program, show=False, stdin=stdin, language=language))
        if ran.ok:
            tests += on_stdin.read_given([{"input": stdin, "output": ran.stdout}])
    return tuple(tests)


async def suggestion(rollout: Rollout, trial: Trial) -> dict[str, str]:
    """The program with a mark at the line that its error names, and what the model suggests for it."""
    lines, error = trial.program.splitlines(), trial.execution.error
    if error is not None and error.line is not None and 0 < error.line <= len(lines):
        lines[error.line - 1] += "    <-- this line"
    program, said = "\n".join(lines), trial.execution.output[-LONGEST_ERROR:]
    reply = await rollout.ask(SUGGEST.format(program=program, error=said))
    return {"program": program, "suggestion": reply.strip()}


async def localise(rollout: Rollout, source: Source, trial: Trial) -> Divergence | None:
    """The first block of the translation that leaves other values than its pair, on the failing test."""
    test = trial.failed_test or ""
    own = await follow(rollout, source.program, source.language, test)
    theirs = await follow(rollout, trial.program, source.target, test)
    if not own.visits or not theirs.visits:
        return None
    ask = ALIGN.format(source=source, first=marked(source.program), second=marked(trial.program))
    pairs = {int(n): int(m) for n, m in _PAIR.findall(await rollout.ask(ask))}
    return first_divergence(own, theirs, pairs, trial.program)


def has_syntax_error(run: Execution) -> bool:
    """Whether it never ran: its compiler, or Python's, refused it."""
    return run.error is not None and run.error.type in SYNTAX


def _read_text(text: str) -> str | None:
    try:
        read = json.loads(text)
    except ValueError:
        return None
    return read if isinstance(read, str) else None
