"""The day of the week of a date."""

import random
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.dates import DAYS, literal, some_date, spoken, written
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem


@dataclass(frozen=True, slots=True)
class Weekday:
    """What day of the week was March 14, 1987?"""

    held_out: bool = False

    name: ClassVar[str] = "weekday"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "What day of the week is {day}?",
        "On which weekday does {day} fall?",
        "Which day of the week is {day}?",
        "Find the weekday of {day}.",
        "What weekday is {day}?",
        "Name the day of the week for {day}.",
        "{day} is what day of the week?",
        "Give the weekday of the date {day}.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Tell me the day of the week on {day}.",
        "If the date is {day}, which weekday is it?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will ask datetime for the day of the week.",
        "Let me look up the weekday with Python.",
        "The calendar is in datetime, so I use code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        day = literal(date.fromisoformat(str(problem.metadata["iso"])))
        return f'from datetime import date\nprint({day}.strftime("%A"))'


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    day = some_date(rng, 2000 - scaled(difficulty, 5, 100), 2000 + scaled(difficulty, 5, 99))
    shown = rng.choice((day.isoformat(), written(day), spoken(day)))
    return {"iso": day.isoformat(), "day": shown}, DAYS[day.weekday()]
