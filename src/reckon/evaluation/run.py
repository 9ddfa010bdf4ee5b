"""A run: problems × reasoners × one model, written down as it goes, resumed by running it again.

The folder of a run holds `run.json` (what was asked for, and with which version) and `trajectories.jsonl`:
each finished problem is one append, so whatever moment a run dies at, nothing finished is lost.
"""

import asyncio
import json
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reckon import records, registry
from reckon.benchmarks import find_all, problems
from reckon.errors import InfrastructureError, ModelUnavailable, UsageError
from reckon.evaluation import reference
from reckon.protocols import Task
from reckon.rollout import Setup, solve
from reckon.tasks import reference_program
from reckon.tasks.graders.judging import graded
from reckon.values import Grade, Problem, Trajectory

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

TRIES = 3
TRAJECTORIES = "trajectories.jsonl"


@dataclass(frozen=True)
class Run:
    """What to evaluate. n problems of each task, drawn from `seed`; difficulty None draws it evenly."""

    tasks: tuple[str, ...]
    reasoners: tuple[str, ...]
    model: str
    out: str
    n: int = 20
    seed: int = 0
    difficulty: float | None = None
    concurrency: int = 8
    settings: str = ""

    def __post_init__(self) -> None:
        if self.n < 1 or self.concurrency < 1:
            raise UsageError(f"-n and --concurrency must be at least 1, got {self.n} and {self.concurrency}")
        if self.difficulty is not None and not 0.0 <= self.difficulty <= 1.0:
            raise UsageError(f"--difficulty is between 0 and 1, got {self.difficulty}")


@dataclass(frozen=True)
class Job:
    """One problem for one reasoner."""

    task: Task
    problem: Problem
    reasoner: Any

    @property
    def key(self) -> tuple[str, str]:
        return self.problem.id, repr(self.reasoner)


def jobs(run: Run) -> list[Job]:
    """All jobs of a run, tasks interleaved. Raises UsageError for unknown names and unreadable files.

    For `replay:reference` those that have a reference program.
    """
    tasks = find_all(run.tasks)
    if run.model == reference.NAME:  # a task without programs may want files that are not here
        tasks = [task for task in tasks if hasattr(task, "program")]
    reasoners = build_reasoners(run)
    drawn = [[(task, p) for p in problems(task, run.seed, run.n, run.difficulty)] for task in tasks]
    return [
        Job(task, problem, reasoner)
        for row in zip_longest(*drawn)
        for task, problem in filter(None, row)
        if run.model != reference.NAME or reference_program(task, problem)
        for reasoner in reasoners
    ]


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
    described = {
        "model": run.model,
        "seed": run.seed,
        "difficulty": run.difficulty,
        "settings": run.settings,
    }
    path = folder / "run.json"
    if path.exists():
        found = json.loads(path.read_text("utf-8"))
        changed = [name for name, value in described.items() if found.get(name) != value]
        if changed:
            raise UsageError(
                f"{path} is a run with another {changed[0]} ({found.get(changed[0])!r}, now"
                f" {described[changed[0]]!r}): give this one its own --out"
            )
    else:
        path.write_text(json.dumps(described, indent=1) + "\n", "utf-8")


def finished_roots(run: Run) -> list[Trajectory]:
    """The root trajectories that the run's folder holds already, void ones left out."""
    path = Path(run.out) / TRAJECTORIES
    return [t for t in records.read(path) if t.relation == "root" and not t.void] if path.exists() else []


async def evaluate(
    run: Run,
    setup: Setup,
    on_done: Callable[[Trajectory], None] = lambda _: None,
    *,
    every: Sequence[Job] | None = None,
) -> list[Trajectory]:
    """Do what is left of a run; the root trajectories of all its jobs, graded, in the jobs' order.

    A job that a fault of ours voids is tried again, at last recorded as void and counted as nothing. Raises
    ModelUnavailable when the model cannot be reached: a rerun goes on from there.
    every: the run's `jobs`, where they are drawn already.
    """
    claim_folder(run)
    finished = {(t.problem.id, t.reasoner): t for t in finished_roots(run)}
    every = jobs(run) if every is None else every
    waiting = [job for job in every if job.key not in finished]
    for job in every:
        if job.key in finished:
            on_done(finished[job.key])
    async with AsyncExitStack() as owned:
        writer = owned.enter_context(records.Writer(Path(run.out) / TRAJECTORIES))
        court = await _open_court(waiting, owned)

        async def work(queue: list[Job]) -> None:
            while queue:
                job = queue.pop(0)
                tree = await _attempt(job, setup, run.seed, court)
                writer.append(*tree)
                finished[job.key] = tree[0]
                on_done(tree[0])

        async with asyncio.TaskGroup() as group:
            for _ in range(run.concurrency):
                group.create_task(work(waiting))
    return [finished[job.key] for job in every]


async def _open_court(waiting: Sequence[Job], owned: AsyncExitStack) -> "AsyncInterpreter | None":
    """The interpreter in which answers that are programs are judged; None where no job has such."""
    if not any(hasattr(job.task, "judge") for job in waiting):
        return None
    from reckon.interpreter import AsyncInterpreter

    return await owned.enter_async_context(AsyncInterpreter())


async def _attempt(
    job: Job, setup: Setup, seed: int, court: "AsyncInterpreter | None"
) -> Sequence[Trajectory]:
    """The graded tree of a job; its last try's, should a fault of ours void them all."""
    tree: Sequence[Trajectory] = ()
    for _ in range(TRIES):
        tree = await solve(job.reasoner, job.problem, setup, seed=seed)
        if not tree[0].void:
            break
    if tree[0].void.startswith(ModelUnavailable.__name__):
        raise ModelUnavailable(tree[0].void.partition(": ")[2])
    if tree[0].void:
        return tree
    try:
        return tuple([replace(t, grade=await _grade(job, t, court)) for t in tree])
    except InfrastructureError as fault:
        return tuple(replace(t, void=f"{type(fault).__name__}: {fault}") for t in tree)


async def _grade(job: Job, trajectory: Trajectory, court: "AsyncInterpreter | None") -> Grade | None:
    if trajectory.answer is None:
        return None
    return await graded(job.task, job.problem, trajectory.answer, court)
