"""The loop of a data recipe with a teacher: tries in a fixed order, what is kept of them, and a journal.

    attempts -> make (teacher, interpreter, grader, retelling) -> quota -> OUT, OUT.tries.jsonl

Every try is one line of the journal, every kept one a trajectory of OUT first. A run that dies goes on after
its last line, and keeps what it would have kept: what a task's quota takes depends on the order alone.
"""

import asyncio
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol, runtime_checkable

from reckon import records
from reckon.data.material.retelling import Unusable, pattern, programs_of, retell, turns_of
from reckon.data.teacher import Tokenization
from reckon.errors import InfrastructureError, ModelUnavailable, UsageError
from reckon.protocols import Reasoner, Task
from reckon.rollout import Setup, solve
from reckon.tasks import draw, find_all
from reckon.tasks.graders.judging import graded
from reckon.values import Answer, Grade, Problem, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

KEPT, VOID = "kept", "void"
PLAIN = ("text", "program")


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try at a problem. variant: of the prompt, or what else the recipe varies."""

    task: Task
    problem: Problem
    variant: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        return f"{self.problem.id}/{self.variant or 'plain'}/{self.number}"


@dataclass(frozen=True, slots=True)
class Workplace:
    """teacher: its rollouts' setup.  student: who the data is for.  court: judges answers that run."""

    teacher: Setup
    student: Tokenization
    court: "AsyncInterpreter | None" = None


@dataclass(frozen=True, slots=True)
class Quota:
    """What is kept of a task: per_task trajectories at most (0: all), of them `plain` (a share) at most with
    less than two programs and without a switch between text and code.

    by_program: those of a problem with the same programs count as one, else only those of the same tokens.
    """

    per_task: int = 70
    plain: float = 0.4
    by_program: bool = False

    def __post_init__(self) -> None:
        if self.per_task < 0 or not 0.0 <= self.plain <= 1.0:
            raise UsageError(
                f"Quota wants per_task >= 0 and plain in [0, 1], got {self.per_task} and {self.plain}"
            )

    def takes(self, kept: Mapping[str, int], pattern: str) -> bool:
        """Whether one more of this pattern fits to those kept, counted by pattern."""
        if not self.per_task:
            return True
        plain = sum(kept.get(name, 0) for name in PLAIN)
        full = plain >= round(self.plain * self.per_task) if pattern in PLAIN else False
        return not full and not self.full(kept)

    def full(self, kept: Mapping[str, int]) -> bool:
        return bool(self.per_task) and sum(kept.values()) >= self.per_task


class Tried(NamedTuple):
    """A line of the journal. verdict: "kept", or why not; pattern: of what was right."""

    key: str
    task: str
    verdict: str
    pattern: str = ""


@runtime_checkable
class Synthesis(Protocol):
    """A recipe whose data a teacher makes: a frozen dataclass."""

    @property
    def quota(self) -> Quota: ...

    def attempts(self) -> Iterator[Attempt]:
        """All tries, in their order. Raises UsageError for unknown tasks and unreadable files."""
        ...

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        """The student's trajectory of this try, graded right. Raises Unusable, or InfrastructureError."""
        ...


def spread(
    tasks: Sequence[str], variants: Sequence[str], *, seed: int, problems: int, samples: int
) -> Iterator[Attempt]:
    """`samples` tries at each of `problems` problems of each task, tasks and variants taking turns."""
    if not all(isinstance(name, str) for name in tasks):
        raise UsageError(f"tasks: wanted names, got {tasks!r}")
    found = find_all(tasks)
    for index in range(problems):
        for task in found:
            problem = draw(task, seed, index)
            for number in range(samples):
                yield Attempt(task, problem, variants[(index + number) % len(variants)], number)


async def taught(
    reasoner: Reasoner, attempt: Attempt, place: Workplace, *, model: str = ""
) -> tuple[Trajectory, Grade]:
    """The teacher's try and its grade. Raises InfrastructureError.

    model: another teacher, by its name.
    """
    setup = place.teacher
    if model:
        setup = replace(setup, model=await setup.models(model))
    trajectory = (await solve(reasoner, attempt.problem, setup, seed=attempt.number))[0]
    if trajectory.void.startswith(ModelUnavailable.__name__):
        raise ModelUnavailable(trajectory.void.partition(": ")[2])
    if trajectory.void:
        raise InfrastructureError(trajectory.void)
    answer = trajectory.answer or Answer(None)
    return trajectory, await graded(attempt.task, attempt.problem, answer, place.court)


async def learned(
    reasoner: Reasoner, attempt: Attempt, place: Workplace, max_calls: int
) -> tuple[Trajectory, Trajectory]:
    """(the teacher's right trajectory, the same as the student's). Raises Unusable, InfrastructureError."""
    trajectory, grade = await taught(reasoner, attempt, place)
    if not grade.right:
        raise Unusable("no answer" if not trajectory.answer or trajectory.answer.text is None else "wrong")
    turns = turns_of(trajectory, place.teacher.dialect)
    told = await retell(turns, _answer(trajectory), attempt.problem, place.student, max_calls=max_calls)
    return trajectory, replace(told, grade=grade)


def _answer(trajectory: Trajectory) -> str:
    return (trajectory.answer.text if trajectory.answer else None) or ""


