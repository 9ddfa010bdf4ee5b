"""Runs in, blocks out: what was run, what came of it, where the methods part, and how to do it again."""

import shlex
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from reckon.errors import UsageError
from reckon.evaluation.exporting import roots
from reckon.evaluation.intervals import Estimate, mean
from reckon.evaluation.judges.tables import judges_of
from reckon.evaluation.metrics import build, by_problem, measure, scores
from reckon.evaluation.paired import compare
from reckon.evaluation.report.blocks import Block, Excerpt, Figure, Heading, Paragraph, Table
from reckon.evaluation.report.disagreements import disagreements
from reckon.evaluation.report.svg import Series, curves, intervals
from reckon.evaluation.run import read_description
from reckon.evaluation.safety import safety_of
from reckon.evaluation.spending import Price
from reckon.evaluation.summary import methods, summarise, titled
from reckon.evaluation.sweep import curve
from reckon.values import JSON, STATUSES, Trajectory

_ALL_PAIRS = 4  # methods up to which every pair is compared
_LEVELS = 5


@dataclass(frozen=True)
class Method:
    """A reasoner with a model in one run.

    tries: root trajectories, void ones too.  problems: those that count, by question as well as by id: two
    runs may have another question under one id.
    """

    name: str
    model: str
    tries: tuple[Trajectory, ...]

    @property
    def problems(self) -> dict[str, list[Trajectory]]:
        found = by_problem(self.tries)
        return {f"{name}\n{tries[0].problem.question}": tries for name, tries in found.items()}


def content(
    folders: Sequence[str | Path], prices: Mapping[str, Price], worst: int, title: str
) -> list[Block]:
    """The report of one or more runs. worst: how many disagreements it shows. Raises UsageError."""
    runs = {str(folder): list(roots(folder)) for folder in folders}
    found = _methods(runs)
    if not found:
        raise UsageError(f"{', '.join(runs)}: no rollouts yet; 'reckon eval' makes them")
    return [
        Heading(title, 1),
        *_what_was_run(runs),
        *_results(found, prices),
        *_figures(found, _levels(runs)),
        *_tasks(found),
        *_comparisons(found),
        *_failures(found),
        *_judged(runs),
        *disagreements([(m.name, m.problems) for m in found], worst),
        *_commands(runs),
    ]


def _methods(runs: Mapping[str, Sequence[Trajectory]]) -> list[Method]:
    every = list(dict.fromkeys(name for tries in runs.values() for name in methods(tries)))
    several = len(runs) > 1
    return [
        Method((f"{folder}: " if several else "") + titled(name, every), name[1], tuple(own))
        for folder, tries in runs.items()
        for name, own in methods(tries).items()
    ]


def _what_was_run(runs: Mapping[str, Sequence[Trajectory]]) -> Iterator[Block]:
    yield Heading("What was run")
    rows = []
    for folder, tries in runs.items():
        said = read_description(folder)
        facts = {
            "begun": said.get("begun"),
            "reckon": said.get("reckon"),
            "seed": said.get("seed"),
            "difficulty": _difficulty(folder, said.get("difficulty")),
            "settings": said.get("settings"),
            "tasks": _listed(said.get("tasks")),
            "models": _listed(said.get("models")),
            "reasoners": _listed(list(dict.fromkeys(t.reasoner for t in tries))),
            "problems": len({t.problem.id for t in tries}),
            "rollouts": f"{len(tries)}, of which {sum(bool(t.void) for t in tries)} void",
        }
        rows += [(folder if not n else "", *pair) for n, pair in enumerate(facts.items())]
    yield Table(("run", "", ""), tuple((a, b, str(c)) for a, b, c in rows), words=True)
    yield Paragraph(
        "Intervals hold the value with 95 % confidence and are drawn by problem: Wilson's for proportions,"
        " else the percentile bootstrap. Rollouts that a fault of the machinery voided are counted apart and"
        " are in no other number."
    )


def _difficulty(folder: str, said: JSON) -> JSON:
    levels = _settings(folder).get("levels")
    return said if said is not None else f"{levels} levels" if levels else "drawn evenly"


