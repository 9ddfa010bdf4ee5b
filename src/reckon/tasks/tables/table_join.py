"""Questions that need two tables joined by a key, as SQL suites such as Spider (Yu et al., 2018, 1809.08887)
ask.

Differs from them: answers are graded, not queries, and the rows stand in the question.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.material import queries
from reckon.tasks.material.family import pose
from reckon.tasks.material.queries import Picked, Query, drawing, leader, rounded, summed
from reckon.tasks.material.tables import Row, Tables, decimal
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class TableJoin:
    """How many pieces were ordered by customers in Arlen?"""

    held_out: bool = False

    name: ClassVar[str] = "table_join"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Here are two tables in CSV form. A column of the same name means the same in "
        "both.\n\n{tables}\n\n{asked}",
        "{tables}\n\nThe two files share one column, by which they belong together. {asked}",
        "{asked}\n\nUse these two files, which have one column in common:\n\n{tables}",
        "You are given two CSV files that can be joined on the column they share.\n\n{tables}\n\nThe "
        "question: {asked}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Two extracts of one database follow; a shared column links them.\n\n{tables}\n\n{retold}",
        "{retold}\n\nThe linked files that tell:\n\n{tables}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will read both files and look up each row's key in the second.",
        "A dictionary from the key to its attributes joins the two tables.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, drawing(QUERIES, joined=True))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return queries.grade(problem, answer)

    def program(self, problem: Problem) -> str:
        return queries.program(QUERIES, problem)


def _somewhere(rng: random.Random, tables: Tables) -> Picked:
    row = rng.choice(tables.rows)
    return {"where": tables.places[row.key], "which": tables.levels[row.key], "value": row.group}


def _there(tables: Tables, picked: Picked) -> list[Row]:
    return [row for row in tables.rows if tables.places[row.key] == picked["where"]]


def _total(tables: Tables, picked: Picked) -> str:
    amounts = [row.amount for row in _there(tables, picked)]
    return str(sum(amounts)) if 1 < len(amounts) < len(tables.rows) else ""


def _product(tables: Tables, picked: Picked) -> str:
    chosen = [row.product for row in tables.rows if tables.levels[row.key] == picked["which"]]
    return decimal(sum(chosen)) if 1 < len(chosen) < len(tables.rows) else ""


def _mean(tables: Tables, picked: Picked) -> str:
    amounts = [row.amount for row in _there(tables, picked)]
    return rounded(sum(amounts), len(amounts), 2) if len(amounts) > 2 else ""


def _places(tables: Tables) -> list[str]:
    return sorted({tables.places[row.key] for row in tables.rows})


def _first_place(tables: Tables, _: Picked) -> str:
    pairs = [(tables.places[row.key], row.product) for row in tables.rows]
    return leader(summed(pairs)) if len(_places(tables)) > 2 else ""


def _idle(tables: Tables, _: Picked) -> str:
    busy = {row.key for row in tables.rows}
    absent = sorted(set(tables.places) - busy)
    return ", ".join(absent) if len(absent) > 1 else ""


def _first_key(tables: Tables, picked: Picked) -> str:
    there = _there(tables, picked)
    return leader(summed([(row.key, row.amount) for row in there])) if len({r.key for r in there}) > 1 else ""


def _both(tables: Tables, picked: Picked) -> str:
    levels = {row.key for row in tables.rows if tables.levels[row.key] == picked["which"]}
    chosen = [row.amount for row in tables.rows if row.group == picked["value"] and row.key not in levels]
    return str(sum(chosen)) if len(chosen) > 1 else ""


def _ranked(tables: Tables, _: Picked) -> str:
    totals = summed([(tables.places[row.key], row.amount) for row in tables.rows])
    if len(totals) < 3 or len(set(totals.values())) < len(totals):
        return ""
    return ", ".join(sorted(totals, key=lambda name: -totals[name]))


_LOOK_UP = (
    'place = {o["$key"]: o["$place"] for o in others}\nlevel = {o["$key"]: o["$level"] for o in others}\n'
)
QUERIES = (
    Query(
        "total",
        "number",
        (
            "What is the sum of {amount} over all {rows} in which the {place} of the {key} is {where}?",
            "Take every {key} whose {place} is {where}. What do the {amount} of their {rows} add up to?",
        ),
        _somewhere,
        _total,
        f'{_LOOK_UP}print(sum(int(r["$amount"]) for r in rows if place[r["$key"]] == "$where"))',
    ),
    Query(
        "product",
        "money",
        (
            "The {product} of {rows} is {amount} times {price}. What is the total {product} over all {rows} "
            "in which the {level} of the {key} is {which}?",
            "Multiply {amount} by {price} in each line of {file} whose {key} has the {level} {which}. What "
            "do the products add up to?",
        ),
        _somewhere,
        _product,
        f"{_LOOK_UP}total = 0\n"
        "for r in rows:\n"
        '    if level[r["$key"]] == "$which":\n'
        '        total += int(r["$amount"]) * Decimal(r["$price"])\n'
        "print(total)",
    ),
    Query(
        "mean",
        "number",
        (
            "What is the mean of {amount} over all {rows} in which the {place} of the {key} is {where}? "
            "Round half up to two digits after the point.",
            "Average {amount} over the lines of {file} whose {key} belongs to the {place} {where}; round to "
            "two digits after the point, a five upwards.",
        ),
        _somewhere,
        _mean,
        f'{_LOOK_UP}chosen = [int(r["$amount"]) for r in rows if place[r["$key"]] == "$where"]\n'
        'print((Decimal(sum(chosen)) / len(chosen)).quantize(Decimal("0.01"), ROUND_HALF_UP))',
    ),
    Query(
        "first place",
        "word",
        (
            "The {product} of {rows} is {amount} times {price}. Which {place} has the largest total "
            "{product}?",
            "Add up {amount} times {price} for each {place}, by way of the {key}. Which {place} comes first?",
        ),
        lambda rng, tables: {},
        _first_place,
        f"{_LOOK_UP}totals = Counter()\nfor r in rows:\n"
        '    totals[place[r["$key"]]] += int(r["$amount"]) * Decimal(r["$price"])\n'
        "print(max(totals, key=totals.get))",
        _places,
    ),
    Query(
        "idle",
        "list",
        (
            "Which entries of {key} in {other_file} have no {row} at all in {file}? List them in "
            "alphabetical order.",
            "List, from A to Z, each {key} of {other_file} that does not occur in {file}.",
        ),
        lambda rng, tables: {},
        _idle,
        'busy = {r["$key"] for r in rows}\nprint(", ".join(sorted(o["$key"] for o in others if o["$key"] '
        "not in busy)))",
    ),
    Query(
        "first key",
        "word",
        (
            "Among those with the {place} {where}, which {key} has the largest sum of {amount}?",
            "Look only at {rows} of the {place} {where} and add up {amount} for each {key}. Which {key} "
            "leads?",
        ),
        _somewhere,
        _first_key,
        f"{_LOOK_UP}totals = Counter()\nfor r in rows:\n"
        '    if place[r["$key"]] == "$where":\n'
        '        totals[r["$key"]] += int(r["$amount"])\n'
        "print(max(totals, key=totals.get))",
        lambda tables: sorted(tables.places),
    ),
    Query(
        "both",
        "number",
        (
            "What is the sum of {amount} over the {rows} whose {group} is {value} and whose {key} has any "
            "{level} but {which}?",
            "Add up {amount} of the {rows} with {group} {value}, leaving out every {key} whose {level} is "
            "{which}.",
        ),
        _somewhere,
        _both,
        f"{_LOOK_UP}total = 0\n"
        "for r in rows:\n"
        '    if r["$group"] == "$value" and level[r["$key"]] != "$which":\n'
        '        total += int(r["$amount"])\n'
        "print(total)",
    ),
    Query(
        "ranked",
        "list",
        (
            "Add up {amount} for each {place} that has {rows}, by way of the {key}. List these entries of "
            "{place} from the largest sum to the smallest.",
            "Order each {place} with any {rows} by its total of {amount}, falling, and list all of them.",
        ),
        lambda rng, tables: {},
        _ranked,
        f"{_LOOK_UP}totals = Counter()\nfor r in rows:\n"
        '    totals[place[r["$key"]]] += int(r["$amount"])\n'
        'print(", ".join(sorted(totals, key=totals.get, reverse=True)))',
    ),
)
