"""Penguins in a Table of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: tables of 4 to 16 rows in place of four, and up to 6 changes before the question.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.names import NAMES
from reckon.tasks.material.options import grade_option, offer
from reckon.values import Grade, Problem

# Name, age in years, height in cm, weight in kg.
Row: TypeAlias = tuple[str, int, int, int]
HEADER = "name, age, height (cm), weight (kg)"
# Per column: the greatest, the least, and how a row compares.
WORDS = {
    1: ("oldest", "youngest", "older than {n} years", "age"),
    2: ("tallest", "shortest", "taller than {n} cm", "height"),
    3: ("heaviest", "lightest", "heavier than {n} kg", "weight"),
}
ORDINALS = ("", "", "second-", "third-")
PROGRAM = """\
rows = [
    {rows}
]
{changes}
answer = {answer}
options = {options}
print(f"({{chr(65 + options.index(str(answer)))}})")"""


@dataclass(frozen=True, slots=True)
class PenguinsInATable:
    """Ada is 7 years old, Boris 5. Which penguin is the oldest?"""

    held_out: bool = False

    name: ClassVar[str] = "penguins_in_a_table"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "Here is a table in which the first line is a header and each other line is a penguin:\n\n{table}\n\n"
        "{story}{question}\nOptions:\n{listed}",
        "The penguins of a zoo:\n\n{table}\n\n{story}{question}\n{listed}",
        "Answer a question about these penguins.\n\n{table}\n\n{story}{question}\nChoose one:\n{listed}",
        "A keeper has written down what she knows of her penguins.\n\n{table}\n\n{story}{question}\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Read this list of penguins, one in a line:\n\n{table}\n\n{story}{question}\nPick from:\n{listed}",
        "In the table below every line after the first describes one penguin.\n\n{table}\n\n{story}Now tell: "
        "{question}\n{listed}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the table as a list in Python, make the changes and compute.",
        "Let me enter the rows, apply each change, and query the result with code.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        lines = str(given["table"]).splitlines()[1:]
        rows = [[name, *map(int, numbers)] for name, *numbers in (line.split(", ") for line in lines)]
        return PROGRAM.format(
            rows="\n    ".join(f"{row}," for row in rows),
            changes=given["changes"],
            answer=given["query"],
            options=given["options"],
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """No two values of a column are equal, before and after the changes."""
    count, number = scaled(difficulty, 4, 16), scaled(difficulty, 0, 6)
    names = rng.sample(NAMES, count + number)
    columns = [rng.sample(range(3, 40), len(names)), rng.sample(range(40, 99), len(names))]
    columns.append(rng.sample(range(5, 45), len(names)))
    pool: list[Row] = list(zip(names, *columns, strict=True))
    table, waiting = pool[:count], pool[count:]
    rows, story, changes = list(table), "", list[str]()
    for _ in range(number):
        rows, told, change = _change(rng, rows, waiting)
        story += f"{told} "
        changes.append(change)
    question, query, right, wrong = rng.choice(QUESTIONS)(rng, rows)
    offered, gold = offer(rng, right, wrong)
    return {
        **offered,
        "table": "\n".join([HEADER, *(", ".join(map(str, row)) for row in table)]),
        "story": story,
        "question": question,
        "changes": "\n".join(changes),
        "query": query,
    }, gold


def _change(rng: random.Random, rows: Sequence[Row], waiting: list[Row]) -> tuple[list[Row], str, str]:
    """A penguin comes or goes: the rows after it, what is said, and the line of the program."""
    if rng.random() < 0.5 or len(rows) <= 4:
        row = waiting.pop()
        told = f"A new penguin is added: {row[0]}, {row[1]} years old, {row[2]} cm tall, {row[3]} kg heavy."
        return [*rows, row], told, f"rows.append({list(row)})"
    name = rng.choice(rows)[0]
    left = [row for row in rows if row[0] != name]
    return left, f"{name} is given to another zoo.", f"rows = [row for row in rows if row[0] != {name!r}]"


# A question: its text, the expression that answers it, the right and four wrong answers.
Asked: TypeAlias = tuple[str, str, str, Sequence[str]]


def _extreme(rng: random.Random, rows: Sequence[Row]) -> Asked:
    column, back, place = rng.choice(list(WORDS)), rng.random() < 0.5, rng.randint(1, 3)
    ranked = sorted(rows, key=lambda row: row[column], reverse=not back)
    question = f"Which is the {ORDINALS[place] if place > 1 else ''}{WORDS[column][back]} penguin?"
    query = f"sorted(rows, key=lambda row: row[{column}], reverse={not back})[{place - 1}][0]"
    return question, query, *_named(rng, rows, ranked[place - 1][0])


def _alphabet(rng: random.Random, rows: Sequence[Row]) -> Asked:
    place = rng.choice((0, 1, -1, -2))
    words = {0: "first", 1: "second", -1: "last", -2: "last but one"}[place]
    names = sorted(row[0] for row in rows)
    question = f"Which penguin's name is the {words} in alphabetical order?"
    return question, f"sorted(row[0] for row in rows)[{place}]", *_named(rng, rows, names[place])


def _counted(rng: random.Random, rows: Sequence[Row]) -> Asked:
    (one, n), (other, m) = _limits(rng, rows)
    question = f"How many penguins are {WORDS[one][2].format(n=n)} and {WORDS[other][2].format(n=m)}?"
    number = sum(int(row[one]) > n and int(row[other]) > m for row in rows)
    query = f"sum(row[{one}] > {n} and row[{other}] > {m} for row in rows)"
    return question, query, *_numbered(rng, number, 1)


def _summed(rng: random.Random, rows: Sequence[Row]) -> Asked:
    (one, n), (other, _) = _limits(rng, rows)
    unit = {1: "years", 2: "cm", 3: "kg"}[other]
    chosen = WORDS[one][2].format(n=n)
    question = f"What do the {WORDS[other][3]}s of the penguins that are {chosen} add up to, in {unit}?"
    total = sum(int(row[other]) for row in rows if int(row[one]) > n)
    return question, f"sum(row[{other}] for row in rows if row[{one}] > {n})", *_numbered(rng, total, 9)


QUESTIONS: tuple[Callable[[random.Random, Sequence[Row]], Asked], ...] = (
    _extreme,
    _alphabet,
    _counted,
    _summed,
)


def _limits(rng: random.Random, rows: Sequence[Row]) -> list[tuple[int, int]]:
    """Two columns, each with the value of some row that is not the greatest."""
    columns = rng.sample(sorted(WORDS), 2)
    return [(column, rng.choice(sorted(int(row[column]) for row in rows)[:-2])) for column in columns]


def _named(rng: random.Random, rows: Sequence[Row], right: str) -> tuple[str, Sequence[str]]:
    names = [row[0] for row in rows if row[0] != right]
    absent = [name for name in NAMES if name not in names and name != right]
    return right, rng.sample(names, min(4, len(names))) + rng.sample(absent, max(0, 4 - len(names)))


def _numbered(rng: random.Random, right: int, step: int) -> tuple[str, Sequence[str]]:
    """Multiples of `step` away; the right one is as likely the least as the greatest, none is negative."""
    places = sorted(rng.sample(range(11), 5))
    own = rng.choice([place for place in places if right >= (place - places[0]) * step])
    return str(right), [str(right + (place - own) * step) for place in places if place != own]
