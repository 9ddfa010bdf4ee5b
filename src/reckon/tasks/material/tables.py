"""Tables drawn at random, as CSV text: events with a date, and a second table about who took part in them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from reckon.tasks.material.dates import some_date
from reckon.tasks.material.family import scaled
from reckon.tasks.material.names import NAMES


@dataclass(frozen=True, slots=True)
class Theme:
    """What a table is about: its file and columns, those of the second table, and the words that fill them.

    noun: one row of it, and many.  product: what amount times price is called.
    """

    file: str
    noun: tuple[str, str]
    key: str
    group: str
    amount: str
    price: str
    product: str
    groups: tuple[str, ...]
    other_file: str
    place: str
    level: str
    places: tuple[str, ...]
    levels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """An event; cents: its price in hundredths."""

    id: str
    day: date
    key: str
    group: str
    amount: int
    cents: int

    @property
    def product(self) -> int:
        """Amount times price, in hundredths."""
        return self.amount * self.cents


@dataclass(frozen=True, slots=True)
class Tables:
    """rows: the first table.  places, levels: what the second says of each key, also of keys without rows."""

    theme: Theme
    rows: tuple[Row, ...]
    places: dict[str, str]
    levels: dict[str, str]
    text: str
    other_text: str


THEMES = (
    Theme(
        "orders.csv",
        ("order", "orders"),
        "customer",
        "article",
        "pieces",
        "price",
        "value",
        ("lamps", "chairs", "vases", "rugs", "shelves", "mirrors"),
        "customers.csv",
        "town",
        "rank",
        ("Arlen", "Brocton", "Corvey", "Dunmore", "Elsted"),
        ("gold", "silver", "bronze"),
    ),
    Theme(
        "rentals.csv",
        ("rental", "rentals"),
        "client",
        "vehicle",
        "hours",
        "rate",
        "charge",
        ("van", "bicycle", "scooter", "trailer", "boat", "tractor"),
        "clients.csv",
        "county",
        "plan",
        ("Ashford", "Bexhill", "Cranley", "Dorwick", "Esher"),
        ("basic", "plus", "premium"),
    ),
    Theme(
        "shifts.csv",
        ("shift", "shifts"),
        "worker",
        "site",
        "minutes",
        "wage",
        "pay",
        ("quarry", "harbour", "sawmill", "brewery", "foundry", "dairy"),
        "workers.csv",
        "trade",
        "contract",
        ("mason", "welder", "rigger", "fitter", "glazier"),
        ("full", "part", "casual"),
    ),
    Theme(
        "deliveries.csv",
        ("delivery", "deliveries"),
        "driver",
        "depot",
        "parcels",
        "fee",
        "earning",
        ("north", "south", "east", "west", "central", "airport"),
        "drivers.csv",
        "region",
        "licence",
        ("Alba", "Borea", "Cassia", "Doria", "Etruria"),
        ("light", "heavy", "mixed"),
    ),
    Theme(
        "harvests.csv",
        ("harvest", "harvests"),
        "farm",
        "crop",
        "crates",
        "weight",
        "load",
        ("plums", "pears", "quinces", "cherries", "figs", "olives"),
        "farms.csv",
        "valley",
        "soil",
        ("Amber", "Birch", "Cedar", "Dale", "Ember"),
        ("clay", "loam", "sand"),
    ),
)


def some_tables(rng: random.Random, difficulty: float) -> Tables:
    """A theme with 8 to 48 rows. Amounts have two digits: a count below 13 stands nowhere in the text."""
    theme = rng.choice(THEMES)
    size = scaled(difficulty, 8, 44) + rng.randint(0, 4)
    known = rng.sample(NAMES, rng.randint(5, 8))
    groups = rng.sample(theme.groups, rng.randint(3, 5))
    first = some_date(rng, 2019, 2024)
    number = rng.randint(100, 300)
    rows = []
    for at in range(size):
        name = f"{theme.noun[0][0].upper()}{number + at}"
        day = first + timedelta(days=rng.randrange(scaled(difficulty, 150, 360)))
        key, group = rng.choice(known[: len(known) - 2] if at > 1 else known), rng.choice(groups)
        rows.append(Row(name, day, key, group, rng.randint(13, 98), rng.randint(105, 4995)))
    rng.shuffle(rows)
    places = {key: rng.choice(theme.places[:4]) for key in known}
    levels = {key: rng.choice(theme.levels) for key in known}
    return Tables(theme, tuple(rows), places, levels, _text(rng, theme, rows), _other(theme, places, levels))


def decimal(cents: int) -> str:
    """Hundredths with two places after the point."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def _text(rng: random.Random, theme: Theme, rows: Sequence[Row]) -> str:
    """The columns stand in random order, the id first."""
    columns = {
        "date": [row.day.isoformat() for row in rows],
        theme.key: [row.key for row in rows],
        theme.group: [row.group for row in rows],
        theme.amount: [str(row.amount) for row in rows],
        theme.price: [decimal(row.cents) for row in rows],
    }
    order = rng.sample(list(columns), len(columns))
    lines = [[theme.noun[0], *order]]
    lines += [[row.id, *(columns[name][at] for name in order)] for at, row in enumerate(rows)]
    return "\n".join(",".join(line) for line in lines)


def _other(theme: Theme, places: dict[str, str], levels: dict[str, str]) -> str:
    lines = [(theme.key, theme.place, theme.level)]
    lines += [(key, places[key], levels[key]) for key in sorted(places)]
    return "\n".join(",".join(line) for line in lines)
