"""The audit of a run's folder or of a file of graded trajectories, as one value."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from reckon import records
from reckon.data.material.spoken import dialect_of
from reckon.errors import InfrastructureError, UsageError
from reckon.protocols import Task
from reckon.rollout import OpenSession
from reckon.tasks import find, reference_program
from reckon.training.audit.controls import Control, compare, missing
from reckon.training.audit.hard_coded import Finding, examine
from reckon.training.audit.regrading import Regraded, Regrader
from reckon.training.audit.steps import Steps, follow
from reckon.training.kept import TRAJECTORIES
from reckon.values import Trajectory

AT_ONCE = 8
SUSPECT = 0.02  # of the programs examined: more is a warning


@dataclass
class Audit:
    """rollouts: graded ones, `right` of them.  findings: of those examined.  calls: (of right ones, of wrong
    ones), a rollout.  missing: controls there should be.  warnings: what to look at first."""

    source: str
    rollouts: int = 0
    right: int = 0
    calls: tuple[float, float] = (0.0, 0.0)
    findings: list[Finding] = field(default_factory=list)
    regraded: Regraded = field(default_factory=Regraded)
    steps: Steps | None = None
    controls: list[Control] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def verdicts(self) -> Counter[str]:
        return Counter(finding.verdict for finding in self.findings)

    @property
    def hard_coded(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.verdict == "hard-coded"]

    def to_json(self) -> dict[str, Any]:
        """Plain data: every field, the findings that computed left out."""
        shown = [f for f in self.findings if f.verdict != "computes"]
        whole = {**asdict(self), "findings": [asdict(f) for f in shown], "verdicts": dict(self.verdicts)}
        whole["regraded"]["ungradable"] = sorted(self.regraded.ungradable)
        return whole


async def audit(
    source: str,
    open_session: OpenSession,
    *,
    controls: Sequence[str] = (),
    most: int = 200,
    on_done: Callable[[int], None] = lambda total: None,
) -> Audit:
    """Of a folder or a .jsonl. most: right rollouts whose programs are run again, drawn evenly.

    on_done: is told how many there are, once for each.  Raises UsageError where there is nothing to audit.
    """
    found = Audit(source)
    path, is_run = _opened(source)
    drawn = _drawn(found, path, most)
    found.findings = await _examined(drawn, open_session, on_done)
    if is_run:
        found.steps = follow(path)
        found.controls = compare(path, controls)
        found.missing = missing(found.controls) if found.steps else []
    if not found.rollouts and found.steps is None:
        raise UsageError(f"{source}: wanted graded trajectories, or a run's folder with its metrics")
    found.warnings = _warnings(found)
    return found


def _opened(source: str) -> tuple[Path, bool]:
    """Where it is, and whether it is a run's folder."""
    return Path(source), Path(source).is_dir()


def _drawn(found: Audit, path: Path, most: int) -> list[Trajectory]:
    """Count and grade every rollout of the file; `most` of the right ones, drawn evenly (algorithm R)."""
    drawn: list[Trajectory] = []
    rng, calls, regrader = random.Random(0), {True: 0, False: 0}, Regrader()
    for trajectory in _read(path):
        right = trajectory.grade is not None and trajectory.grade.right
        calls[right] += len(trajectory.executions)
        found.rollouts += 1
        found.right += right
        regrader.regrade(trajectory)
        if right and len(drawn) < most:
            drawn.append(trajectory)
        elif right and (place := rng.randrange(found.right)) < most:
            drawn[place] = trajectory
    wrong = found.rollouts - found.right
    found.calls = calls[True] / max(1, found.right), calls[False] / max(1, wrong)
    found.regraded = regrader.found
    return drawn


def _read(path: Path) -> Iterator[Trajectory]:
    """The graded rollouts of a file, or of a folder if it keeps any."""
    file = path / TRAJECTORIES if path.is_dir() else path
    if path.is_dir() and not file.is_file():
        return
    for trajectory in records.read(file):
        if trajectory.relation != "side" and not trajectory.void and trajectory.grade is not None:
            yield trajectory


async def _examined(
    right: Sequence[Trajectory], open_session: OpenSession, on_done: Callable[[int], None]
) -> list[Finding]:
    dialect, found, pending = dialect_of(right), [], iter(right)

    async def one(trajectory: Trajectory) -> Finding | None:
        task = _task(trajectory)
        try:
            if hasattr(task, "judge"):
                return _undecided(trajectory, "the answer is a program itself")
            return await examine(trajectory, dialect, open_session, _reference(task, trajectory))
        except InfrastructureError:
            return None
        finally:
            on_done(len(right))

    while batch := list(islice(pending, AT_ONCE)):
        found += [finding for finding in await asyncio.gather(*map(one, batch)) if finding is not None]
    return found


def _undecided(trajectory: Trajectory, why: str) -> Finding:
    return Finding(trajectory.id, trajectory.problem.task, "undecided", why)


def _task(trajectory: Trajectory) -> Task | None:
    try:
        return find(trajectory.problem.task.partition("@")[0])  # the rest says which difficulties
    except UsageError:
        return None


def _reference(task: Task | None, trajectory: Trajectory) -> str | None:
    try:
        return reference_program(task, trajectory.problem) if task else None
    except (KeyError, TypeError, ValueError):
        return None  # a record that has lost what its program is made of


def _warnings(found: Audit) -> list[str]:
    said = []
    judged = sum(count for verdict, count in found.verdicts.items() if verdict in ("computes", "hard-coded"))
    if len(found.hard_coded) > SUSPECT * max(1, judged):
        said.append(f"{len(found.hard_coded)} of {judged} right rollouts print what they did not compute")
    if found.regraded.changed:
        said.append(f"{len(found.regraded.changed)} rollouts are graded otherwise now than in the record")
    if found.regraded.lenient:
        count = len(found.regraded.lenient)
        said.append(f"{count} of {found.regraded.compared} are rewarded for an answer not equal to the gold")
    said += found.steps.warnings if found.steps else []
    said += [
        f"no more than the control {one.folder} ({one.kind}): {one.after:.1%}, which is {one.gain:+.1%}"
        for one in found.controls
        if one.kind != "other" and not one.beyond
    ]
    return said
