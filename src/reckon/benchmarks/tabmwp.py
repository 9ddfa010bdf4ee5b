"""TabMWP (Lu et al., 2022, PromptPG, arXiv:2209.14610): word problems over a small table.

Published in lupantech/PromptPG, `problems_test.json` (and problems_test1k.json): an object from id to
{"question", "choices", "answer", "unit", "table_title", "table", "ques_type", "ans_type"}. Official scoring
(`normalize_answer`): a number is the same after rounding to three places, commas and a dollar sign aside; a
text is the same without its unit.

Differs: a choice is the option's text, in any case, and never the most similar one.
"""

import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.text import grade_caseless, refused, tidied, verdict
from reckon.values import Grade, Problem

ASK = "{title}{table}\n\n{question}{unit}{options}\n\nGive the answer alone{form}."
_NUMBER = re.compile(r"[-+]?[0-9]{1,60}(?:\.[0-9]{1,60})?|[-+]?\.[0-9]{1,60}")


@dataclass(frozen=True, slots=True)
class Tabmwp:
    """TabMWP."""

    path: str
    split: str = "test"

    @property
    def name(self) -> str:
        return "tabmwp"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        if refusal := refused(answer):
            return refusal
        gold, unit = problem.answer or "", str(problem.metadata.get("unit", ""))
        wanted, given = _number(gold), _number(_without(unit, answer))
        if wanted is not None:
            return Grade(0.0, "not one number") if given is None else verdict(wanted == given)
        return grade_caseless(_without(unit, gold), _without(unit, answer))


def _number(text: str) -> Fraction | None:
    """A number or a ratio of two, to three places as the official scorer rounds; None for other text."""
    text = tidied(text).removeprefix("$").replace(",", "").replace("−", "-")
    if text[:2] == "-$":
        text = "-" + text[2:]
    parts = text.rstrip("/").split("/")
    if len(parts) > 2 or not all(_NUMBER.fullmatch(part.strip()) for part in parts):
        return None
    above, below = Fraction(parts[0].strip()), Fraction(parts[1].strip()) if len(parts) == 2 else Fraction(1)
    return round(above / below, 3) if below else None


def _without(unit: str, text: str) -> str:
    text = tidied(text)
    return text.removesuffix(unit).strip() if unit else text


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Tabmwp) -> tuple[Problem, ...]:
    return tuple(_posed(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _posed(benchmark: Tabmwp, number: int, row: Row) -> Problem:
    title, unit = (row.text(field) if row.has(field) else "" for field in ("table_title", "unit"))
    choices = row.texts("choices") if row.has("choices") else ()
    question = ASK.format(
        title=f"{title}\n" if title else "",
        table=row.text("table").strip(),
        question=row.text("question").strip(),
        unit=f" (in {unit})" if unit else "",
        options=f"\nOptions: {'; '.join(choices)}" if choices else "",
        form=", which is one of the options" if choices else ", without a unit",
    )
    source = row.shown("key") if row.has("key") else str(number)
    return posed(benchmark, number, question, row.shown("answer"), source=source, unit=unit, options=choices)
