"""Date Understanding of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: the date follows from 1 to 8 given facts and needs no knowledge of holidays.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from reckon.tasks.material.dates import DAYS, literal, some_date, spoken, written
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.options import grade_option, listed, offer
from reckon.values import Grade, Problem

EVENTS = (  # noqa: SIM905
    "auction audition concert exam excursion festival harvest interview lecture market match meeting parade "
    "party picnic premiere race regatta rehearsal sale trial wedding"
).split()
# What a fact says of an event and the one it is dated by, n standing for a number or a weekday's.
FACTS: Mapping[str, str] = {
    "days after": "The {event} is {n} days after the {other}.",
    "days before": "The {event} is {n} days before the {other}.",
    "weeks after": "The {event} takes place {n} weeks after the {other}.",
    "weeks before": "The {event} takes place {n} weeks before the {other}.",
    "weekday": "The {event} is on the first {day} after the day of the {other}.",
    "year": "The {event} is exactly one year after the {other}, on the same day of the same month.",
    "month end": "The {event} is on the last day of the month in which the {other} is.",
    "month start": "The {event} is on the first day of the month that follows the month of the {other}.",
}
# In days.
SLIPS = (-365, -31, -30, -7, -2, -1, 0, 1, 2, 7, 30, 31, 365, 366)
NEXT_MONTH = "(day.replace(day=28) + timedelta(days=4)).replace(day=1)"
LINES: Mapping[str, str] = {
    "days after": "day += timedelta(days={n})",
    "days before": "day -= timedelta(days={n})",
    "weeks after": "day += timedelta(weeks={n})",
    "weeks before": "day -= timedelta(weeks={n})",
    "weekday": "day += timedelta(days=({n} - day.weekday() - 1) % 7 + 1)",
    "year": "day = day.replace(year=day.year + 1)",
    "month end": f"day = {NEXT_MONTH} - timedelta(days=1)",
    "month start": f"day = {NEXT_MONTH}",
}
MOVES: Mapping[str, Callable[[date, int], date]] = {
    "days after": lambda day, n: day + timedelta(days=n),
    "days before": lambda day, n: day - timedelta(days=n),
    "weeks after": lambda day, n: day + timedelta(weeks=n),
    "weeks before": lambda day, n: day - timedelta(weeks=n),
    "weekday": lambda day, n: day + timedelta(days=(n - day.weekday() - 1) % 7 + 1),
    "year": lambda day, n: day.replace(year=day.year + 1),
    "month end": lambda day, n: _next_month(day) - timedelta(days=1),
    "month start": lambda day, n: _next_month(day),
}


@dataclass(frozen=True, slots=True)
class DateUnderstanding:
    """The exam is on 3 May 2014. The party is 9 days after the exam. When is the party?"""

    held_out: bool = False

    name: ClassVar[str] = "date_understanding"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "{facts} What is the date of the {event} in MM/DD/YYYY?\nOptions:\n{listed}",
        "On which day is the {event}? {facts}\nChoose among these dates (month/day/year):\n{listed}",
        "From the following, work out when the {event} is.\n{facts}\nOptions (MM/DD/YYYY):\n{listed}",
        "{facts}\nWhich of these dates, written as month/day/year, is that of the {event}?\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Somebody wants to note the {event} in a calendar and knows this: {facts} Pick the right date "
        "(MM/DD/YYYY):\n{listed}",
        "Read: {facts} Then say which option is the date of the {event}, as MM/DD/YYYY.\n{listed}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will follow the facts one by one with datetime and compare with the options.",
        "Calendar arithmetic is safer in Python: start at the known date and go on.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        moves, numbers = listed(problem, "moves"), listed(problem, "numbers")
        lines = [LINES[move].format(n=n) for move, n in zip(moves, numbers, strict=True)]
        return "\n".join(
            [
                "from datetime import date, timedelta",
                f"day = {literal(date.fromisoformat(str(given['start'])))}",
                *lines,
                f"options = {given['options']}",
                'print(f"({chr(65 + options.index(day.strftime("%m/%d/%Y")))})")'.replace(
                    '"%m/%d/%Y"', "'%m/%d/%Y'"
                ),
            ]
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    steps = scaled(difficulty, 1, 8)
    events = rng.sample(EVENTS, steps + 1)
    start = day = some_date(rng, 1960, 2039)
    shown = rng.choice((day.strftime("%m/%d/%Y"), written(day), spoken(day)))
    facts = [f"The {events[0]} is on {shown}{' (month/day/year)' if '/' in shown else ''}."]
    moves: list[str] = []
    numbers: list[int] = []
    for event, other in zip(events[1:], events, strict=False):
        move = rng.choice(list(MOVES)[: scaled(difficulty, 4, len(MOVES))])
        if move == "year" and (day.month, day.day) == (2, 29):
            move = "days after"
        n = rng.randrange(7) if move == "weekday" else rng.randint(2, scaled(difficulty, 20, 200))
        facts.append(FACTS[move].format(event=event, other=other, n=n, day=DAYS[n % 7]))
        day = MOVES[move](day, n)
        moves.append(move)
        numbers.append(n)
    if difficulty > 0.5:
        rng.shuffle(facts)
    offered, gold = offer(rng, day.strftime("%m/%d/%Y"), _near(rng, day))
    told = {"facts": " ".join(facts), "event": events[-1], "start": start.isoformat()}
    return {**offered, **told, "moves": moves, "numbers": numbers}, gold


def _near(rng: random.Random, day: date) -> list[str]:
    """Dates that a slip leads to, by days, a month or a year.

    The right one is as likely as any other to be the one that the rest lie around.
    """
    slips = rng.sample(SLIPS, 6)
    own = rng.choice(slips)
    return [(day + timedelta(days=slip - own)).strftime("%m/%d/%Y") for slip in slips if slip != own]


def _next_month(day: date) -> date:
    """The first day of the month after."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
