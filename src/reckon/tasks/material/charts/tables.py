"""Small tables to draw charts from: two columns of names, a column of places in time and one of amounts."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from reckon.tasks.material.words import made_up_words

Row: TypeAlias = Mapping[str, str | int]
THEMES = (
    ("shop", "product", "month", "units"),
    ("farm", "crop", "week", "crates"),
    ("team", "event", "round", "points"),
    ("library", "genre", "month", "loans"),
    ("garage", "fault", "day", "repairs"),
    ("harbour", "cargo", "week", "tonnes"),
    ("station", "line", "hour", "passengers"),
    ("kitchen", "dish", "day", "portions"),
)


@dataclass(frozen=True, slots=True)
class Table:
    """columns: the names of place, group, time and amount, in this order."""

    columns: tuple[str, str, str, str]
    rows: tuple[Row, ...]

    @property
    def csv(self) -> str:
        lines = [",".join(str(row[column]) for column in self.columns) for row in self.rows]
        return "\n".join([",".join(self.columns), *lines])

    def names(self, column: str) -> list[str]:
        """The different names of a column in alphabetical order."""
        return sorted({str(row[column]) for row in self.rows})

    def amounts(self, **where: str | int) -> list[int]:
        """The amounts of the rows that have these values."""
        amount = self.columns[3]
        return [int(row[amount]) for row in self.rows if all(row[k] == v for k, v in where.items())]


def drawn(rng: random.Random, rows: int) -> Table:
    """A table of that many rows in random order; each name of a column comes at least once."""
    columns = rng.choice(THEMES)
    count = 2 + rows // 6
    places = [word.capitalize() for word in made_up_words(rng, [rng.randint(4, 7) for _ in range(count)])]
    groups = made_up_words(rng, [rng.randint(4, 6) for _ in range(2 + rows // 12)])
    times = sorted(rng.sample(range(1, 13), 3 + rows // 8))
    listed = []
    for i in range(rows):
        place = places[i] if i < len(places) else rng.choice(places)
        group = groups[i] if i < len(groups) else rng.choice(groups)
        listed.append((place, group, rng.choice(times), rng.randint(2, 99)))
    rng.shuffle(listed)
    return Table(columns, tuple(dict(zip(columns, row, strict=True)) for row in listed))


def of_csv(text: str) -> Table:
    """The table that `Table.csv` wrote."""
    head, *lines = [line.split(",") for line in text.split("\n")]
    place, group, time, amount = head
    columns = (place, group, time, amount)
    rows: Sequence[Row] = [
        dict(zip(columns, (line[0], line[1], int(line[2]), int(line[3])), strict=True)) for line in lines
    ]
    return Table(columns, tuple(rows))
