"""R1-Code-Interpreter's improvement potential, and the stages that it makes.

Chen et al., "R1-Code-Interpreter: LLMs Reason with Code via Supervised and Multi-stage Reinforcement
Learning", 2025, arXiv:2505.21668 (second version), section on the curriculum.
System: R1-Code-Interpreter (R1-CI); its improvement potential.

    p = share of right answers of four agents, five samples each, by the policy that RL starts from
    Π = 4 p (1 - p)

The expected square of a group's advantages is p (1 - p) (1 - 1/G), so Π bounds what a problem can teach. The
four stages hold the problems with Π in [0.64, 1], [0.48, 0.64), [0.32, 0.48) and [0, 0.32).
Differs from the paper: p is the mean of the agents' rates, which is the same where all have as many samples;
a bound belongs to the higher stage.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon import records
from reckon.errors import UsageError
from reckon.values import Problem, Trajectory

LEAST = (0.64, 0.48, 0.32, 0.0)


@dataclass(frozen=True, slots=True)
class Rated:
    """A problem with each agent's share of right answers to it, in [0, 1]."""

    problem: Problem
    rates: Mapping[str, float]

    def __post_init__(self) -> None:
        if not self.rates or not all(0.0 <= rate <= 1.0 for rate in self.rates.values()):
            raise UsageError(
                f"{self.problem.id}: rates wants a number from 0 to 1 for each agent, got {self.rates}"
            )

    @property
    def rate(self) -> float:
        """p."""
        return sum(self.rates.values()) / len(self.rates)

    @property
    def potential(self) -> float:
        """Π; rounded, so that p and 1 - p have the same."""
        return round(4 * self.rate * (1 - self.rate), 9)


@dataclass(frozen=True, slots=True)
class Stage:
    """The problems whose potential is at least so much, and too little for the stage before."""

    least: float
    problems: tuple[Rated, ...]


@dataclass(frozen=True, slots=True)
class Stages:
    """What a stage file holds, the stage that comes first in training at first."""

    stages: tuple[Stage, ...]


def measure(sources: Iterable[str | Path]) -> list[Rated]:
    """The rates in files of graded trajectories, or in folders of `reckon eval` that hold one.

    An agent is a reasoner. Problems that some agent has no graded answer to are left out. Raises UsageError
    for a source that cannot be read, more than one model, or an id that stands for two questions.
    """
    problems: dict[str, Problem] = {}
    models: set[str] = set()
    answers: dict[str, dict[str, list[bool]]] = {}
    for source in sources:
        for one in _graded(Path(source)):
            known = problems.setdefault(one.problem.id, one.problem)
            if known.question != one.problem.question:
                raise UsageError(f"{source}: {known.id} is another question than in the sources before")
            models.add(one.model)
            if len(models) > 1:
                raise UsageError(
                    f"{source}: wanted the rates of one model, got answers of {' and '.join(sorted(models))}"
                )
            right = one.grade is not None and one.grade.right
            answers.setdefault(known.id, {}).setdefault(one.reasoner, []).append(right)
    agents = {agent for by_agent in answers.values() for agent in by_agent}
    return [
        Rated(problems[name], {agent: sum(rights) / len(rights) for agent, rights in sorted(found.items())})
        for name, found in answers.items()
        if found.keys() == agents
    ]


def staged(rated: Iterable[Rated], least: Sequence[float] = LEAST) -> Stages:
    """The problems in their stages, those with the highest potential first; `least` falls to 0."""
    if not least or least[-1] != 0.0 or sorted(least, reverse=True) != list(least):
        raise UsageError(f"stages want bounds that fall and end at 0, got {', '.join(map(str, least))}")
    held: list[list[Rated]] = [[] for _ in least]
    for one in sorted(rated, key=lambda one: -one.potential):
        held[next(n for n, bound in enumerate(least) if one.potential >= bound)].append(one)
    return Stages(tuple(Stage(bound, tuple(problems)) for bound, problems in zip(least, held, strict=True)))


def write_stages(stages: Stages, path: str | Path) -> None:
    """As JSON. Raises UsageError where it cannot be written."""
    try:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        Path(path).write_text(json.dumps(records.to_json(stages), indent=1) + "\n", "utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from None


def read_stages(path: str | Path) -> Stages:
    """What `write_stages` wrote. Raises UsageError naming the file and the field."""
    try:
        data = json.loads(Path(path).read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{path} is no JSON: {error}") from None
    try:
        return records.from_json(Stages, data)
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from None


def _graded(source: Path) -> Iterable[Trajectory]:
    path = source / "trajectories.jsonl" if source.is_dir() else source
    for one in records.read(path):
        if one.relation == "root" and not one.void and one.grade is not None:
            yield one