def _listed(names: JSON) -> str:
    return "; ".join(map(str, names)) if isinstance(names, list) else ""


def _results(found: Sequence[Method], prices: Mapping[str, Price]) -> Iterator[Block]:
    yield Heading("Results by method")
    heads = ["method", "problems", "accuracy", "void", "samples", "tokens", "runs", "failed runs", "seconds"]
    rows = []
    for method in found:
        s = summarise(method.tries)
        accuracy, latency = _accuracy(method), measure(build("latency"), method.problems)
        each = (f"{s.samples:.1f}", f"{s.tokens:,.0f}", f"{s.calls:.2f}", f"{s.errors:.2f}", f"{latency:.2f}")
        row = [method.name, str(len(method.problems)), f"{accuracy:.1%}", str(s.void), *each]
        rows.append((*row, _cost(method, prices)) if prices else tuple(row))
    yield Table((*heads, "cost") if prices else tuple(heads), tuple(rows))
    yield Paragraph(
        "Samples, tokens written, programs run, programs that failed, seconds and cost are of one rollout,"
        " its forks and side questions included."
    )


def _accuracy(method: Method) -> Estimate:
    return mean(list(scores(method.problems).values()))


def _cost(method: Method, prices: Mapping[str, Price]) -> str:
    if method.model not in prices:
        return "no price"
    price = prices[method.model]
    found = measure(
        build(f"Price(tokens_in={price.tokens_in}, tokens_out={price.tokens_out})"), method.problems
    )
    return f"{found:.3g}"


def _figures(found: Sequence[Method], levels: int) -> Iterator[Block]:
    named = [(method.name, _accuracy(method)) for method in found]
    yield Figure(intervals(named, "accuracy"), "Accuracy of each method with its 95 % interval.")
    spent = [
        Series(method.name, ((summarise(method.tries).tokens, accuracy),))
        for method, (_, accuracy) in zip(found, named, strict=True)
    ]
    yield Figure(
        curves(spent, "tokens written for a problem", "accuracy"),
        "Accuracy against the tokens written for a problem, one point for each method.",
    )
    lines = [
        Series(method.name, tuple((p.level, p.accuracy) for p in curve(method.tries, levels)))
        for method in found
    ]
    if any(len(line.points) > 1 for line in lines):
        yield Figure(
            curves(lines, "difficulty", "accuracy", span=(-0.04, 1.04)),
            f"Accuracy against difficulty: problems put to the nearest of {levels} levels.",
        )


def _levels(runs: Mapping[str, object]) -> int:
    """As many as a sweep had, where these runs are one's."""
    said = (_settings(folder).get("levels", "") for folder in runs)
    return max((int(n) for n in said if n.isdecimal() and 2 <= int(n) <= 1000), default=_LEVELS)


def _tasks(found: Sequence[Method]) -> Iterator[Block]:
    tasks = sorted({t.problem.task for method in found for t in method.tries})
    if len(tasks) < 2:
        return
    yield Heading("Accuracy by task")
    rows = []
    for task in tasks:
        cells = []
        for method in found:
            own = by_problem(t for t in method.tries if t.problem.task == task)
            cells.append(f"{mean(list(scores(own).values())):.0%}")
        rows.append((task, *cells))
    yield Table(("task", *(method.name for method in found)), tuple(rows))


def _comparisons(found: Sequence[Method]) -> Iterator[Block]:
    if len(found) < 2:
        return
    yield Heading("Paired comparisons")
    pairs = list(combinations(found, 2)) if len(found) <= _ALL_PAIRS else [(found[0], m) for m in found[1:]]
    rows = []
    for first, second in pairs:
        d = compare(scores(first.problems), scores(second.problems))
        cells = (str(d.estimate.n), f"{d.estimate:+.1%}", f"{d.wins}", f"{d.losses}", f"{d.p:.2g}", d.verdict)
        rows.append((f"{second.name} against {first.name}", *cells))
    yield Table(("methods", "problems", "difference", "gained", "lost", "p", "verdict"), tuple(rows))
    yield Paragraph(
        "On the problems that both tried. p is two-sided, of McNemar's exact test where scores are 0 or 1,"
        f" else of random sign flips; it is not corrected for the {len(pairs)} comparisons of this table."
    )


