"""Filters, groups and aggregates over one table: the single-table questions of WikiTableQuestions and
TableGPT.

Differs from them: tables are drawn, and answers are numbers or entries that no reader could know beforehand.
"""

import random
from dataclasses import dataclass
from statistics import median
from typing import ClassVar

from reckon.tasks.material import queries
from reckon.tasks.material.family import pose
from reckon.tasks.material.queries import Picked, Query, drawing, leader, rounded, summed
from reckon.tasks.material.tables import Row, Tables, decimal
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class TableAggregation:
    """How many pieces were ordered by Ines at a price above 12.50?"""

    held_out: bool = False

    name: ClassVar[str] = "table_aggregation"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Here is a table in CSV form.\n\n{tables}\n\n{asked}",
        "{tables}\n\nAnswer from this file. {asked}",
        "{asked}\n\nUse this data:\n\n{tables}",
        "You are given one CSV file; its first line names the columns.\n\n{tables}\n\nThe question: {asked}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Look at the following records, one a line, comma-separated.\n\n{tables}\n\n{retold}",
        "{retold}\n\nThe file that tells:\n\n{tables}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will read the CSV text and aggregate the rows in Python.",
        "Let me load the table, filter it, and compute the answer.",
        "Filtering and grouping rows is quick with the csv module.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, drawing(QUERIES))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return queries.grade(problem, answer)

    def program(self, problem: Problem) -> str:
        return queries.program(QUERIES, problem)


def _group(rng: random.Random, tables: Tables) -> Picked:
    row = rng.choice(tables.rows)
    limit = max(101, rng.choice([row.cents for row in tables.rows]) + rng.randint(-300, 300))
    return {"value": row.group, "who": row.key, "limit": decimal(limit), "least": rng.randint(20, 60)}


def _some(tables: Tables, picked: Picked) -> list[Row]:
    return [row for row in tables.rows if row.group == picked["value"]]


def _above(tables: Tables, picked: Picked) -> list[Row]:
    limit = int(str(picked["limit"]).replace(".", ""))
    return [row for row in tables.rows if row.cents > limit]


def _total(tables: Tables, picked: Picked) -> str:
    chosen = [row.amount for row in _above(tables, picked) if row.group == picked["value"]]
    return str(sum(chosen)) if len(chosen) > 1 else ""


def _counted(tables: Tables, picked: Picked) -> str:
    chosen = [
        r for r in _above(tables, picked) if r.key != picked["who"] and r.amount >= int(picked["least"])
    ]
    return str(len(chosen)) if len(chosen) > 1 else ""


def _mean(tables: Tables, picked: Picked) -> str:
    amounts = [row.amount for row in _some(tables, picked)]
    return rounded(sum(amounts), len(amounts), 2) if len(amounts) > 2 else ""


def _median(tables: Tables, picked: Picked) -> str:
    amounts = [row.amount for row in _some(tables, picked)]
    return f"{median(amounts):g}" if len(amounts) > 2 else ""


def _product(tables: Tables, picked: Picked) -> str:
    chosen = [row.product for row in tables.rows if row.key == picked["who"]]
    return decimal(sum(chosen)) if len(chosen) > 1 else ""


def _groups(tables: Tables) -> list[str]:
    return sorted({row.group for row in tables.rows})


def _totals(tables: Tables) -> dict[str, int]:
    return summed([(row.group, row.amount) for row in tables.rows])


def _spread(tables: Tables, _: Picked) -> str:
    totals = _totals(tables).values()
    return str(max(totals) - min(totals)) if len(totals) > 2 else ""


def _ranks(rng: random.Random, tables: Tables) -> Picked:
    return {"top": rng.randint(3, min(6, len(tables.rows)))}


def _ranked(tables: Tables, picked: Picked) -> str:
    ranked = sorted(tables.rows, key=lambda row: -row.product)
    unique = len({row.product for row in ranked}) == len(ranked)
    return ", ".join(row.id for row in ranked[: int(picked["top"])]) if unique else ""


