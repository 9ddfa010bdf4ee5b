"""A run: problems × models × reasoners × samples, written down as it goes, resumed by running it again.

The folder of a run holds `run.json` (what was asked for, and with which version) and `trajectories.jsonl`:
each finished problem is one append, so whatever moment a run dies at, nothing finished is lost. Everything
else in it (the index) is made from these two.
"""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from reckon import __version__, records, registry
from reckon.benchmarks import find_all, problems
from reckon.errors import InfrastructureError, ModelUnavailable, UsageError
from reckon.evaluation import reference
from reckon.evaluation.simulated import is_simulated
from reckon.evaluation.spending import Allowance, Spending
from reckon.protocols import Task
from reckon.rollout import Setup, solve
from reckon.tasks import reference_program
from reckon.tasks.graders.judging import graded
from reckon.values import JSON, Grade, Problem, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

TRIES = 3
TRAJECTORIES = "trajectories.jsonl"
DESCRIPTION = "run.json"
Key: TypeAlias = tuple[str, str, str, int]  # problem, reasoner, model, seed of the sampling


@dataclass(frozen=True)
class Run:
    """What to evaluate.

    n: problems of each task, drawn from `seed`.  difficulty: None draws it evenly.
    samples: how often each reasoner solves each problem with each model; sample k has the seed `seed + k`.
    settings: what must be equal for two starts to be one run.  allowance: what may be used up.
    """

    tasks: tuple[str, ...]
    reasoners: tuple[str, ...]
    models: tuple[str, ...]
    out: str
    n: int = 20
    seed: int = 0
    difficulty: float | None = None
    concurrency: int = 8
    settings: str = ""
    samples: int = 1
    allowance: Allowance = Allowance()

    def __post_init__(self) -> None:
        if min(self.n, self.concurrency, self.samples) < 1:
            raise UsageError(
                "-n, --concurrency and --samples must be at least 1, got"
                f" {self.n}, {self.concurrency} and {self.samples}"
            )
        if self.difficulty is not None and not 0.0 <= self.difficulty <= 1.0:
            raise UsageError(f"--difficulty is between 0 and 1, got {self.difficulty}")


@dataclass(frozen=True)
class Job:
    """One problem for one reasoner with one model. seed: of the sampling."""

    task: Task
    problem: Problem
    reasoner: Any
    model: str
    seed: int


def jobs(run: Run, drawn_from: Callable[[Task], Sequence[Problem]] | None = None) -> list[Job]:
    """All jobs of a run, tasks interleaved, the samples of a problem one after the other.

    For models that play the reference programs, those that have one.  drawn_from: a task's problems; by
    default the run's first n.  Raises UsageError for unknown names and unreadable files.
    """
    tasks = find_all(run.tasks)
    if all(map(plays_programs, run.models)):  # a task without programs may want files that are not here
        tasks = [task for task in tasks if hasattr(task, "program")]
    reasoners = build_reasoners(run)
    draw = drawn_from or (lambda task: problems(task, run.seed, run.n, run.difficulty))
    drawn = [[(task, p) for p in draw(task)] for task in tasks]
    return [
        Job(task, problem, reasoner, model, run.seed + sample)
        for row in zip_longest(*drawn)
        for task, problem in filter(None, row)
        for sample in range(run.samples)
        for model in run.models
        if not plays_programs(model) or reference_program(task, problem)
        for reasoner in reasoners
    ]


def plays_programs(model: str) -> bool:
    """Whether a model of that name is made of the problems' reference programs."""
    return model == reference.NAME or is_simulated(model)


def build_reasoners(run: Run) -> list[Any]:
    """The run's reasoners. Raises UsageError for an unknown name or field."""
    return [registry.build("reasoners", name) for name in run.reasoners]


def claim_folder(run: Run) -> None:
    """Make or check the run's folder. Raises UsageError where it holds another run or cannot be made."""
    folder = Path(run.out)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"--out {run.out}: {error.strerror}") from None
    path = folder / DESCRIPTION
    found = read_description(folder) if path.exists() else {}
    fixed: dict[str, JSON] = {"seed": run.seed, "difficulty": run.difficulty, "settings": run.settings}
    changed = [name for name, value in fixed.items() if found and found.get(name) != value]
    if changed:
        raise UsageError(
            f"{path} is a run with another {changed[0]} ({found.get(changed[0])!r}, now"
            f" {fixed[changed[0]]!r}): give this one its own --out"
        )
    said = {name: _joined(found.get(name), getattr(run, name)) for name in ("models", "tasks", "reasoners")}
    begun = found.get("begun", datetime.now(UTC).isoformat(timespec="seconds"))
    described = {**fixed, **said, "begun": begun, "reckon": __version__}
    if described != found:
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(described, indent=1) + "\n", "utf-8")
        fresh.replace(path)


