"""GPQA (Rein et al., 2023, arXiv:2311.12022): questions of experts, four options.

Published as Idavidrein/gpqa on the hub (with consent to its terms) and as a packed CSV, `gpqa_diamond.csv`:
Question, Correct Answer, Incorrect Answer 1 to 3, Record ID, Subdomain, High-level domain. Scoring: the
letter of the right option. The options' order is drawn from `seed` and the record's id: the same in every run
and whatever part of the file is asked.
"""

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.choices import grade_choice
from reckon.tasks.graders.latex import undressed
from reckon.tasks.graders.text import MAX_ANSWER
from reckon.values import Grade, Problem

ASK = "{question}\n\n{options}\n\nExactly one option is right: answer with its letter, A, B, C or D."
LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class Gpqa:
    """GPQA. seed: of the options' order."""

    path: str
    split: str = "train"
    seed: int = 0

    @property
    def name(self) -> str:
        return "gpqa"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        """By the letter, in brackets or not; the option's own text counts too."""
        options = [str(option) for option in cast(Sequence[str], problem.metadata["options"])]
        plain = undressed(answer) if len(answer) <= MAX_ANSWER else answer
        return grade_choice(problem.answer or "", plain, options)


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Gpqa) -> tuple[Problem, ...]:
    return tuple(_posed(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _posed(benchmark: Gpqa, number: int, row: Row) -> Problem:
    right = row.shown("Correct Answer").strip()
    options = [right, *(row.shown(f"Incorrect Answer {n}").strip() for n in (1, 2, 3))]
    record = row.shown("Record ID") if row.has("Record ID") else str(number)
    random.Random(f"gpqa/{benchmark.seed}/{record}").shuffle(options)
    shown = "\n".join(f"({letter}) {option}" for letter, option in zip(LETTERS, options, strict=True))
    question = ASK.format(question=row.text("Question").strip(), options=shown)
    domain = row.shown("High-level domain") if row.has("High-level domain") else ""
    gold = LETTERS[options.index(right)]
    return posed(benchmark, number, question, gold, record=record, domain=domain, options=options)
