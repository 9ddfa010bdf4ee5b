"""Run a trajectory's programs again, and say what differs from its record.

    replay = await replay_in(interpreter.session(seed=7), trajectory)
    for run in replay.runs: print(run.differences)

A record holds its programs as the model marked them up, so they are read by the dialects; those in another
language are read from the fence with its name. A run whose program does not stand in the record (a reasoner
ran one of its own) is not made again, and is named.
"""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reckon.dialects import DIALECTS, fences
from reckon.errors import UsageError
from reckon.interpreter import languages
from reckon.protocols import RunLanguage
from reckon.values import Execution, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter.connection.session import RemoteSession
    from reckon.interpreter.session import AsyncSession

_COMPARED = ("status", "stdout", "stderr", "value", "error", "displays", "files")


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of an Execution that came out otherwise."""

    field: str
    recorded: object
    replayed: object


@dataclass(frozen=True, slots=True)
class Rerun:
    """code, replayed: None where the record does not hold the program."""

    code: str | None
    recorded: Execution
    replayed: Execution | None
    differences: tuple[Difference, ...] = ()

    @property
    def same(self) -> bool:
        return self.replayed is not None and not self.differences


@dataclass(frozen=True, slots=True)
class Replay:
    """The runs of a trajectory in their order."""

    runs: tuple[Rerun, ...]

    @property
    def same(self) -> bool:
        """Whether every program was run again and did the same."""
        return all(run.same for run in self.runs)


async def replay_in(
    session: "AsyncSession | RemoteSession", trajectory: Trajectory, run_language: RunLanguage | None = None
) -> Replay:
    """Run the programs in `session`, which is to be a fresh one. Times and memory are not compared.

    run_language: runs those in other languages; without it they are not made again.
    """
    runs: list[Rerun] = []
    for code, recorded in programs(trajectory):
        elsewhere = partial(run_language, language=recorded.language) if run_language else None
        run = elsewhere if recorded.language else session.run
        if code is None or run is None:
            runs.append(Rerun(None, recorded, None))
            continue
        limit_s = session.limits.timeout_s
        # What timed out is given as long as it had then; what did not, the time that a busy machine may want.
        timeout_s = recorded.wall_s if recorded.status == "timeout" else max(limit_s, 10 * recorded.wall_s)
        replayed = await run(code, timeout_s=timeout_s or limit_s, stdin=recorded.stdin)
        pairs = ((name, getattr(recorded, name), getattr(replayed, name)) for name in _COMPARED)
        different = tuple(Difference(*pair) for pair in pairs if pair[1] != pair[2])
        runs.append(Rerun(code, recorded, replayed, different))
    return Replay(tuple(runs))


def programs(trajectory: Trajectory) -> tuple[tuple[str | None, Execution], ...]:
    """Each recorded run with its program: the last one written before it, None where there is no such."""
    found: list[tuple[str | None, Execution]] = []
    code, written = None, ""  # of a fence many runs may be: there is no other mark of what they ran
    for segment in trajectory.segments:
        written += segment.text if segment.sampled else ""
        if segment.kind == "code":
            code = _code_of(segment.text)
        elif segment.execution is not None:
            language = segment.execution.language
            found.append((_fenced(written, language) if language else code, segment.execution))
            code = None
    return tuple(found)


def _fenced(text: str, language: str) -> str | None:
    """The last program in a fence that is labelled as of this language."""
    try:
        found = languages.find(language)
    except UsageError:
        return None
    own = [body for label, body in fences(text) if label.lower() in (found.name, *found.aliases)]
    return own[-1] if own else None


def _code_of(text: str) -> str | None:
    """The program in a marked-up stretch, by the dialect whose marks hold the most of it."""
    spans = [span for dialect in DIALECTS.values() for span in dialect.spans(text) if span.kind == "code"]
    widest = max(spans, key=lambda span: span.end - span.start, default=None)
    return widest.body if widest is not None else None
