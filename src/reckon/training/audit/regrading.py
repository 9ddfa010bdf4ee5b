"""Rewards against a second grader.

The task grades once more: what it says now is held against the record. Where a problem has one right answer,
a second and stricter comparison is made beside the task's, of the answer and the gold as texts or as values.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from reckon.errors import MissingExtra, ReckonError, UsageError
from reckon.protocols import Task
from reckon.tasks import find
from reckon.tasks.graders.mathematics import equivalent
from reckon.values import Trajectory
from reckon.votes import key

EXAMPLES = 5


@dataclass
class Regraded:
    """again: rollouts that their task graded once more, and compared: those compared with their gold as well.

    changed: ids whose record says another grade than the task does now.  lenient: rewarded, though not equal
    to the gold answer.  strict: equal to it, and not rewarded.  ungradable: tasks that are not here.
    """

    again: int = 0
    compared: int = 0
    changed: list[str] = field(default_factory=list)
    lenient: list[str] = field(default_factory=list)
    strict: list[str] = field(default_factory=list)
    ungradable: set[str] = field(default_factory=set)
    examples: list[str] = field(default_factory=list)


class Regrader:
    """Takes rollouts one after the other. tasks: by name, those that are not found by it."""

    def __init__(self, tasks: Mapping[str, Task] | None = None) -> None:
        self.found = Regraded()
        self._known: dict[str, Task | None] = dict(tasks or {})

    def regrade(self, trajectory: Trajectory) -> None:
        """Grade it once more, if its task is here and grades without running anything."""
        problem, grade, found = trajectory.problem, trajectory.grade, self.found
        answer = trajectory.answer.text if trajectory.answer else None
        task = self._task(problem.task)
        if grade is None or answer is None or task is None or hasattr(task, "judge"):
            return
        try:
            now = task.grade(problem, answer)
        except ReckonError:
            return
        found.again += 1
        where = f"{trajectory.id}: answered {answer[:60]!r}, gold {problem.answer!r:.60}"
        if now.score != grade.score:
            found.changed.append(trajectory.id)
            _example(found.examples, f"{where}, recorded {grade.score:g}, graded now {now.score:g}")
        if problem.answer is not None and not hasattr(task, "mutants"):
            self._compare(trajectory, grade.right, answer, where)

    def _compare(self, trajectory: Trajectory, right: bool, answer: str, where: str) -> None:
        gold, found = trajectory.problem.answer or "", self.found
        found.compared += 1
        equal = key(answer) == key(gold) or equivalent(gold, answer)
        if right and not equal:
            found.lenient.append(trajectory.id)
            _example(found.examples, f"{where}: rewarded, not equal")
        elif equal and not right:
            found.strict.append(trajectory.id)
            _example(found.examples, f"{where}: equal, not rewarded")

    def _task(self, name: str) -> Task | None:
        if name not in self._known:
            try:
                self._known[name] = find(name.partition("@")[0])  # a part of its difficulties
            except (UsageError, MissingExtra):
                self._known[name] = None
                self.found.ungradable.add(name)
        return self._known[name]


def _example(examples: list[str], line: str) -> None:
    if len(examples) < EXAMPLES:
        examples.append(line)
