"""The date a number of days after or before another."""

import random
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from reckon.tasks.graders.text import grade_exact
from reckon.tasks.material.dates import literal, some_date, spoken, written
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class DateShift:
    """Which date is 45 days after 1987-03-14?"""

    held_out: bool = False

    name: ClassVar[str] = "date_shift"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "Which date is {days} days {direction} {day}? Answer as YYYY-MM-DD.",
        "What is the date {days} days {direction} {day}? Use the form YYYY-MM-DD.",
        "Find the date {days} days {direction} {day}, as YYYY-MM-DD.",
        "Give the day {days} days {direction} {day} as YYYY-MM-DD.",
        "Start at {day}. What date is {days} days {direction} that? Answer as YYYY-MM-DD.",
        "{days} days {direction} {day} is which date? Write YYYY-MM-DD.",
        "Compute the date that lies {days} days {direction} {day} (YYYY-MM-DD).",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Tell me, as YYYY-MM-DD, what day comes {days} days {direction} {day}.",
        "Counting {days} days {direction} {day}, which date do we reach? (YYYY-MM-DD)",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will shift the date with a timedelta.",
        "Months differ in length, so I use datetime.",
        "Let me compute the date with Python.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_exact(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        sign = "+" if given["direction"] == "after" else "-"
        start = literal(date.fromisoformat(str(given["iso"])))
        return f"from datetime import date, timedelta\nprint({start} {sign} timedelta(days={given['days']}))"


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    reach, days = scaled(difficulty, 10, 95), rng.randint(10, scaled(difficulty, 60, 999))
    start = some_date(rng, 2000 - reach, 2000 + reach)
    direction = rng.choice(("after", "before"))
    end = start + timedelta(days=days if direction == "after" else -days)
    day = rng.choice((start.isoformat(), written(start), spoken(start)))
    values: Values = {"iso": start.isoformat(), "day": day, "days": days, "direction": direction}
    return values, end.isoformat()
