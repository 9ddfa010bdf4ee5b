"""GSM-Hard (Gao et al., 2023, PAL, arXiv:2211.10435, section 4.1): GSM8K with large numbers put in.

Published as reasoning-machines/gsm-hard on the hub and in reasoning-machines/pal, `gsmhardv2.jsonl`:
{"input", "code", "target"}, the target a number. Official scoring (PAL's script): within 0.001 of the target.
"""

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.numbers import decimal
from reckon.tasks.graders.text import refused, tidied, verdict
from reckon.values import Grade, Problem

ASK = "{question}\n\nThe answer is one number: give the number alone, without a unit."
TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class GsmHard:
    """GSM-Hard. split: the hub's set has "train" alone."""

    path: str
    split: str = "train"

    @property
    def name(self) -> str:
        return "gsm_hard_file"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        if refusal := refused(answer):
            return refusal
        given, wanted = decimal(tidied(answer).removeprefix("$")), decimal(problem.answer or "")
        if given is None or wanted is None:
            return Grade(0.0, "not one number")
        return verdict(abs(given - wanted) < TOLERANCE)


@functools.lru_cache(maxsize=4)
def _problems(benchmark: GsmHard) -> tuple[Problem, ...]:
    return tuple(_posed(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _posed(benchmark: GsmHard, number: int, row: Row) -> Problem:
    target = row.shown("target").replace(",", "")
    if decimal(target) is None:
        raise row.fault("a number", ["target"], target)
    gold = format(Decimal(target), "f")
    return posed(benchmark, number, ASK.format(question=row.text("input")), gold.removesuffix(".0"))
