"""Complexity sweeps: accuracy against difficulty, for text, code and policies that choose between them.

"Steering Large Language Models between Code Execution and Textual Reasoning", Chen et al., 2024,
arXiv 2410.03524: code helps where a problem is hard, text does where it is easy, and a model that
chooses for itself dips in between. System: CodeSteer study (Code/Text steering); accuracy against difficulty.

A sweep is an ordinary run whose problems lie on evenly spaced levels of difficulty, so it resumes as any run
does; `curve` draws one from whatever run, its problems put to the nearest level.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from reckon.benchmarks import problems
from reckon.errors import UsageError
from reckon.evaluation.intervals import Estimate, mean
from reckon.evaluation.metrics import by_problem, scores
from reckon.evaluation.run import Run
from reckon.protocols import Task
from reckon.tasks import draw
from reckon.values import Problem, Trajectory


@dataclass(frozen=True)
class Point:
    """The accuracy at one level of difficulty (0 to 1), with its interval by problem."""

    level: float
    accuracy: Estimate


def placed(run: Run, levels: int) -> Run:
    """The run as a sweep of so many levels: its folder can be no other run's. Raises UsageError below 2."""
    if levels < 2:
        raise UsageError(f"--levels wants at least 2, got {levels}")
    return replace(run, settings=f"{run.settings} levels={levels}")


def drawn_from(run: Run, levels: int) -> Callable[[Task], Sequence[Problem]]:
    """What draws a task's problems for `run.jobs`: n on each level; a benchmark gives its file's first n.

    Problem i of level l has the index i * levels + l: a larger n adds problems and changes none.
    """

    def of(task: Task) -> Sequence[Problem]:
        if hasattr(task, "problems"):
            return problems(task, run.seed, run.n)
        return [
            draw(task, run.seed, i * levels + level, level / (levels - 1))
            for i in range(run.n)
            for level in range(levels)
        ]

    return of


def curve(trajectories: Iterable[Trajectory], levels: int) -> list[Point]:
    """A point for each level that has problems, easy to hard; void rollouts are left out."""
    binned: dict[int, list[Trajectory]] = {}
    for t in trajectories:
        nearest = round(min(1.0, max(0.0, t.problem.difficulty)) * (levels - 1))
        binned.setdefault(nearest, []).append(t)
    found = [(level, list(scores(by_problem(binned[level])).values())) for level in sorted(binned)]
    return [Point(level / (levels - 1), mean(values)) for level, values in found if values]
