"""Every dataset of the reasoning-gym package as a task named rg:NAME.

Stojanovski et al., "Reasoning Gym: Reasoning Environments for Reinforcement Learning with Verifiable
Rewards", 2025, arXiv:2505.24760. The package makes the items.

Differs from the package: the 84 datasets of `gym.selection` have graders of ours, which judge from the
problem's record alone; difficulty goes from 0 to 1; items do not hang on the hash seed. The others keep
`score_answer`, behind a look at the answer (`UNTRUSTED`), and only its full mark counts.
"""

import contextlib
import importlib.util
import io
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import partial
from typing import Any, cast

from reckon.errors import InfrastructureError, UsageError
from reckon.tasks.graders import untrusted
from reckon.tasks.graders.numbers import grade_decimal
from reckon.tasks.graders.text import refused
from reckon.tasks.gym import golds
from reckon.tasks.gym.answers import ONE_ANSWER, Compare
from reckon.tasks.gym.boards import BOARDS
from reckon.tasks.gym.defects import sound
from reckon.tasks.gym.facts import facts
from reckon.tasks.gym.items import Items, dataset, dataset_names
from reckon.tasks.gym.levels import configuration
from reckon.tasks.gym.plans import PLAYS, grade_play
from reckon.tasks.gym.programs import program_of
from reckon.tasks.gym.selection import KINDS
from reckon.values import JSON, Grade, Problem

__all__ = ["OURS", "UNTRUSTED", "ReasoningGym", "dataset_names"]

# Of the datasets outside the 84: their scorers give the answer to `eval` or to sympy's `parse_expr`.
UNTRUSTED: Mapping[str, Callable[[str], bool]] = {
    "n_queens": untrusted.literal,
    "string_insertion": untrusted.literal,
    "puzzle24": untrusted.arithmetic,
    "intermediate_integration": untrusted.algebra,
}
# Of the datasets outside the 84: "0" is right for 0.0439, as its first characters agree.
_COMPARED: Mapping[str, Compare] = {"coin_flip": partial(grade_decimal, tolerance=1e-4)}
OURS = frozenset({*ONE_ANSWER, *BOARDS, *PLAYS})
REDRAWS = 1000


@dataclass(frozen=True, slots=True)
class ReasoningGym:
    """One dataset by its name in the package."""

    dataset: str

    def __post_init__(self) -> None:
        if self.dataset in KINDS and importlib.util.find_spec("reasoning_gym") is not None:
            return
        if self.dataset not in (known := dataset_names()):
            close = get_close_matches(self.dataset, known, n=1)
            hint = f"; did you mean 'rg:{close[0]}'?" if close else ""
            raise UsageError(f"reasoning-gym has no dataset {self.dataset!r}{hint} ('rg:*' names them all)")

    @property
    def name(self) -> str:
        return f"rg:{self.dataset}"

    @property
    def kind(self) -> str:
        """The skill it wants; "" outside the 84."""
        return KINDS.get(self.dataset, "")

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        """Draws again where the package makes no item, one with an empty answer, or one of `gym.defects`."""
        parameters = configuration(self.dataset, difficulty)
        for _ in range(REDRAWS):
            seed = rng.getrandbits(32)
            problem = self._posed(parameters, seed, 0, difficulty, sound)
            if problem is not None:
                return problem
        raise InfrastructureError(f"{self.name} made no item at difficulty {difficulty} in {REDRAWS} draws")

    def item(self, seed: int, index: int) -> Problem:
        """The package's item `index` of `seed` in its default configuration."""
        problem = self._posed({}, seed, index, 0.5)
        if problem is None:
            raise InfrastructureError(f"{self.name} makes no item {index} of seed {seed}")
        return problem

    def grade(self, problem: Problem, answer: str) -> Grade:
        """Right or wrong. Raises InfrastructureError where the package's scorer fails on its own gold."""
        if refusal := refused(answer):
            return refusal
        answer, gold = answer.strip(), problem.answer or ""
        if problem.question.strip() in answer:
            return Grade(0.0, "the question pasted back")
        compare = {**ONE_ANSWER, **BOARDS, **_COMPARED}.get(self.dataset)
        if compare is not None:
            return compare(gold, answer)
        if self.dataset in PLAYS:
            return grade_play(self.dataset, cast(Mapping[str, Any], problem.metadata["facts"]), gold, answer)
        harmless = UNTRUSTED.get(self.dataset)
        if harmless is not None and answer != problem.answer and not harmless(answer):
            return Grade(0.0, "not the kind of answer that was asked for")
        return _scored(*_entry(self.dataset, problem), problem.answer, answer)

    def program(self, problem: Problem) -> str | None:
        """A Python program whose output grades 1; None for a dataset that has none (`gym.programs`)."""
        return program_of(self.dataset, problem)

    def _posed(
        self,
        parameters: Mapping[str, JSON],
        seed: int,
        index: int,
        difficulty: float,
        accept: Callable[[str, Mapping[str, Any]], bool] = lambda name, entry: True,
    ) -> Problem | None:
        try:
            entry = _item(self.dataset, parameters, seed, index)
        except (RuntimeError, ValueError, IndexError):  # what its makers raise when they find no puzzle
            return None
        if not accept(self.dataset, entry):
            return None
        metadata: dict[str, JSON] = {"seed": seed, "index": index, "parameters": dict(parameters)}
        answer = entry["answer"] if isinstance(entry["answer"], str) else None
        if self.dataset in OURS:
            metadata["facts"] = shown = facts(self.dataset, entry)
            answer = golds.gold(self.dataset, shown) or answer
            if not answer:
                return None
        else:
            metadata["entry"] = _plain(entry["metadata"])
        return Problem("", self.name, str(entry["question"]), answer, difficulty, metadata)


def _item(name: str, parameters: Mapping[str, JSON], seed: int, index: int) -> Mapping[str, Any]:
    """Some makers print what they are at: nobody asked."""
    with contextlib.redirect_stdout(io.StringIO()):
        return dataset(name, seed, parameters, size=index + 1)[index]


def _plain(metadata: object) -> JSON:
    """The item's metadata if JSON gives it back unchanged, else None: then grading makes the item again."""
    kept = {key: value for key, value in cast(Mapping[str, object], metadata).items() if key != "difficulty"}
    try:
        survives = json.loads(json.dumps(kept)) == kept
    except (TypeError, ValueError):
        return None
    return cast(JSON, kept) if survives else None


def _entry(name: str, problem: Problem) -> tuple[Items, Mapping[str, object]]:
    """The dataset and the item that the problem was made from."""
    seed, index = (int(str(problem.metadata[key])) for key in ("seed", "index"))
    parameters = cast(Mapping[str, JSON], problem.metadata["parameters"])
    items = dataset(name, seed, parameters)
    if problem.metadata.get("entry") is not None:
        kept = {"question": problem.question, "answer": problem.answer, "metadata": problem.metadata["entry"]}
        return items, kept
    entry = _item(name, parameters, seed, index)
    if entry["question"] != problem.question:
        raise InfrastructureError(
            f"problem {problem.id}: this version of reasoning-gym makes another item of seed {seed}"
        )
    return items, entry


def _scored(items: Items, entry: Mapping[str, object], gold: str | None, answer: str) -> Grade:
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
    return Grade(1.0 if score == 1.0 else 0.0, f"reasoning-gym scores it {score:g}")