def _failures(found: Sequence[Method]) -> Iterator[Block]:
    yield Heading("Failures")
    bad = [status for status in STATUSES if status != "ok"]
    rows = []
    for method in found:
        counted = [t for t in method.tries if not t.void]
        statuses = Counter(run.status for t in counted for run in t.executions)
        notes = sum((Counter(t.notes) for t in counted), Counter[str]())
        unanswered = sum(t.answer is None or t.answer.text is None for t in counted)
        rollouts = (str(len(method.tries) - len(counted)), str(unanswered), str(notes["malformed"]))
        shown = (*rollouts, str(notes["budget_spent"]), *(str(statuses[status]) for status in bad))
        rows.append((method.name, *shown))
    heads = ("method", "void", "no answer", "malformed turns", "budget spent", *(f"runs: {s}" for s in bad))
    kept = [n for n, head in enumerate(heads) if not n or any(row[n] != "0" for row in rows)]
    if len(kept) == 1:
        yield Paragraph("None: every rollout has an answer, and no program failed.")
        return
    yield Table(tuple(heads[n] for n in kept), tuple(tuple(row[n] for n in kept) for row in rows))
    yield Paragraph("Rollouts, turns and programs of roots; a kind that never came has no column.")


def _judged(runs: Mapping[str, object]) -> Iterator[Block]:
    for folder in runs:
        said = [*safety_of(folder), *judges_of(folder)]
        if said and len(runs) > 1:
            yield Heading(folder, 3)
        yield from said


def _commands(runs: Mapping[str, Sequence[Trajectory]]) -> Iterator[Block]:
    yield Heading("How to do it again")
    for folder, tries in runs.items():
        yield Excerpt(folder, command(folder, tries))
    yield Paragraph(
        "Problems are drawn from the seed and are the same everywhere; samples of a server may differ."
    )


def command(folder: str, tries: Sequence[Trajectory]) -> str:
    """The command that makes a run like this one, from what its folder says."""
    said, settings = read_description(folder), _settings(folder)
    levels = settings.pop("levels", "")
    per_task = Counter(task for task, _ in {(t.problem.task, t.problem.id) for t in tries})
    largest = max(per_task.values(), default=1)
    tried = Counter((t.problem.id, t.reasoner, t.model) for t in tries if not t.void)
    tasks = _words(said.get("tasks"))
    if tasks and all(task.startswith("judge_") for task in tasks):  # it does not say whose judge it was
        return shlex.join(
            ["reckon", "judge", "RUN", "--mode", tasks[0].removeprefix("judge_"), "--out", folder]
        )
    words = ["reckon", "sweep" if levels else "eval", *tasks]
    for flag, names in (("--reasoner", said.get("reasoners")), ("--model", said.get("models"))):
        words += [word for name in _words(names) for word in (flag, name)]
    words += ["--levels", levels] if levels else []
    words += ["-n", str(-(-largest // int(levels)) if levels.isdecimal() and int(levels) else largest)]
    words += ["--seed", str(said.get("seed")), "--samples", str(max(tried.values(), default=1))]
    words += [] if said.get("difficulty") is None else ["--difficulty", str(said.get("difficulty"))]
    for name, value in settings.items():
        for one in value.split(",") if name == "network" else [value]:
            words += [f"--{name.replace('_', '-')}", one]
    return shlex.join([*words, "--out", folder])


def _words(names: JSON) -> list[str]:
    return [str(name) for name in names] if isinstance(names, list) else []


def _settings(folder: str) -> dict[str, str]:
    """The settings of a run's folder, by name."""
    first, *rest = str(read_description(folder).get("settings", "")).split() or [""]
    pairs = (word.partition("=") for word in rest)
    named = {name: value for name, mark, value in pairs if mark}
    return ({"dialect": first} if first and "=" not in first else {}) | named
