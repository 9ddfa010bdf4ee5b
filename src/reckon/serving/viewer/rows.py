"""A run's tables: its methods with intervals, and its rollouts, filtered, sorted and paged in SQL.

Nothing that a client sends stands in a statement: names are looked up in the tables here, the rest is bound.
"""

import json
from array import array
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reckon.errors import UsageError
from reckon.evaluation.index import Index
from reckon.evaluation.intervals import mean
from reckon.evaluation.summary import titled
from reckon.serving.viewer.library import Shelf
from reckon.serving.viewer.searching import roots_with
from reckon.values import JSON, STATUSES

PAGE = 100
_DIGITS = 9
_COLUMNS = (
    "number, id, problem, task, question, gold, difficulty, reasoner, model, seed, answer, score, reason,"
    " void, runs, errors, tokens_out, seconds, forks, CASE forks WHEN 0 THEN statuses ELSE"
    " (SELECT group_concat(statuses, ' ') FROM trajectories AS o WHERE o.root = trajectories.number) END"
    " AS statuses"
)
_SORTS = {
    name: name
    for name in (
        "number",
        "problem",
        "task",
        "difficulty",
        "score",
        "runs",
        "errors",
        "tokens_out",
        "seconds",
    )
} | {"answer": "answer", "method": "reasoner || model", "forks": "forks"}
_TREE_HAS = (
    "(instr(' ' || statuses || ' ', :status) OR (forks > 0 AND EXISTS (SELECT 1 FROM trajectories AS other"
    " WHERE other.root = trajectories.number AND instr(' ' || other.statuses || ' ', :status))))"
)
_FILTERS = {
    "all": "1",
    "right": "void = '' AND score >= 1",
    "wrong": "void = '' AND coalesce(score, 0) < 1",
    "void": "void != ''",
    "no answer": "void = '' AND answer IS NULL",
    "forked": "forks > 0",
    "disagreement": "problem IN (SELECT problem FROM trajectories WHERE relation = 'root' AND void = ''"
    " GROUP BY problem HAVING min(coalesce(score, 0)) < max(coalesce(score, 0)))",
}
FILTERS = (*_FILTERS, *(status for status in STATUSES if status != "ok"))
_COSTS = (
    "SELECT reasoner, model, sum(void = '') AS n, sum(void != '') AS void,"
    " avg(CASE void WHEN '' THEN runs END) AS runs, avg(CASE void WHEN '' THEN errors END) AS errors,"
    " avg(CASE void WHEN '' THEN tokens_out END) AS tokens,"
    " avg(CASE void WHEN '' THEN seconds END) AS seconds"
    " FROM trajectories WHERE relation = 'root' GROUP BY reasoner, model"
)
_SEARCHED = ("problem", "question", "gold", "answer", "reason", "void")


@dataclass(frozen=True)
class Query:
    """What rows are asked for.

    method: a place in `methods`.  text: words that the index holds.  inside: a phrase of the whole record.
    sort: a column, "-" before it for the largest first.
    Raises UsageError for a filter, a column, a method or a page that is none.
    """

    filter: str = "all"
    method: str = ""
    task: str = ""
    text: str = ""
    inside: str = ""
    sort: str = "number"
    page: str = "0"

    def __post_init__(self) -> None:
        if self.filter not in FILTERS:
            raise UsageError(f"filter: wanted one of {', '.join(FILTERS)}, got {self.filter[:40]!r}")
        if self.sort.removeprefix("-") not in _SORTS:
            raise UsageError(f"sort: wanted one of {', '.join(_SORTS)}, got {self.sort[:40]!r}")
        for name in ("method", "page"):
            if (value := getattr(self, name)) and not (
                value.isascii() and value.isdigit() and len(value) < 9
            ):
                raise UsageError(f"{name}: wanted a number, got {value[:40]!r}")


def methods(shelf: Shelf, index: Index) -> list[tuple[str, str]]:
    """(reasoner, model) of the run, in the order of their first rollouts."""

    def find() -> list[tuple[str, str]]:
        rows = index.query(
            "SELECT reasoner, model FROM trajectories WHERE relation = 'root'"
            " GROUP BY reasoner, model ORDER BY min(number)"
        )
        return [(row["reasoner"], row["model"]) for row in rows]

    return shelf.keep("methods", find)


def method_at(shelf: Shelf, index: Index, place: str) -> tuple[str, str]:
    """Raises UsageError."""
    found = methods(shelf, index)
    if not (place.isascii() and place.isdigit() and len(place) < _DIGITS) or int(place) >= len(found):
        raise UsageError(f"method: wanted 0 to {len(found) - 1}, got {place[:40]!r}")
    return found[int(place)]