async def synthesise(
    recipe: Synthesis,
    place: Workplace,
    out: str | Path,
    *,
    at_once: int = 16,
    on_tried: Callable[[Tried], None] = lambda _: None,
) -> list[Tried]:
    """Do what is left of a recipe; every try with its verdict, those that faults of ours voided last.

    The journal leaves those out: a rerun tries them again. A task whose quota is full is tried no more.
    Raises UsageError where `out` holds another recipe's data, ModelUnavailable when the teacher cannot be
    reached: a rerun goes on from there.
    """
    if at_once < 1:
        raise UsageError(f"--concurrency must be at least 1, got {at_once}")
    pending, voided = recipe.attempts(), []
    with _Journal(Path(out), recipe, place) as journal:
        for tried in journal.tried:
            on_tried(tried)
        while batch := list(islice((a for a in pending if journal.wants(a)), at_once)):
            async with asyncio.TaskGroup() as group:
                work = [group.create_task(_try(recipe, attempt, place)) for attempt in batch]
            unreachable = None
            for attempt, done in zip(batch, (task.result() for task in work), strict=True):
                if isinstance(done, ModelUnavailable):
                    unreachable = done
                elif done == VOID:
                    voided.append(Tried(attempt.key, attempt.task.name, VOID))
                else:
                    on_tried(journal.enter(attempt, done))
            if unreachable is not None:  # what was paid for is written down first
                raise unreachable
        return journal.tried + voided


async def _try(recipe: Synthesis, attempt: Attempt, place: Workplace) -> Trajectory | str | ModelUnavailable:
    """What was made, or why nothing."""
    try:
        made = await recipe.make(attempt, place)
        return replace(made, id=attempt.key, model=place.teacher.model.name)
    except Unusable as why:
        return str(why)
    except ModelUnavailable as error:
        return error
    except InfrastructureError:
        return VOID


@dataclass
class _Journal:
    """The files of a run, and what stands in them."""

    out: Path
    recipe: Synthesis
    place: Workplace
    tried: list[Tried] = field(default_factory=list)

    def __enter__(self) -> "_Journal":
        self._path = self.out.with_name(self.out.name + ".tries.jsonl")
        self._kept: dict[str, Counter[str]] = {}
        self._seen: set[object] = set()
        lines = self._lines()
        self.tried += [self._try(line, number) for number, line in enumerate(lines[1:], 2)]
        self._data = records.Writer(self.out)
        self._log = self._path.open("a", encoding="utf-8")
        if not lines:
            self._write(self._title())
        self._recall()
        return self

    def __exit__(self, *exc: object) -> None:
        self._data.close()
        self._log.close()

    def wants(self, attempt: Attempt) -> bool:
        full = self.recipe.quota.full(self._kept.get(attempt.task.name, {}))
        return not full and attempt.key not in self._keys

    def enter(self, attempt: Attempt, done: Trajectory | str) -> Tried:
        """Judge what was made against what is kept already, and write it down."""
        tried = Tried(attempt.key, attempt.task.name, done if isinstance(done, str) else KEPT)
        if isinstance(done, Trajectory):
            tried = tried._replace(pattern=pattern(done), verdict=self._verdict(attempt.task.name, done))
            if tried.verdict == KEPT:
                self._data.append(done)
                self._count(tried.task, done)
        self._keys.add(tried.key)
        self.tried.append(tried)
        self._write(tried._asdict())
        return tried

    def _verdict(self, task: str, made: Trajectory) -> str:
        if self._sameness(made) in self._seen:
            return "repeated"
        return KEPT if self.recipe.quota.takes(self._kept.get(task, {}), pattern(made)) else "not needed"

    def _count(self, task: str, made: Trajectory) -> None:
        self._kept.setdefault(task, Counter())[pattern(made)] += 1
        self._seen.add(self._sameness(made))

    def _sameness(self, made: Trajectory) -> object:
        """What it has in common with those that count as the same."""
        if self.recipe.quota.by_program and made.executions:
            return made.problem.id, programs_of(made, self.place.student.dialect)
        return made.ids

    def _try(self, line: str, number: int) -> Tried:
        try:
            return Tried(**json.loads(line))
        except (ValueError, TypeError, RecursionError) as error:
            raise UsageError(f"{self._path}, line {number} is no try ({error}): remove it") from None

    def _recall(self) -> None:
        """What the files say; a trajectory whose line a crash prevented gets it now."""
        self._keys = {tried.key for tried in self.tried}
        tasks = {tried.key: tried.task for tried in self.tried}
        for made in records.read(self.out):
            self._count(tasks.get(made.id, made.problem.task), made)
            if made.id not in self._keys:
                tried = Tried(made.id, made.problem.task, KEPT, pattern(made))
                self._keys.add(made.id)
                self.tried.append(tried)
                self._write(tried._asdict())

    def _lines(self) -> list[str]:
        """The whole lines of the journal; a torn last one is cut off. Raises UsageError for another's."""
        try:
            data = self._path.read_bytes() if self._path.exists() else b""
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.write_bytes(data[: data.rfind(b"\n") + 1])
        except OSError as error:
            raise UsageError(f"--out {self.out}: {error.strerror}") from None
        lines = data.decode("utf-8", "replace").split("\n")[:-1]
        if not lines and self.out.exists() and self.out.stat().st_size:
            raise UsageError(f"--out {self.out} is there already, made by something else: give another name")
        if lines and lines[0] != json.dumps(self._title()):
            raise UsageError(
                f"{self._path} was begun with another recipe, teacher or student: give the same, or another"
                f" --out. It says {lines[0]:.500}"
            )
        return lines

    def _title(self) -> dict[str, str]:
        student = self.place.student
        said = asdict(self.place.teacher.sampling)
        return {
            "recipe": repr(self.recipe),
            "teacher": f"{self.place.teacher.model.name} {said} {self.place.teacher.dialect.name}",
            "student": f"{student.dialect.name} {student.tokens.encode_content(' probe 12')}",
        }

    def _write(self, row: Mapping[str, object]) -> None:
        self._log.write(json.dumps(row) + "\n")
        self._log.flush()