def _threshold(rng: random.Random, tables: Tables) -> Picked:
    totals = summed([(row.key, row.amount) for row in tables.rows])
    return {"bound": rng.choice(sorted(totals.values())) + rng.randint(-9, 9)}


def _over(tables: Tables, picked: Picked) -> str:
    totals = summed([(row.key, row.amount) for row in tables.rows])
    names = sorted(name for name, total in totals.items() if total > int(picked["bound"]))
    return ", ".join(names) if 2 <= len(names) < len(totals) else ""


def _distinct(tables: Tables, picked: Picked) -> str:
    pairs = {(row.key, row.group) for row in tables.rows if row.amount >= int(picked["least"])}
    return str(len(pairs)) if len(pairs) > 2 else ""


def _share(tables: Tables, picked: Picked) -> str:
    return rounded(100 * sum(r.amount for r in _some(tables, picked)), sum(_totals(tables).values()), 1)


def _run(rng: random.Random, tables: Tables) -> Picked:
    return {"bound": int(sum(row.amount for row in tables.rows) * rng.uniform(0.3, 0.9))}


def _reached(tables: Tables, picked: Picked) -> str:
    total = 0
    for row in sorted(tables.rows, key=lambda row: (row.day, row.id)):
        total += row.amount
        if total >= int(picked["bound"]):
            return row.id
    return ""


