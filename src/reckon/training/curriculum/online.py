"""A curriculum that is measured by training itself: a posterior of the success rate of each cell of problems.

Ours; no paper has it. The rollouts of training are graded anyway, so a Beta posterior of each cell's p costs
nothing, and it drifts with the policy where R1-Code-Interpreter's rates (arXiv:2505.21668) are measured once.

    p ~ Beta(1 + right, 1 + wrong), right and wrong times `decay` at each step
    value(p) = p (1 - p)^hardness over its maximum, which is at p = 1 / (1 + hardness)

With hardness 1 the value is the paper's Π; with 2 a problem solved once in ten is worth nine times one solved
nine times in ten. draw "thompson" takes the value of a p drawn from each posterior, "expected" the mean.
What is near p = 0 gets help: the beginning of a right rollout from earlier (`training/leads.py`), else a part
of the reference program. Helped rollouts say nothing of p, and are left out of the posterior.
"""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from reckon import records
from reckon.errors import UsageError
from reckon.protocols import Task
from reckon.tasks import draw, reference_program
from reckon.training.fields import one_of, within
from reckon.training.leads import Lead
from reckon.training.scored import Group, turns_of
from reckon.values import Problem, Trajectory

HINT = "{question}\n\nA program for this may begin so:\n{lines}"
Beta = tuple[float, float]
NOTHING: Beta = (1.0, 1.0)


@dataclass(frozen=True)
class Online:
    """A plan. buckets: a task's difficulties, cut so finely.

    pool: problems of each bucket, each a cell of its own that comes again; 0 draws new ones without end, and
    the bucket is the cell.  floor: share of the draws that are even over all cells.  help_below: the mean of
    p under which a problem gets help.  hints: the share of the reference program's lines that is shown to a
    problem without an earlier right rollout; 0 is none.
    """

    draw: Literal["thompson", "expected"] = "thompson"
    hardness: float = 2.0
    buckets: int = 4
    pool: int = 0
    decay: float = 0.95
    floor: float = 0.1
    help_below: float = 0.15
    hints: float = 0.0

    def __post_init__(self) -> None:
        one_of(self, "draw", ("thompson", "expected"))
        within(self, 0.0, 1.0, "decay", "floor", "help_below", "hints")
        within(self, 0.01, 100.0, "hardness")
        within(self, 1, 1000, "buckets")
        within(self, 0, 10**6, "pool")

    def begin(self, tasks: Sequence[Task], difficulty: tuple[float, float], seed: int) -> "OnlineCourse":
        """Nothing is known of any cell."""
        return OnlineCourse(self, tuple(tasks), difficulty, seed)


