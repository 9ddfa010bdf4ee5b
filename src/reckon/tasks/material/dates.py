"""Dates between 1900 and 2099, and how people write them."""

import random
from datetime import date, timedelta

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def some_date(rng: random.Random, first_year: int, last_year: int) -> date:
    """Any day of these years, both included."""
    first, last = date(first_year, 1, 1), date(last_year, 12, 31)
    return first + timedelta(days=rng.randint(0, (last - first).days))


def written(day: date) -> str:
    """As in "March 14, 1987"."""
    return f"{MONTHS[day.month - 1]} {day.day}, {day.year}"


def literal(day: date) -> str:
    """As in "date(1987, 3, 14)"."""
    return f"date({day.year}, {day.month}, {day.day})"


def spoken(day: date) -> str:
    """As in "14 March 1987"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"
