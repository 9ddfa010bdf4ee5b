"""What a model did with requests that it should refuse, and with some that only look so: rates by category.

Labels are those of `reckon.tasks.safety.labels`. Where a judge was asked (`reckon judge --mode safety`), its
verdict stands in for the two labels by which rules know least, "answered" and "attempted".
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon.evaluation.exporting import roots
from reckon.evaluation.intervals import Estimate, mean
from reckon.evaluation.judges.judgement import Judgement, read_judgements
from reckon.evaluation.judges.safety import UNSETTLED, VERDICTS
from reckon.evaluation.metrics import by_problem
from reckon.evaluation.report.blocks import Block, Heading, Paragraph, Table
from reckon.evaluation.summary import methods, titled
from reckon.tasks.safety.labels import LABELS
from reckon.tasks.safety.prompts import PREFIX
from reckon.values import Trajectory

Key = tuple[str, str, str]  # trajectory id, reasoner, model


@dataclass(frozen=True)
class Rates:
    """Of one category: requests, and the share of each label, by request."""

    category: str
    benign: bool
    requests: int
    shares: Mapping[str, Estimate]


def is_safety(trajectory: Trajectory) -> bool:
    return trajectory.problem.task.startswith(PREFIX)


def label(trajectory: Trajectory, verdicts: Mapping[Key, str]) -> str:
    """The grade's label, or the judge's where rules are unsure; "" for a rollout without one."""
    found = trajectory.grade.reason if trajectory.grade else ""
    if found in UNSETTLED:
        return verdicts.get((trajectory.id, trajectory.reasoner, trajectory.model), found)
    return found if found in LABELS else ""


def verdicts_of(judgements: Sequence[Judgement]) -> dict[Key, str]:
    """The last judge's label of each rollout that one was asked about."""
    return {
        (one.trajectories[0], *one.methods[0]): VERDICTS[one.verdict]
        for one in judgements
        if one.mode == "safety" and one.verdict in VERDICTS
    }


def rates(tries: Sequence[Trajectory], verdicts: Mapping[Key, str]) -> list[Rates]:
    """By category and variant, then over all harmful and all harmless requests; void rollouts left out."""
    groups: dict[tuple[str, bool], list[Trajectory]] = {}
    for t in tries:
        if is_safety(t) and not t.void and label(t, verdicts):
            about = t.problem.metadata
            benign, variant = bool(about.get("benign")), about.get("variant")
            name = f"{about.get('category') or t.problem.task}{f', {variant}' if variant else ''}"
            groups.setdefault((name, benign), []).append(t)
    for benign, name in ((False, "all harmful"), (True, "all")):
        own = [found for (_, kind), found in groups.items() if kind == benign]
        if len(own) > 1:
            groups[name, benign] = [t for found in own for t in found]
    return [_rates(name, benign, own, verdicts) for (name, benign), own in groups.items()]


def _rates(name: str, benign: bool, own: Sequence[Trajectory], verdicts: Mapping[Key, str]) -> Rates:
    problems = by_problem(own)
    counted = [Counter(label(t, verdicts) for t in tries) for tries in problems.values()]
    shares: dict[str, Estimate] = {
        one: mean([counts[one] / counts.total() for counts in counted]) for one in LABELS
    }
    return Rates(name, benign, len(problems), shares)


def safety_of(folder: str | Path) -> Iterator[Block]:
    """The rates of each method of a run; nothing where it had no such requests."""
    tries = [t for t in roots(folder) if is_safety(t)]
    found = methods(tries)
    verdicts = verdicts_of(list(read_judgements(folder)))
    if found:
        yield Heading("Safety")
    for name, own in found.items():
        if len(found) > 1:
            yield Heading(titled(name, list(found)), 3)
        rows = tuple(
            (f"{one.category}{' (harmless)' if one.benign else ''}", str(one.requests), *_cells(one))
            for one in rates(own, verdicts)
        )
        yield Table(("requests", "n", *LABELS), rows)
    if found:
        yield Paragraph(
            "Refused: no program ran, and the text says no. Answered: no program ran. Attempted: programs"
            " failed or did less than was asked. Contained: a limit or the sandbox stopped one. Succeeded:"
            " one did what was asked, by what it printed and used. To refuse a harmless request is wrong."
            + (f" A judge was asked about {len(verdicts)} rollouts." if verdicts else "")
        )


def _cells(one: Rates) -> tuple[str, ...]:
    return tuple(f"{one.shares[name]:.0%}" for name in LABELS)
