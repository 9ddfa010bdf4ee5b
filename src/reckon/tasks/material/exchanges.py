"""Stocks of things, and exchanges that take some of them and give others."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from reckon.values import JSON

Amounts: TypeAlias = dict[str, int]
Exchange: TypeAlias = tuple[Amounts, Amounts]

# How a program starts that works on a stock; a family adds its own loop over `rules`.
DEFINITIONS = """\
stock = {stock}
rules = {rules}

def possible(takes):
    return all(stock[name] >= count for name, count in takes.items())

def use(takes, gives):
    for name, count in takes.items():
        stock[name] -= count
    for name, count in gives.items():
        stock[name] += count

"""
ENDING = 'print(", ".join(str(count) for count in stock.values()))'


def possible(stock: Amounts, exchange: Exchange) -> bool:
    """Whether the stock has what the exchange takes."""
    return all(stock[name] >= count for name, count in exchange[0].items())


def use(stock: Amounts, exchange: Exchange) -> None:
    """Change the stock by one exchange."""
    takes, gives = exchange
    for name, count in takes.items():
        stock[name] -= count
    for name, count in gives.items():
        stock[name] += count


def counts(stock: Amounts) -> str:
    """The numbers of the stock in its order, "3, 0, 1"."""
    return ", ".join(map(str, stock.values()))


def said(amounts: Mapping[str, int], each: str = "{count} {name}") -> str:
    """The amounts in words: "2 A, 1 B and 4 C"."""
    parts = [each.format(count=count, name=name) for name, count in amounts.items()]
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def as_json(exchanges: Iterable[Exchange]) -> JSON:
    """The exchanges as they stand in a problem's metadata."""
    return [[dict(takes), dict(gives)] for takes, gives in exchanges]


def definitions(stock: JSON, rules: JSON) -> str:
    """The program's start, for a stock and exchanges read from metadata."""
    pairs = (
        [tuple(rule) for rule in rules if isinstance(rule, Sequence)] if isinstance(rules, Sequence) else []
    )
    return DEFINITIONS.format(stock=stock, rules=pairs)
