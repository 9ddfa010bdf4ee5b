"""R1-Code-Interpreter's curriculum: stages by improvement potential, merged as training goes on.

Chen et al., 2025, arXiv:2505.21668 (second version), section on the curriculum.
System: R1-Code-Interpreter (R1-CI); its curriculum.
150 steps with the problems of the highest potential, then as many with those and the next, and so on through
four stages.
Differs from the paper: a stage without problems is left out; after the last stage its problems go on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.training.chance import chance
from reckon.training.fields import within
from reckon.training.potential import read_stages
from reckon.training.scored import Group
from reckon.values import Problem


@dataclass(frozen=True)
class Staged:
    """A plan. file: what `reckon curriculum` wrote.  steps: of each stage."""

    file: str
    steps: int = 150

    def __post_init__(self) -> None:
        within(self, 1, 10**9, "steps")

    def begin(self, tasks: Sequence[Task], difficulty: tuple[float, float], seed: int) -> "StagedCourse":
        """The file says which problems there are; of the tasks only the graders are used, and no difficulty.

        Raises UsageError for a file without problems, and for a problem that is of none of the tasks or is
        held out.
        """
        graders = {task.name: task for task in tasks}
        stages = [tuple(r.problem for r in stage.problems) for stage in read_stages(self.file).stages]
        for problem in (problem for stage in stages for problem in stage):
            if problem.task not in graders:
                raise UsageError(
                    f"{self.file}: {problem.id} is of the task {problem.task!r}, which the recipe's tasks"
                    f" lack: {', '.join(graders)}"
                )
            if problem.id.split("/")[-2:-1] == [str(2 * seed + 1)]:
                raise UsageError(
                    f"{self.file}: {problem.id} is of the seed {2 * seed + 1}, on whose problems the run"
                    " measures itself: rate problems of an even --seed"
                )
        if not any(stages):
            raise UsageError(f"{self.file} holds no problems")
        known = (tuple((graders[problem.task], problem) for problem in stage) for stage in stages if stage)
        return StagedCourse(tuple(known), self.steps, seed)


@dataclass(frozen=True)
class StagedCourse:
    """Passes over the merged stages, each in an order of its own; it learns nothing."""

    stages: tuple[tuple[tuple[Task, Problem], ...], ...]
    steps: int
    seed: int

    def problems(self, step: int, count: int, again: int = 0) -> list[tuple[Task, Problem]]:
        stage = min(step // self.steps, len(self.stages) - 1)
        pool = [each for earlier in self.stages[: stage + 1] for each in earlier]
        first = (step - stage * self.steps) * count
        orders: dict[int, list[int]] = {}
        found = []
        for place in range(first, first + count):
            turn, at = divmod(place, len(pool))
            if turn not in orders:
                orders[turn] = self._order(f"{stage}/{again}/{turn}", len(pool))
            found.append(pool[orders[turn][at]])
        return found

    def after(self, groups: Sequence[Group]) -> "StagedCourse":
        return self

    def state(self) -> Mapping[str, object]:
        return {}

    def load(self, state: Mapping[str, object]) -> "StagedCourse":
        return self

    def _order(self, name: str, count: int) -> list[int]:
        return sorted(range(count), key=lambda n: chance(self.seed, f"{name}/{n}"))
