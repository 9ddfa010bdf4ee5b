"""Cross tables: one line for each entry of a column, one column for each entry of another, as pandas pivots.

Graded by all of its cells; TableGPT-R1 and DS-1000 ask for such tables as the state of a session instead.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.material import queries
from reckon.tasks.material.family import pose
from reckon.tasks.material.queries import Picked, Query, drawing
from reckon.tasks.material.tables import Row, Tables
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class TablePivot:
    """Sum up crates by crop and quarter."""

    held_out: bool = False

    name: ClassVar[str] = "table_pivot"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "Here are two tables in CSV form. A column of the same name means the same in "
        "both.\n\n{tables}\n\n{asked}",
        "{tables}\n\nMake a new table of these. {asked}",
        "{asked}\n\nThe data, in two files that share a column:\n\n{tables}",
        "Turn the following CSV files into a cross table.\n\n{tables}\n\nThis is wanted: {asked}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A report is due. Its sources are these two files, linked by a column.\n\n{tables}\n\n{retold}",
        "{retold}\n\nThe files to take it from:\n\n{tables}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will sum the cells in a Counter and print them as CSV lines.",
        "Let me pivot the rows in Python, filling empty cells with zero.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, drawing(QUERIES, joined=True))

    def grade(self, problem: Problem, answer: str) -> Grade:
        return queries.grade(problem, answer)

    def program(self, problem: Problem) -> str:
        return queries.program(QUERIES, problem)


def _cross(
    tables: Tables, head: str, down: Callable[[Row], str], across: Sequence[str], of: Callable[[Row], str]
) -> str:
    """Sums of the amount: a line for each value of `down` that occurs, a column for each name in `across`."""
    lines = [",".join([head, *across])]
    for name in sorted({down(row) for row in tables.rows}):
        cells = [sum(r.amount for r in tables.rows if (down(r), of(r)) == (name, other)) for other in across]
        lines.append(",".join([name, *map(str, cells)]))
    return "\n".join(lines) if len(lines) > 2 and len(across) > 1 else ""


def _quarters(tables: Tables, _: Picked) -> str:
    quarters = ("Q1", "Q2", "Q3", "Q4")
    return _cross(
        tables, tables.theme.group, lambda r: r.group, quarters, lambda r: f"Q{(r.day.month + 2) // 3}"
    )


def _levels(tables: Tables, _: Picked) -> str:
    across = sorted({tables.levels[row.key] for row in tables.rows})
    return _cross(tables, tables.theme.group, lambda r: r.group, across, lambda r: tables.levels[r.key])


def _groups(tables: Tables, _: Picked) -> str:
    across = sorted({row.group for row in tables.rows})
    return _cross(tables, tables.theme.place, lambda r: tables.places[r.key], across, lambda r: r.group)


def _keys(tables: Tables, _: Picked) -> str:
    across = sorted({row.group for row in tables.rows})
    return _cross(tables, tables.theme.key, lambda r: r.key, across, lambda r: r.group)


_SAYS = (
    " A cell is the sum of {amount} over the {rows} that belong to its line and its column, 0 if there are "
    "none. Lines and columns stand in alphabetical order; only entries with at least one row of {file} get "
    "a line or a column."
)
_CELLS = """\
downs = sorted({down for down, _ in cells})
acrosses = sorted({across for _, across in cells})
print(",".join(["$head", *acrosses]))
for down in downs:
    print(",".join([down, *(str(cells[down, across]) for across in acrosses)]))"""
_SUMS = 'cells = Counter()\nfor r in rows:\n    cells[{down}, {across}] += int(r["$amount"])\n'
_LEVEL, _PLACE = (
    f'{name} = {{o["$key"]: o["${name}"] for o in others}}\n'  # a look-up by the key
    for name in ("level", "place")
)


def _code(head: str, down: str, across: str, before: str = "") -> str:
    return before + _SUMS.format(down=down, across=across) + _CELLS.replace("$head", head)


QUERIES = (
    Query(
        "quarters",
        "grid",
        (
            "Make a table with the header {group},Q1,Q2,Q3,Q4 and one line for each {group} that occurs, in "
            "alphabetical order. A cell is the sum of {amount} over the {rows} of this {group} in this "
            "quarter of the year (Q1: January to March, and so on, whatever the year), 0 if there are none.",
            "For each {group} of {file}, from A to Z, sum up {amount} by quarter of the year (Q1 is January "
            "to March; years are not told apart; 0 where nothing falls). The header is {group},Q1,Q2,Q3,Q4.",
        ),
        lambda rng, tables: {},
        _quarters,
        _SUMS.format(down='r["$group"]', across='(int(r["date"][5:7]) + 2) // 3')
        + 'print("$group,Q1,Q2,Q3,Q4")\n'
        + "for down in sorted({down for down, _ in cells}):\n"
        + '    print(",".join([down, *(str(cells[down, quarter]) for quarter in (1, 2, 3, 4))]))',
    ),
    Query(
        "levels",
        "grid",
        (
            "Make a table with one line for each {group} and, after the column {group}, one column for each "
            "{level} of a {key}." + _SAYS,
            "Cross {group} (down) with the {level} of the {key} (across); the first column is called {group}."
            + _SAYS,
        ),
        lambda rng, tables: {},
        _levels,
        _code("$group", 'r["$group"]', 'level[r["$key"]]', _LEVEL),
    ),
    Query(
        "groups",
        "grid",
        (
            "Make a table with one line for each {place} of a {key} and, after the column {place}, one "
            "column for each {group}." + _SAYS,
            "Cross the {place} of the {key} (down) with {group} (across); the first column is called {place}."
            + _SAYS,
        ),
        lambda rng, tables: {},
        _groups,
        _code("$place", 'place[r["$key"]]', 'r["$group"]', _PLACE),
    ),
    Query(
        "keys",
        "grid",
        (
            "Make a table with one line for each {key} and, after the column {key}, one column for each "
            "{group}." + _SAYS,
            "Cross {key} (down) with {group} (across); the first column is called {key}." + _SAYS,
        ),
        lambda rng, tables: {},
        _keys,
        _code("$key", 'r["$key"]', 'r["$group"]'),
    ),
)