def overview(shelf: Shelf, index: Index) -> dict[str, Any]:
    """The run's methods with their numbers, and its tasks. Void rollouts are counted apart."""

    def view() -> dict[str, Any]:
        every = methods(shelf, index)
        costs = {(row["reasoner"], row["model"]): row for row in index.query(_COSTS)}
        tasks = index.query(
            "SELECT task, count(*) AS n FROM trajectories WHERE relation = 'root' GROUP BY task ORDER BY task"
        )
        return {
            "version": shelf.version,
            "methods": [
                _method(shelf, index, costs[name], titled(name, every), place)
                for place, name in enumerate(every)
            ],
            "tasks": [row["task"] for row in tasks],
            "rollouts": sum(row["n"] for row in tasks),
        }

    return shelf.keep("overview", view)


def _method(shelf: Shelf, index: Index, costs: Mapping[str, Any], title: str, place: int) -> dict[str, Any]:
    scored = problem_scores(shelf, index, str(place))
    accuracy = mean([score for score, _ in scored.values()])
    shown = {"right": accuracy.value, "low": accuracy.low, "high": accuracy.high} if accuracy.n else {}
    return {"title": title, "problems": len(scored), **costs, **shown}


def problem_scores(shelf: Shelf, index: Index, place: str) -> dict[str, tuple[float, int]]:
    """(mean score, number of its first rollout) of each problem that a method tried; void ones left out.

    Raises UsageError for a place that no method has.
    """
    name = method_at(shelf, index, place)

    def find() -> dict[str, tuple[float, int]]:
        rows = index.query(
            "SELECT problem, avg(coalesce(score, 0)) AS score, min(number) AS number FROM trajectories"
            " WHERE relation = 'root' AND void = '' AND reasoner = ? AND model = ? GROUP BY problem",
            name,
        )
        return {row["problem"]: (row["score"], row["number"]) for row in rows}

    return shelf.keep(("scores", name), find)


def table(shelf: Shelf, index: Index, query: Query) -> dict[str, Any]:
    """A page of root rollouts, and how many there are in all."""
    every, page = _numbers(shelf, index, query), int(query.page or 0)
    order = {number: place for place, number in enumerate(every[page * PAGE : page * PAGE + PAGE])}
    rows = index.query(
        f"SELECT {_COLUMNS} FROM trajectories WHERE number IN (SELECT value FROM json_each(?))",
        (json.dumps(list(order)),),
    )
    rows.sort(key=lambda row: order[row["number"]])
    places = {name: place for place, name in enumerate(methods(shelf, index))}
    for row in rows:
        row["method"] = places.get((row.pop("reasoner"), row.pop("model")))
    return {"total": len(every), "page": page, "size": PAGE, "rows": rows, "version": shelf.version}


def neighbours(shelf: Shelf, index: Index, query: Query, number: int) -> dict[str, int | None]:
    """The rollouts before and after one in the table of a query; None at its ends, or outside it."""
    every = _numbers(shelf, index, query)
    try:
        place = every.index(number)
    except ValueError:
        return {"before": None, "after": None}
    after = every[place + 1] if place + 1 < len(every) else None
    return {"before": every[place - 1] if place else None, "after": after}


def _numbers(shelf: Shelf, index: Index, query: Query) -> "array[int]":
    """The numbers of all rows of a query, in its order: read once, and paged from then on."""
    where, values = _where(shelf, index, query)
    order = _order(query.sort)

    def find() -> "array[int]":
        wanted = f"SELECT number FROM trajectories WHERE {where} ORDER BY {order}"
        (row,) = index.query(f"SELECT json_group_array(number) AS numbers FROM ({wanted})", values)
        return array("q", json.loads(row["numbers"]))

    return shelf.keep((where, order, *values.values()), find)


def _where(shelf: Shelf, index: Index, query: Query) -> tuple[str, Mapping[str, JSON]]:
    tests, values = ["relation = 'root'"], dict[str, JSON]()
    tests.append(_FILTERS.get(query.filter, _TREE_HAS))
    if query.filter not in _FILTERS:
        values["status"] = f" {query.filter} "
    if query.method:
        values["reasoner"], values["model"] = method_at(shelf, index, query.method)
        tests.append("reasoner = :reasoner AND model = :model")
    if query.task:
        tests.append("task = :task")
        values["task"] = query.task
    for place, word in enumerate(query.text.split()[:20]):
        values[f"word{place}"] = f"%{_literal(word)}%"
        tests.append("(" + " OR ".join(f"{name} LIKE :word{place} ESCAPE '\\'" for name in _SEARCHED) + ")")
    if query.inside:
        roots = shelf.keep(("inside", query.inside), lambda: roots_with(shelf, index, query.inside))
        values["roots"] = json.dumps(roots)
        tests.append("number IN (SELECT value FROM json_each(:roots))")
    return " AND ".join(f"({test})" for test in tests), values


def _literal(word: str) -> str:
    """A word for LIKE: no sign of it stands for anything else. Lone surrogates have no place in SQL."""
    word = word[:200].encode("utf-8", "replace").decode()
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _order(sort: str) -> str:
    column, direction = _SORTS[sort.removeprefix("-")], "DESC" if sort.startswith("-") else "ASC"
    if column == "number":
        return f"number {direction}"
    return f"{column} {direction} NULLS LAST, number"
