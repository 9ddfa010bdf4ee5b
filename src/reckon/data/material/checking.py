"""What a file of trajectories is worth as training data, before anything is trained on it.

exact     ids, marks and text are one (with the student's tokenizer: decoded)
form      calls and answers read in the dialect, and what is learned is what the model wrote
leaks     the answer stands in what was written before any program ran, and not in the question
twins     the same tokens twice, or the same programs for the same problem
rerun     the programs, run again in a fresh session, print what the record says
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from reckon.data.material.retelling import pattern, programs_of
from reckon.data.material.spoken import bodies
from reckon.data.teacher import Tokenization
from reckon.dialects import Dialect
from reckon.errors import InfrastructureError, RecordError
from reckon.rollout import OpenSession
from reckon.tasks.material.family import contains
from reckon.values import Trajectory

AT_ONCE = 16
EXAMPLES = 3


@dataclass
class Checked:
    """Counts over a file. defects: ids of the trajectories with it; examples: a line on some of them.

    by_task: task to the patterns of its trajectories.  learned, tokens: tokens in the loss, and all.
    rerun: (programs that did the same, programs run again).
    """

    trajectories: int = 0
    tokens: int = 0
    learned: int = 0
    by_task: dict[str, Counter[str]] = field(default_factory=dict)
    defects: dict[str, list[str]] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    rerun: tuple[int, int] = (0, 0)

    def note(self, defect: str, trajectory: Trajectory, why: str) -> None:
        self.defects.setdefault(defect, []).append(trajectory.id)
        shown = self.examples.setdefault(defect, [])
        if len(shown) < EXAMPLES:
            shown.append(f"{trajectory.id}: {why}")


async def check(
    trajectories: Iterable[Trajectory],
    dialect: Dialect,
    *,
    student: Tokenization | None = None,
    open_session: OpenSession | None = None,
    on_done: Callable[[], None] = lambda: None,
) -> Checked:
    """Look at all of them. student: whose tokenizer decodes.  open_session: where programs are run again."""
    found, pending = Checked(), iter(trajectories)
    seen_ids: set[tuple[int, ...]] = set()
    seen_programs: set[tuple[str, tuple[str, ...]]] = set()
    while batch := list(islice(pending, AT_ONCE)):
        for trajectory in batch:
            _look(found, trajectory, dialect, student)
            _compare(found, trajectory, dialect, seen_ids, seen_programs)
            on_done()
        if open_session is not None:
            same = await asyncio.gather(*(_rerun(t, dialect, open_session) for t in batch))
            for trajectory, (did, ran, why) in zip(batch, same, strict=True):
                found.rerun = found.rerun[0] + did, found.rerun[1] + ran
                if why:
                    found.note("another output when run again", trajectory, why)
    return found


def leak(trajectory: Trajectory) -> str:
    """What was written before the first output, if the answer stands in it and the question does not hold it.

    "" for a trajectory without a program: there the words are what finds the answer.
    """
    answer = (trajectory.answer.text if trajectory.answer else None) or trajectory.problem.answer or ""
    at = next((n for n, s in enumerate(trajectory.segments) if s.execution is not None), None)
    if at is None or not answer.strip() or contains(trajectory.problem.question, answer.strip()):
        return ""
    before = "".join(segment.text for segment in trajectory.segments[:at] if segment.sampled)
    return before if _telling(answer) and contains(before, answer.strip()) else ""


def _telling(answer: str) -> bool:
    """Whether an answer is so long that it does not stand in a program by chance."""
    return len(answer.strip()) > 2


def _look(found: Checked, trajectory: Trajectory, dialect: Dialect, student: Tokenization | None) -> None:
    found.trajectories += 1
    found.by_task.setdefault(trajectory.problem.task, Counter())[pattern(trajectory)] += 1
    try:
        trajectory.check(student.tokens.decode if student else None)
        ids, mask, _ = trajectory.training_arrays()
        found.tokens += len(ids)
        found.learned += sum(mask)
    except RecordError as error:
        found.note("not token-exact", trajectory, str(error)[:200])
    for why in _malformed(trajectory, dialect):
        found.note("malformed marks", trajectory, why)
    if trajectory.grade is not None and not trajectory.grade.right:
        found.note("graded wrong", trajectory, trajectory.grade.reason)
    if written := leak(trajectory):
        found.note("the answer before any program ran", trajectory, repr(written[-120:]))


def _malformed(trajectory: Trajectory, dialect: Dialect) -> list[str]:
    """Why what the model wrote does not read in the dialect; nothing where it does."""
    stretches, said = [], ""
    for segment in trajectory.segments:
        if segment.sampled and segment.kind != "end":
            said += segment.text
        elif segment.execution is not None:
            stretches.append(said)
            said = ""
    why = [
        s.why for text in (*stretches, said) for s in dialect.spans(text) if s.kind in ("malformed", "forged")
    ]
    unread = sum(not any(s.kind == "code" for s in dialect.spans(text)) for text in stretches)
    if unread:
        why.append(f"{unread} outputs stand after no program in the dialect {dialect.name}")
    answered = trajectory.answer is not None and trajectory.answer.text is not None
    if answered and said.strip() and not any(s.kind == "answer" for s in dialect.spans(said)):
        why.append(f"no answer is marked in the dialect {dialect.name}")
    return why[:1]


def _compare(
    found: Checked,
    trajectory: Trajectory,
    dialect: Dialect,
    seen_ids: set[tuple[int, ...]],
    seen_programs: set[tuple[str, tuple[str, ...]]],
) -> None:
    ids = tuple(i for segment in trajectory.segments for i in segment.ids or ())
    programs = trajectory.problem.id, programs_of(trajectory, dialect)
    if ids and ids in seen_ids:
        found.note("the same tokens twice", trajectory, "")
    elif programs[1] and programs in seen_programs:
        found.note("the same programs twice", trajectory, "")
    seen_ids.add(ids)
    seen_programs.add(programs)


async def _rerun(trajectory: Trajectory, dialect: Dialect, open_session: OpenSession) -> tuple[int, int, str]:
    """(programs that did the same, programs run, how the first other one differs)."""
    programs = bodies(trajectory, dialect)
    if not programs or len(programs) != len(trajectory.executions):
        return 0, 0, ""
    session, same, why = await open_session(), 0, ""
    try:
        for program, before in zip(programs, trajectory.executions, strict=True):
            now = await session.run(program)
            if (now.status, _last_line(now.output)) == (before.status, _last_line(before.output)):
                same += 1
            elif not why:
                why = f"{before.output[-60:]!r}, now {now.output[-60:]!r}"
    except InfrastructureError:
        return 0, 0, ""
    finally:
        await session.close()
    return same, len(programs), why


def _last_line(output: str) -> Sequence[str]:
    """A traceback's lines name cells, which count from the session's first: only its last line compares."""
    return output.splitlines()[-1:] if "<cell" in output else output.splitlines()
