"""GSM8K (Cobbe et al., 2021, arXiv:2110.14168): grade-school word problems whose answer is one number.

Published as openai/gsm8k on the hub and in openai/grade-school-math, `test.jsonl`: {"question", "answer"},
the answer a solution with <<48/2=24>> marks of a calculator and a last line "#### 72". Official scoring: the
number after #### is the same text without commas.

Differs: equal values count ("72.00", "$72"), since the final answer is marked by the dialect, not by ####.
"""

import functools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.mathematics import grade_mathematics
from reckon.values import Grade, Problem

ASK = "{question}\n\nThe answer is one number: give the number alone, without a unit."
_FINAL = re.compile(r"####[ \t]*(\S[^\n]*)\s*$")
_CALCULATOR = re.compile(r"<<[^<>\n]*>>")


@dataclass(frozen=True, slots=True)
class Gsm8k:
    """GSM8K. split: which file of a folder or of the hub's set."""

    path: str
    split: str = "test"

    @property
    def name(self) -> str:
        return "gsm8k"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_mathematics(problem.answer or "", answer)


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Gsm8k) -> tuple[Problem, ...]:
    return tuple(_posed(benchmark, n, row) for n, row in enumerate(read(benchmark.path, benchmark.split)))


def _posed(benchmark: Gsm8k, number: int, row: Row) -> Problem:
    solution = row.text("answer")
    final = _FINAL.search(solution)
    if final is None:
        raise row.fault("a solution that ends in a line '#### number'", ["answer"], solution[-60:])
    gold = final[1].strip().replace(",", "")
    told = _CALCULATOR.sub("", solution[: final.start()]).strip()
    return posed(benchmark, number, ASK.format(question=row.text("question")), gold, solution=told)
