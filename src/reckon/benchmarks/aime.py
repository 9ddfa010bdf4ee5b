"""AIME, the American Invitational Mathematics Examination: answers are whole numbers from 0 to 999.

Read in the forms of the hub's sets: Maxwell-Jia/AIME_2024 ({"ID", "Problem", "Solution", "Answer"}),
HuggingFaceH4/aime_2024 and math-ai/aime25 ({"id", "problem", "answer"}), and gneubig/aime-1983-2024 (CSV with
ID, Year, Problem Number, Question, Answer, Part); JSON lines, Parquet or CSV. Scoring: the same whole number,
leading zeros aside, as the examination writes 073 for 73.
"""

import functools
import random
from collections.abc import Sequence
from dataclasses import dataclass

from reckon.benchmarks.material.posing import posed
from reckon.benchmarks.material.rows import Row, read
from reckon.tasks.graders.latex import undressed
from reckon.tasks.graders.numbers import grade_integer, whole
from reckon.values import Grade, Problem

ASK = "{question}\n\nThe answer is a whole number from 0 to 999: give the number alone."


@dataclass(frozen=True, slots=True)
class Aime:
    """AIME. year: only that year's problems, where the file says the year; 0 is all."""

    path: str
    split: str = "train"
    year: int = 0

    @property
    def name(self) -> str:
        return f"aime_{self.year}" if self.year else "aime"

    def problems(self) -> Sequence[Problem]:
        return _problems(self)

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return rng.choice(self.problems())

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", undressed(answer) if len(answer) < 100 else answer)


@functools.lru_cache(maxsize=4)
def _problems(benchmark: Aime) -> tuple[Problem, ...]:
    rows = read(benchmark.path, benchmark.split)
    if benchmark.year:
        rows = [row for row in rows if row.shown("Year", "year") == str(benchmark.year)]
    return tuple(_posed(benchmark, n, row) for n, row in enumerate(rows))


def _posed(benchmark: Aime, number: int, row: Row) -> Problem:
    gold = whole(row.shown("Answer", "answer").strip())
    if gold is None or not 0 <= int(gold[:6]) <= 999:
        raise row.fault("a whole number from 0 to 999", ["answer"], row.get("Answer", "answer"))
    source = row.shown("ID", "id", "problem_idx") if row.has("ID", "id", "problem_idx") else ""
    question = ASK.format(question=row.text("Problem", "problem", "Question", "question"))
    return posed(benchmark, number, question, gold, source=source)