def read_description(folder: str | Path) -> dict[str, JSON]:
    """What a run's folder says of it. Raises UsageError where the folder is no run's."""
    path = Path(folder) / DESCRIPTION
    try:
        found = json.loads(path.read_text("utf-8"))
    except OSError:
        raise UsageError(f"{folder} is no run: it has no {DESCRIPTION}") from None
    except ValueError as error:
        raise UsageError(f"{path} is no JSON ({error}): remove it, the trajectories beside it stay") from None
    if not isinstance(found, dict):
        raise UsageError(f"{path}: wanted an object")
    return found


def _joined(found: JSON, now: Sequence[str]) -> list[JSON]:
    """What earlier starts of the run named, and what this one does."""
    return list(dict.fromkeys([*(found if isinstance(found, list) else ()), *now]))


def finished_trees(run: Run) -> Iterator[list[Trajectory]]:
    """The trees that the run's folder holds already, roots first; void ones are left out."""
    path = Path(run.out) / TRAJECTORIES
    tree: list[Trajectory] = []
    for trajectory in records.read(path) if path.exists() else ():
        if trajectory.relation == "root":
            if tree and not tree[0].void:
                yield tree
            tree = []
        tree.append(trajectory)
    if tree and not tree[0].void:
        yield tree


async def evaluate(
    run: Run,
    setup: Setup,
    on_done: Callable[[Trajectory], None] = lambda _: None,
    *,
    every: Sequence[Job] | None = None,
) -> list[Trajectory]:
    """Do what is left of a run; the root trajectories of its jobs, graded, in the jobs' order.

    A job that a fault of ours voids is tried again, at last recorded as void and counted as nothing. Where
    the run's allowance is used up, the jobs that were not begun are left out. Raises ModelUnavailable when
    a model cannot be reached: a rerun goes on from there.
    setup: its `models` finds the run's models by name.  every: the run's `jobs`, where they are drawn.
    """
    claim_folder(run)
    every = jobs(run) if every is None else every
    setups = await _setups(run, setup)
    spending, finished = Spending(run.allowance), {}

    def key(job: Job) -> Key:
        return job.problem.id, repr(job.reasoner), setups[job.model].model.name, job.seed

    for tree in finished_trees(run):
        spending.add(tree)
        finished[_key(tree[0])] = tree[0]
    waiting = deque(job for job in every if key(job) not in finished)
    for job in every:
        if key(job) in finished:
            on_done(finished[key(job)])
    async with AsyncExitStack() as owned:
        writer = owned.enter_context(records.Writer(Path(run.out) / TRAJECTORIES))
        court = await _open_court(waiting, owned)

        async def work() -> None:
            while waiting and not spending.over:
                job = waiting.popleft()
                tree = await _attempt(job, setups[job.model], court)
                writer.append(*tree)
                spending.add(tree)
                finished[key(job)] = tree[0]
                on_done(tree[0])

        async with asyncio.TaskGroup() as group:
            for _ in range(min(run.concurrency, len(waiting))):
                group.create_task(work())
    return [finished[key(job)] for job in every if key(job) in finished]


def _key(root: Trajectory) -> Key:
    return root.problem.id, root.reasoner, root.model, root.seed


async def _setups(run: Run, setup: Setup) -> dict[str, Setup]:
    """A setup for each of the run's models; one model alone is the setup's own."""
    if len(run.models) == 1:
        return {run.models[0]: setup}
    return {name: replace(setup, model=await setup.models(name)) for name in run.models}


async def _open_court(waiting: Iterable[Job], owned: AsyncExitStack) -> "AsyncInterpreter | None":
    """The interpreter in which answers that are programs are judged; None where no job has such."""
    if not any(hasattr(job.task, "judge") for job in waiting):
        return None
    from reckon.interpreter import AsyncInterpreter

    return await owned.enter_async_context(AsyncInterpreter())


async def _attempt(job: Job, setup: Setup, court: "AsyncInterpreter | None") -> Sequence[Trajectory]:
    """The graded tree of a job; its last try's, should a fault of ours void them all."""
    tree: Sequence[Trajectory] = ()
    for _ in range(TRIES):
        tree = await solve(job.reasoner, job.problem, setup, seed=job.seed)
        if not tree[0].void:
            break
    if tree[0].void.startswith(ModelUnavailable.__name__):
        raise ModelUnavailable(tree[0].void.partition(": ")[2])
    if tree[0].void:
        return tree
    try:
        return tuple([replace(t, grade=await _grade(job, t, tree, court)) for t in tree])
    except InfrastructureError as fault:
        return tuple(replace(t, void=f"{type(fault).__name__}: {fault}") for t in tree)


async def _grade(
    job: Job, trajectory: Trajectory, tree: Sequence[Trajectory], court: "AsyncInterpreter | None"
) -> Grade | None:
    """Of the answer; of all that was done, where the task looks at that (of a root: in its whole tree)."""
    if hasattr(job.task, "grade_rollout"):
        done = tree if trajectory.relation == "root" else (trajectory,)
        grade: Grade = job.task.grade_rollout(job.problem, done)
        return grade
    if trajectory.answer is None:
        return None
    return await graded(job.task, job.problem, trajectory.answer, court)