QUERIES = (
    Query(
        "total",
        "number",
        (
            "What is the sum of {amount} over the {rows} whose {group} is {value} and whose {price} is above "
            "{limit}?",
            "Add up {amount} of all {rows} that have {value} as {group} and a {price} greater than {limit}.",
        ),
        _group,
        _total,
        'print(sum(int(r["$amount"]) for r in rows if r["$group"] == "$value" and Decimal(r["$price"]) > '
        'Decimal("$limit")))',
    ),
    Query(
        "count",
        "number",
        (
            "How many {rows} have a {price} above {limit}, at least {least} {amount} and any {key} but "
            "{who}?",
            "Count the {rows} with a {price} greater than {limit} and {least} or more {amount}, those of the "
            "{key} {who} not counted.",
        ),
        _group,
        _counted,
        'chosen = [r for r in rows if Decimal(r["$price"]) > Decimal("$limit")]\n'
        'print(sum(r["$key"] != "$who" and int(r["$amount"]) >= $least for r in chosen))',
    ),
    Query(
        "mean",
        "number",
        (
            "What is the mean of {amount} over the {rows} whose {group} is {value}, rounded half up to two "
            "digits after the point?",
            "Average {amount} of the {rows} with {group} {value}; round to two digits after the point, a "
            "five upwards.",
        ),
        _group,
        _mean,
        'chosen = [int(r["$amount"]) for r in rows if r["$group"] == "$value"]\n'
        "mean = Decimal(sum(chosen)) / len(chosen)\n"
        'print(mean.quantize(Decimal("0.01"), ROUND_HALF_UP))',
    ),
    Query(
        "median",
        "number",
        (
            "What is the median of {amount} over the {rows} whose {group} is {value}? For an even number of "
            "{rows} it is the mean of the two in the middle.",
            "Sort {amount} of all {rows} with {group} {value}: which number is in the middle, or halfway "
            "between the two in the middle?",
        ),
        _group,
        _median,
        'print(median(int(r["$amount"]) for r in rows if r["$group"] == "$value"))',
    ),
    Query(
        "product",
        "money",
        (
            "The {product} of {rows} is {amount} times {price}. What is the total {product} over all {rows} "
            "whose {key} is {who}?",
            "Multiply {amount} by {price} in each line whose {key} is {who}. What do these products add up "
            "to?",
        ),
        _group,
        _product,
        'print(sum(int(r["$amount"]) * Decimal(r["$price"]) for r in rows if r["$key"] == "$who"))',
    ),
    Query(
        "leader",
        "word",
        (
            "Which {group} has the largest sum of {amount} over all its {rows}?",
            "Add up {amount} for each {group}. Which {group} comes first?",
        ),
        lambda rng, tables: {},
        lambda tables, _: leader(_totals(tables)),
        "totals = Counter()\nfor r in rows:\n"
        '    totals[r["$group"]] += int(r["$amount"])\nprint(max(totals, key=totals.get))',
        _groups,
    ),
    Query(
        "spread",
        "number",
        (
            "Add up {amount} for each {group}. What is the difference between the largest and the smallest "
            "of these sums?",
            "By how much does the {group} with the most {amount} in total exceed the one with the least?",
        ),
        lambda rng, tables: {},
        _spread,
        "totals = Counter()\nfor r in rows:\n"
        '    totals[r["$group"]] += int(r["$amount"])\nprint(max(totals.values()) - min(totals.values()))',
    ),
    Query(
        "top",
        "list",
        (
            "The {product} of {rows} is {amount} times {price}. Which are the {top} {rows} with the largest "
            "{product}, the largest first? Name them by the column {row}.",
            "Rank the {rows} by {amount} multiplied by {price}, falling. List the first {top} entries of the "
            "column {row} in that order.",
        ),
        _ranks,
        _ranked,
        'rows.sort(key=lambda r: int(r["$amount"]) * Decimal(r["$price"]), reverse=True)\n'
        'print(", ".join(r["$row"] for r in rows[:$top]))',
    ),
    Query(
        "having",
        "list",
        (
            "For which entries of {key} is the sum of {amount} over all their {rows} greater than {bound}? "
            "List them in alphabetical order.",
            "Add up {amount} for each {key} and list, from A to Z, those with more than {bound}.",
        ),
        _threshold,
        _over,
        "totals = Counter()\nfor r in rows:\n"
        '    totals[r["$key"]] += int(r["$amount"])\n'
        'print(", ".join(sorted(k for k, total in totals.items() if total > $bound)))',
    ),
    Query(
        "distinct",
        "number",
        (
            "Look at the {rows} with at least {least} {amount}. How many different pairs of {key} and "
            "{group} occur among them?",
            "Leaving out {rows} with fewer than {least} {amount}: how many distinct combinations of {key} "
            "and {group} does the table have?",
        ),
        _group,
        _distinct,
        'print(len({(r["$key"], r["$group"]) for r in rows if int(r["$amount"]) >= $least}))',
    ),
    Query(
        "share",
        "number",
        (
            "What percentage of the sum of {amount} over all {rows} comes from the {rows} whose {group} is "
            "{value}? Round half up to one digit after the point and leave out the percent sign.",
            "Of all {amount} in the table, how many percent belong to the {group} {value}? Give one digit "
            "after the point, rounded half up, without a percent sign.",
        ),
        _group,
        _share,
        'every = sum(int(r["$amount"]) for r in rows)\n'
        'part = sum(int(r["$amount"]) for r in rows if r["$group"] == "$value")\n'
        'print((Decimal(100 * part) / every).quantize(Decimal("0.1"), ROUND_HALF_UP))',
    ),
    Query(
        "running",
        "word",
        (
            "Go through the {rows} in the order of their dates, and by the column {row} within a day, "
            "adding up {amount}. At which entry of the column {row} does the sum first reach {bound} or "
            "more?",
            "Sort by date, then by {row}. Name the entry of the column {row} whose line brings the running "
            "sum of {amount} to at least {bound} for the first time.",
        ),
        _run,
        _reached,
        "total = 0\n"
        'for r in sorted(rows, key=lambda r: (r["date"], r["$row"])):\n'
        '    total += int(r["$amount"])\n'
        "    if total >= $bound:\n"
        '        print(r["$row"])\n'
        "        break",
        lambda tables: [row.id for row in tables.rows],
    ),
)
