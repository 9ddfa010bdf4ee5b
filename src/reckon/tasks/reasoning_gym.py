"""Every dataset of the reasoning-gym package as a task named rg:NAME.

Stojanovski et al., "Reasoning Gym: Reasoning Environments for Reinforcement Learning with Verifiable
Rewards", 2025, arXiv:2505.24760. The package makes the items and its `score_answer` grades them.

Differs from the package: an answer that a scorer would evaluate must first look harmless (`UNTRUSTED`), two
scorers that pass wrong answers are replaced (`REPLACED`), and scores are clipped to [0, 1].
"""
# Longer than a family: it stands for 105 datasets, and lists whose scorers cannot be left as they are.

import importlib
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Protocol, cast

from reckon.errors import InfrastructureError, MissingExtra, UsageError
from reckon.tasks.graders import untrusted
from reckon.tasks.graders.numbers import grade_decimal
from reckon.tasks.graders.text import grade_caseless, refused
from reckon.values import JSON, Grade, Problem

UNTRUSTED: Mapping[str, Callable[[str], bool]] = {
    "binary_matrix": untrusted.literal,
    "n_queens": untrusted.literal,
    "spiral_matrix": untrusted.literal,
    "string_insertion": untrusted.literal,
    "countdown": untrusted.arithmetic,
    "puzzle24": untrusted.arithmetic,
    "intermediate_integration": untrusted.algebra,
    "polynomial_multiplication": untrusted.algebra,
    "simple_integration": untrusted.algebra,
    "complex_arithmetic": untrusted.complex_number,
}
# The first compares bool(answer), so any text is right; the second gives "0" full marks for 0.0439, as its
# first characters agree, and expands any exponent.
REPLACED: Mapping[str, Callable[[str, str], Grade]] = {
    "game_of_life_halting": grade_caseless,
    "coin_flip": partial(grade_decimal, tolerance=1e-4),
}
# A mixture of other datasets: it makes nothing without a configuration.
LEFT_OUT = frozenset({"composite"})


@dataclass(frozen=True, slots=True)
class ReasoningGym:
    """One dataset, in its default configuration: `difficulty` does not change it yet."""

    dataset: str

    def __post_init__(self) -> None:
        if self.dataset not in (known := dataset_names()):
            close = get_close_matches(self.dataset, known, n=1)
            hint = f"; did you mean 'rg:{close[0]}'?" if close else ""
            raise UsageError(f"reasoning-gym has no dataset {self.dataset!r}{hint} ('rg:*' names them all)")

    @property
    def name(self) -> str:
        return f"rg:{self.dataset}"

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return self.item(rng.getrandbits(32), 0)

    def item(self, seed: int, index: int) -> Problem:
        """The package's own item `index` of `seed`; answer None where it has no single gold answer."""
        entry = _items(self.dataset, seed, index + 1)[index]
        metadata: dict[str, JSON] = {"seed": seed, "index": index, "entry": _plain(entry["metadata"])}
        gold = entry["answer"]
        answer = gold if isinstance(gold, str) else None
        return Problem("", self.name, str(entry["question"]), answer, 0.5, metadata)

    def grade(self, problem: Problem, answer: str) -> Grade:
        """The package's score. Raises InfrastructureError where its scorer fails on its own gold answer."""
        if refusal := refused(answer):
            return refusal
        answer = answer.strip()
        if problem.question.strip() in answer:
            return Grade(0.0, "the question pasted back")
        if self.dataset in REPLACED:
            return REPLACED[self.dataset](problem.answer or "", answer)
        harmless = UNTRUSTED.get(self.dataset)
        if harmless is not None and answer != problem.answer and not harmless(answer):
            return Grade(0.0, "not the kind of answer that was asked for")
        items, entry = _entry(self.dataset, problem)
        return _scored(items, entry, problem.answer, answer)


def dataset_names() -> tuple[str, ...]:
    """The package's datasets. Raises MissingExtra where it is not installed."""
    factory = _package("reasoning_gym.factory")
    return tuple(sorted(set(factory.DATASETS) - LEFT_OUT))


class _Items(Protocol):
    def __getitem__(self, index: int) -> Mapping[str, object]: ...
    def score_answer(self, answer: str | None, entry: Mapping[str, object]) -> float: ...


class _Package(Protocol):
    DATASETS: Mapping[str, object]

    def create_dataset(self, name: str, *, seed: int, size: int) -> _Items: ...


def _package(module: str) -> _Package:
    """Imported on first use: it takes seconds."""
    try:
        return cast(_Package, importlib.import_module(module))
    except ModuleNotFoundError as error:
        raise MissingExtra("an rg: task", "tasks") from error


def _items(dataset: str, seed: int, size: int) -> _Items:
    return _package("reasoning_gym.factory").create_dataset(dataset, seed=seed, size=size)


def _plain(metadata: object) -> JSON:
    """The item's metadata if JSON gives it back unchanged, else None: then grading makes the item again."""
    kept = {key: value for key, value in cast(Mapping[str, object], metadata).items() if key != "difficulty"}
    try:
        survives = json.loads(json.dumps(kept)) == kept
    except (TypeError, ValueError):
        return None
    return cast(JSON, kept) if survives else None


def _entry(dataset: str, problem: Problem) -> tuple[_Items, Mapping[str, object]]:
    """The dataset and the item that the problem was made from."""
    seed, index = (int(str(problem.metadata[key])) for key in ("seed", "index"))
    items = _items(dataset, seed, index + 1)
    if problem.metadata.get("entry") is not None:
        kept = {"question": problem.question, "answer": problem.answer, "metadata": problem.metadata["entry"]}
        return items, kept
    entry = items[index]
    if entry["question"] != problem.question:
        raise InfrastructureError(
            f"problem {problem.id}: this version of reasoning-gym makes another item of seed {seed}"
        )
    return items, entry


def _scored(items: _Items, entry: Mapping[str, object], gold: str | None, answer: str) -> Grade:
    """A scorer that fails on an answer but not on the gold one has met a malformed answer."""
    try:
        score = float(items.score_answer(answer, entry))
    except Exception as error:  # a scorer may raise anything
        try:
            items.score_answer(gold, entry)
        except Exception as fault:
            raise InfrastructureError(
                f"the scorer of {type(items).__name__} fails on its own item: {fault!r}"
            ) from fault
        return Grade(0.0, f"malformed answer ({type(error).__name__})")
    if score != score:
        return Grade(0.0, "the scorer gave no number")
    return Grade(min(1.0, max(0.0, score)), "scored by reasoning-gym")
