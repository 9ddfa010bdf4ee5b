"""Questions on the dates of a table's rows: months, weekdays, gaps, spans, the latest row of each.

They are the time questions of WikiTableQuestions (Pasupat and Liang, 2015, arXiv:1508.00305) and of analysts.
Differs from it: tables are drawn, and dates are written in one form, as the reading of dates is not the task.
"""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import ClassVar

from reckon.tasks.material import queries
from reckon.tasks.material.dates import DAYS
from reckon.tasks.material.family import pose
from reckon.tasks.material.queries import Picked, Query, drawing, leader, summed
from reckon.tasks.material.tables import Row, Tables
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class TableDates:
    """In which month was the sum of parcels largest?"""

    held_out: bool = False

    name: ClassVar[str] = "table_dates"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "Here is a table in CSV form; its dates are written year-month-day.\n\n{tables}\n\n{asked}",
        "{tables}\n\nDates above stand as year-month-day. {asked}",
        "{asked}\n\nUse this CSV file, with dates as year-month-day:\n\n{tables}",
        "You are given a log in CSV form. The first line names the columns; a date is year-month-day.\n\n"
        "{tables}\n\nThe question: {asked}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "What follows was noted day by day and then shuffled (dates: "
        "year-month-day).\n\n{tables}\n\n{retold}",
        "{retold}\n\nThe file that tells (year-month-day):\n\n{tables}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will parse the dates with datetime and compute over the rows.",
        "Let me read the CSV text and work with date objects in Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, drawing(QUERIES))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return queries.grade(problem, answer)

    def program(self, problem: Problem) -> str:
        return queries.program(QUERIES, problem)


def _months(tables: Tables) -> list[str]:
    return sorted({row.day.isoformat()[:7] for row in tables.rows})


def _month(tables: Tables, _: Picked) -> str:
    return leader(summed([(row.day.isoformat()[:7], row.amount) for row in tables.rows]))


def _weekday(rng: random.Random, tables: Tables) -> Picked:
    first = rng.choice(tables.rows).day.weekday()
    second = (first + rng.randint(1, 6)) % 7
    return {"one": DAYS[first], "two": DAYS[second], "least": rng.randint(15, 40)}


def _on_weekdays(tables: Tables, picked: Picked) -> str:
    days = (picked["one"], picked["two"])
    chosen = [row.amount for row in tables.rows if DAYS[row.day.weekday()] in days]
    return str(sum(chosen)) if len(chosen) > 1 else ""


def _group(rng: random.Random, tables: Tables) -> Picked:
    return {"value": rng.choice(tables.rows).group}


def _days(tables: Tables, picked: Picked) -> list[date]:
    return sorted({row.day for row in tables.rows if row.group == picked["value"]})


def _gap(tables: Tables, picked: Picked) -> str:
    gaps = [(later - earlier).days for earlier, later in pairwise(_days(tables, picked))]
    return str(max(gaps)) if len(gaps) > 1 else ""


def _span(tables: Tables, picked: Picked) -> str:
    days = _days(tables, picked)
    return str((days[-1] - days[0]).days) if len(days) > 2 else ""


def _window(rng: random.Random, tables: Tables) -> Picked:
    middle = rng.choice(tables.rows).day
    length = rng.randint(20, 90)
    return {"first": (middle - timedelta(days=rng.randrange(length))).isoformat(), "length": length}


def _inside(tables: Tables, picked: Picked) -> str:
    first = date.fromisoformat(str(picked["first"]))
    last = first + timedelta(days=int(picked["length"]) - 1)
    chosen = [row.amount for row in tables.rows if first <= row.day <= last]
    return str(sum(chosen)) if 1 < len(chosen) < len(tables.rows) else ""


def _latest(tables: Tables, _: Picked) -> str:
    """The sum over each key's latest row, "" where a key has two on that day."""
    latest: dict[str, Row] = {}
    for row in sorted(tables.rows, key=lambda row: row.day):
        if row.key in latest and latest[row.key].day == row.day:
            return ""
        latest[row.key] = row
    return str(sum(row.amount for row in latest.values()))


def _quarter(rng: random.Random, tables: Tables) -> Picked:
    day = rng.choice(tables.rows).day
    return {"year": day.year, "quarter": (day.month + 2) // 3}


def _in_quarter(tables: Tables, picked: Picked) -> str:
    chosen = [
        row
        for row in tables.rows
        if (row.day.year, (row.day.month + 2) // 3) == (picked["year"], picked["quarter"])
    ]
    return str(sum(row.amount for row in chosen)) if len(chosen) > 1 else ""


def _busiest(tables: Tables, _: Picked) -> str:
    return leader(summed([(DAYS[row.day.weekday()], 1) for row in tables.rows]))


QUERIES = (
    Query(
        "month",
        "month",
        (
            "In which month was the sum of {amount} over all {rows} largest? Months of different years are "
            "different months.",
            "Add up {amount} for each month of each year. Which month has the largest sum?",
        ),
        lambda rng, tables: {},
        _month,
        "totals = Counter()\nfor r in rows:\n"
        '    totals[r["date"][:7]] += int(r["$amount"])\nprint(max(totals, key=totals.get))',
        _months,
    ),
    Query(
        "weekdays",
        "number",
        (
            "What is the sum of {amount} over all {rows} that fell on a {one} or a {two}?",
            "Take the {rows} dated on a {one} or on a {two}. What do their {amount} add up to?",
        ),
        _weekday,
        _on_weekdays,
        'days = [(date.fromisoformat(r["date"]).strftime("%A"), int(r["$amount"])) for r in rows]\n'
        'print(sum(amount for day, amount in days if day in ("$one", "$two")))',
    ),
    Query(
        "gap",
        "number",
        (
            "Take the dates of all {rows} whose {group} is {value}, in order. What is the largest number of "
            "days from one of these dates to the next?",
            "How many days lie, at most, between two {rows} with {group} {value} that follow each other in "
            "time? From one day to the next it is 1 day.",
        ),
        _group,
        _gap,
        'days = sorted(date.fromisoformat(r["date"]) for r in rows if r["$group"] == "$value")\n'
        "print(max((later - earlier).days for earlier, later in zip(days, days[1:])))",
    ),
    Query(
        "span",
        "number",
        (
            "How many days are there from the first to the last of the {rows} whose {group} is {value}? "
            "From one day to the next it is 1 day.",
            "Subtract the earliest date of the {rows} with {group} {value} from the latest. How many days "
            "is that?",
        ),
        _group,
        _span,
        'days = sorted(date.fromisoformat(r["date"]) for r in rows if r["$group"] == "$value")\n'
        "print((days[-1] - days[0]).days)",
    ),
    Query(
        "window",
        "number",
        (
            "What is the sum of {amount} over the {rows} of the {length} days that begin with {first}, that "
            "day being the first of them?",
            "A period of {length} days starts on {first}, which is its first day. Add up {amount} of the "
            "{rows} in this period.",
        ),
        _window,
        _inside,
        'first = date.fromisoformat("$first")\n'
        'past = [((date.fromisoformat(r["date"]) - first).days, int(r["$amount"])) for r in rows]\n'
        "print(sum(amount for days, amount in past if 0 <= days < $length))",
    ),
    Query(
        "latest",
        "number",
        (
            "For each {key} take only the latest of its {rows}. What is the sum of {amount} over these "
            "{rows}?",
            "Every {key} that occurs has one line with its most recent date. Add up {amount} of those lines.",
        ),
        lambda rng, tables: {},
        _latest,
        'latest = {r["$key"]: r for r in sorted(rows, key=lambda r: r["date"])}\n'
        'print(sum(int(r["$amount"]) for r in latest.values()))',
    ),
    Query(
        "quarter",
        "number",
        (
            "What is the sum of {amount} over the {rows} of quarter {quarter} of {year}? Quarter 1 is "
            "January to March, and so on.",
            "Add up {amount} in the quarter numbered {quarter} (of 1 to 4) of the year {year}.",
        ),
        _quarter,
        _in_quarter,
        "total = 0\nfor r in rows:\n"
        '    day = date.fromisoformat(r["date"])\n'
        "    if day.year == $year and (day.month + 2) // 3 == $quarter:\n"
        '        total += int(r["$amount"])\n'
        "print(total)",
    ),
    Query(
        "busiest",
        "weekday",
        (
            "On which day of the week do most {rows} fall?",
            "Count the {rows} for each day of the week. Which day of the week has the largest number?",
        ),
        lambda rng, tables: {},
        _busiest,
        'days = Counter(date.fromisoformat(r["date"]).strftime("%A") for r in rows)\n'
        "print(max(days, key=days.get))",
    ),
)
