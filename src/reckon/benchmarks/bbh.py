"""BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261) from the user's copy, all of it or one file.

Published in suzgunmirac/BIG-Bench-Hard, folder bbh/: 27 files NAME.json of {"canary", "examples": [{"input",
"target"}]}. Scoring: the answer is the target, by the graders of tasks/big_bench_hard.py, which also has each
file as a task of its own (bbh:NAME). Here all of them are one benchmark, and the question says the form.
"""

import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read, read_file
from reckon.errors import UsageError
from reckon.tasks.big_bench_hard import NAMES, BigBenchHard
from reckon.tasks.graders.text import grade_caseless
from reckon.values import Grade, Problem

ASK = "{question}\n\nAnswer with {form}, and nothing else."
_CHOICE = re.compile(r"\(([A-Z])\)")
_YES, _TRUE, _VALID = "yes or no", "True or False", "valid or invalid"
_WORDS = {"yes": _YES, "no": _YES, "true": _TRUE, "false": _TRUE, "valid": _VALID, "invalid": _VALID}


@dataclass(frozen=True, slots=True)
class Bbh:
    """BIG-Bench Hard. path: the folder of its files, or one of them."""

    path: str

    @property
    def name(self) -> str:
        return "bbh"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        dataset = str(problem.metadata.get("dataset"))
        if dataset in NAMES:
            return BigBenchHard(dataset).grade(problem, answer)
        return grade_caseless(problem.answer or "", answer)


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Bbh) -> tuple[Problem, ...]:
    folder = Path(benchmark.path).expanduser()
    if folder.is_dir():
        inside = folder / "bbh" if (folder / "bbh").is_dir() else folder
        files = sorted(inside.glob("*.json"))
        if not files:
            raise UsageError(
                f"{folder}: wanted the files of BIG-Bench Hard, such as boolean_expressions.json"
            )
        rows = [(file.stem, row) for file in files for row in read_file(file)]
    else:
        rows = [(folder.stem, row) for row in read(benchmark.path)]
    return tuple(_posed(benchmark, n, name, row) for n, (name, row) in enumerate(rows))


def _posed(benchmark: Bbh, number: int, dataset: str, row: Row) -> Problem:
    gold = row.text("target").strip()
    question = ASK.format(question=row.text("input"), form=_form(gold, dataset))
    return posed(benchmark, number, question, gold, dataset=dataset)


def _form(gold: str, dataset: str) -> str:
    if _CHOICE.fullmatch(gold):
        return "the letter of the right option in brackets, such as (A)"
    if dataset == "dyck_languages":
        return "the missing closing brackets alone, with spaces between them"
    if dataset == "word_sorting":
        return "the sorted words with spaces between them"
    if re.fullmatch(r"-?[0-9]+", gold):
        return "one whole number"
    return _WORDS.get(gold.lower(), "the answer alone")