@dataclass(frozen=True)
class OnlineCourse:
    """known: the Beta of each cell that something is known of.  leads: by the problem's id."""

    plan: Online
    tasks: tuple[Task, ...]
    difficulty: tuple[float, float]
    seed: int
    known: Mapping[str, Beta] = field(default_factory=dict)
    leads: Mapping[str, Lead] = field(default_factory=dict)

    def problems(self, step: int, count: int, again: int = 0) -> list[tuple[Task, Problem]]:
        rng = random.Random(f"{self.seed}/{step}/{again}")
        cells = [
            (task, number)
            for task in self.tasks
            for number in range(self.plan.buckets * max(1, self.plan.pool))
        ]
        values = [self._value(self.known.get(f"{_label(task)}/{n}", NOTHING), rng) for task, n in cells]
        even, total = self.plan.floor / len(cells), sum(values) or 1.0
        weights = [even + (1 - self.plan.floor) * value / total for value in values]
        drawn = (
            _apart(weights, count, rng)
            if self.plan.pool
            else rng.choices(range(len(cells)), weights, k=count)
        )
        return [self._problem(*cells[n], rng) for n in drawn]

    def lead(self, problem: Problem) -> Lead | None:
        """What the problem's rollouts begin with, where it is hardly ever solved."""
        return self.leads.get(problem.id) if self._needs_help(_cell(problem, self.plan)) else None

    def after(self, groups: Sequence[Group]) -> "OnlineCourse":
        known = {
            cell: (1 + (right - 1) * self.plan.decay, 1 + (wrong - 1) * self.plan.decay)
            for cell, (right, wrong) in self.known.items()
        }
        leads = dict(self.leads)
        for group in filter(None, groups):
            problem = group[0].trajectory.problem
            if _is_helped(group):
                _move(leads, group)
                continue
            fresh = [scored for scored in group if "queued" not in scored.trajectory.notes]
            right, wrong = known.get(_cell(problem, self.plan), NOTHING)
            rights = sum(scored.right for scored in fresh)
            known[_cell(problem, self.plan)] = (right + rights, wrong + len(fresh) - rights)
            if self.plan.pool and 0 < 2 * rights <= len(fresh):
                _remember(leads, fresh)
        return replace(self, known=known, leads=leads)

    def state(self) -> Mapping[str, object]:
        leads = {name: [lead.turns, records.dump(lead.trajectory)] for name, lead in self.leads.items()}
        return {"known": {cell: list(beta) for cell, beta in self.known.items()}, "leads": leads}

    def load(self, state: Mapping[str, object]) -> "OnlineCourse":
        try:
            known = {str(cell): (float(a), float(b)) for cell, (a, b) in dict(state["known"]).items()}  # type: ignore[call-overload]
            leads = {
                str(name): Lead(records.load(line, f"the lead of {name}"), int(turns))
                for name, (turns, line) in dict(state["leads"]).items()  # type: ignore[call-overload]
            }
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"the checkpoint's course is not that of {self.plan!r}: {error}") from None
        return replace(self, known=known, leads=leads)

    def _value(self, beta: Beta, rng: random.Random) -> float:
        hardness = self.plan.hardness
        best = math.log(hardness) * hardness - math.log1p(hardness) * (1 + hardness)
        if self.plan.draw == "thompson":
            rate = min(max(rng.betavariate(*beta), 1e-12), 1 - 1e-12)
            return math.exp(math.log(rate) + hardness * math.log1p(-rate) - best)
        right, wrong = beta
        return math.exp(_log_beta(right + 1, wrong + hardness) - _log_beta(right, wrong) - best)

    def _problem(self, task: Task, number: int, rng: random.Random) -> tuple[Task, Problem]:
        low, high = self.difficulty
        bucket, index = number % self.plan.buckets, number
        within_bucket = random.Random(f"{self.seed}/{_label(task)}/{number}").random()
        if not self.plan.pool:
            index = rng.getrandbits(40) * self.plan.buckets + bucket
            within_bucket = rng.random()
        level = low + (high - low) * (bucket + within_bucket) / self.plan.buckets
        return task, self._asked(task, draw(task, 2 * self.seed, index, level))

    def _asked(self, task: Task, problem: Problem) -> Problem:
        """The problem, with a part of its program where it is hardly ever solved and nothing else helps."""
        if not self.plan.hints or self.lead(problem) or not self._needs_help(_cell(problem, self.plan)):
            return problem
        lines = (reference_program(task, problem) or "").splitlines()
        shown = min(math.ceil(self.plan.hints * len(lines)), len(lines) - 1)
        if shown < 1:
            return problem
        question = HINT.format(question=problem.question, lines="\n".join(lines[:shown]))
        return replace(problem, question=question, metadata={**problem.metadata, "hint": shown})

    def _needs_help(self, cell: str) -> bool:
        right, wrong = self.known.get(cell, NOTHING)
        return right / (right + wrong) < self.plan.help_below


def _label(task: Task) -> str:
    """As in the ids of its problems (`tasks.draw`)."""
    return f"{task.name}~held_out" if getattr(task, "held_out", False) else task.name


def _cell(problem: Problem, plan: Online) -> str:
    label, _, index = problem.id.rsplit("/", 2)
    return f"{label}/{int(index) if plan.pool else int(index) % plan.buckets}"


def _is_helped(group: Group) -> bool:
    trajectory = group[0].trajectory
    return "hint" in trajectory.problem.metadata or "led_turns" in trajectory.notes


def _remember(leads: dict[str, Lead], group: Group) -> None:
    """The shortest right rollout, all of it but its last turn."""
    right = [s.trajectory for s in group if s.right and len(turns_of(s.trajectory)) > 1]
    if right:
        best: Trajectory = min(right, key=lambda trajectory: len(trajectory.ids))
        leads[best.problem.id] = Lead(best, len(turns_of(best)) - 1)


def _move(leads: dict[str, Lead], group: Group) -> None:
    """The lead one turn shorter where half of its group went on to a right answer, longer where none did."""
    name, rights = group[0].trajectory.problem.id, sum(scored.right for scored in group)
    lead = leads.get(name)
    if lead is None or "led_turns" not in group[0].trajectory.notes:
        return
    most = len(turns_of(lead.trajectory)) - 1
    turns = lead.turns - 1 if 2 * rights > len(group) else lead.turns + (rights == 0)
    if turns < 1:
        del leads[name]
    else:
        leads[name] = replace(lead, turns=min(turns, most))


def _apart(weights: Sequence[float], count: int, rng: random.Random) -> list[int]:
    """Draws without replacement as far as there are enough (Efraimidis and Spirakis, 2006), then again."""
    found: list[int] = []
    while len(found) < count:
        keys = [math.log(rng.random() or 1e-300) / max(weight, 1e-12) for weight in weights]
        order = sorted(range(len(weights)), key=lambda n: -keys[n])
        found += order[: count - len(found)]
    return found


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
