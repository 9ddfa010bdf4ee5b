"""One item of a reasoning-gym dataset, the same in every process and on every Python version.

Building a dataset can take 0.3 s (it reads its word lists and fonts), an item a millisecond: a dataset is
built once for each configuration, and a copy with another seed makes the item.
"""

import copy
import functools
import importlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Protocol, cast

from reckon.errors import MissingExtra
from reckon.values import JSON

# These four read the seed when they are built.
_SEEDED = frozenset({"acre", "gsm_symbolic", "list_functions", "survo"})


class Items(Protocol):
    """A dataset of the package."""

    seed: int
    size: int

    def __getitem__(self, index: int) -> Mapping[str, Any]: ...
    def score_answer(self, answer: str | None, entry: Mapping[str, object]) -> float: ...


def dataset_names() -> tuple[str, ...]:
    """The package's datasets but `composite`. Raises MissingExtra where it is not installed."""
    return tuple(sorted(set(_factory().DATASETS) - {"composite"}))


def dataset(name: str, seed: int, parameters: Mapping[str, JSON], *, size: int = 1) -> Items:
    """The dataset with this seed; `parameters` are fields of its configuration."""
    if name in _SEEDED:
        return cast(Items, _factory().create_dataset(name, seed=seed, size=size, **parameters))
    items = copy.copy(_built(name, json.dumps(parameters, sort_keys=True)))
    items.seed, items.size = seed, size
    return items


@functools.lru_cache(maxsize=256)
def _built(name: str, parameters: str) -> Items:
    items = _factory().create_dataset(name, seed=0, size=1, **json.loads(parameters))
    if name in ("isomorphic_strings", "ransom_note"):
        items.letters = _Ordered(items.letters)
    if name == "polynomial_multiplication":
        monomials = items._get_monomials
        items._get_monomials = lambda rng: _by_degree(monomials(rng))
    return cast(Items, items)


class _Ordered(frozenset[str]):
    """A set that is iterated in order: these datasets choose from set(...), in the order of the hash seed."""

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(super().__iter__()))

    def __sub__(self, other: Iterable[object]) -> "_Ordered":
        return _Ordered(super().__sub__(frozenset(other)))


def _by_degree(monomials: Iterable[Any]) -> list[Any]:
    """The package's list comes from a set of sympy expressions, whose hashes change with the hash seed."""
    return sorted(monomials, key=lambda monomial: (len(str(monomial)), str(monomial)))


def _factory() -> Any:
    """Imported on first use: it takes seconds."""
    try:
        return importlib.import_module("reasoning_gym.factory")
    except ModuleNotFoundError as error:
        raise MissingExtra("an rg: task", "tasks") from error
