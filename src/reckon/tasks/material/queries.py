"""Queries of tables: a question with gaps, what fills them, the answer, and a program that finds it.

A program reads the CSV text with the csv module; its columns are named by $amount and the like.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from string import Template
from typing import TypeAlias, cast

from reckon.tasks.graders.exact import rational
from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.graders.text import grade_caseless, refused, tidied, verdict
from reckon.tasks.material.family import Draw, Values
from reckon.tasks.material.tables import Tables, some_tables
from reckon.values import Grade, Problem

Picked: TypeAlias = Mapping[str, str | int]
# How each kind of answer is to be written.
FORMS = {
    "number": "Answer with the number alone.",
    "money": "Answer with the number alone, exact, with two digits after the point.",
    "word": "Answer with that entry alone, as it stands in the table.",
    "month": "Answer with the month alone, in the form 2031-05.",
    "weekday": "Answer with the English name of that day alone.",
    "list": "Answer with the entries alone, as they stand in the table, separated by commas.",
    "grid": "Answer with the lines of the new table alone, in CSV form, the header included.",
}
PRELUDE = """\
import csv
import io
from collections import Counter
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

rows = list(csv.DictReader(io.StringIO($data)))"""


@dataclass(frozen=True, slots=True)
class Query:
    """form: a key of FORMS.  texts: two tellings, the second for held-out wordings.

    pick: what fills the gaps, None where these tables have no good question.  answer: the gold text, "" where
    it is not unique or not telling.  code: lines of a program after PRELUDE; names with $ are filled in.
    choices: for a word, the entries that it is one of.
    """

    name: str
    form: str
    texts: tuple[str, str]
    pick: Callable[[random.Random, Tables], Picked | None]
    answer: Callable[[Tables, Picked], str]
    code: str
    choices: Callable[[Tables], Sequence[str]] = lambda _: ()


def drawing(queries: Sequence[Query], *, joined: bool = False) -> Draw:
    """Draws tables and one of the queries until the answer is unique. joined: the second table is shown
    too."""

    def draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
        query = rng.choice(queries)
        while True:
            tables = some_tables(rng, difficulty)
            picked = query.pick(rng, tables)
            gold = "" if picked is None else query.answer(tables, picked)
            # A number ending in a zero after the point could be written shorter.
            if picked is not None and gold and not ("." in gold and gold.endswith("0")):
                return _values(query, tables, picked, joined=joined), gold

    return draw


def program(queries: Sequence[Query], problem: Problem) -> str:
    """The query's code over the problem's files."""
    query = next(query for query in queries if query.name == problem.metadata["query"])
    files = cast(Mapping[str, str], problem.metadata["files"])
    texts = [repr(text) for text in files.values()]
    prelude = Template(PRELUDE).substitute(data=texts[0])
    if len(texts) > 1:
        prelude += f"\nothers = list(csv.DictReader(io.StringIO({texts[1]})))"
    names = cast(Mapping[str, str | int], problem.metadata["names"])
    return f"{prelude}\n{Template(query.code).substitute(names)}"


def grade(problem: Problem, answer: str) -> Grade:
    """By the form of the problem's answer: numbers exactly, words whatever their case, lists in order."""
    form, gold = problem.metadata["form"], problem.answer or ""
    if form in ("word", "month", "weekday"):
        return grade_caseless(gold, answer)
    if form in ("list", "grid"):
        return grade_words(gold, answer)
    if refusal := refused(answer):
        return refusal
    given = rational(tidied(answer))
    return Grade(0.0, "not one number") if given is None else verdict(given == rational(gold))


def rounded(above: int, below: int, places: int) -> str:
    """above / below, neither negative, rounded half up to this many places after the point."""
    scale = 10**places
    whole = (2 * above * scale + below) // (2 * below)
    return f"{whole // scale}.{whole % scale:0{places}d}"


def leader(totals: Mapping[str, int]) -> str:
    """The name with the largest total, "" if two share it."""
    best = [name for name, total in totals.items() if total == max(totals.values())]
    return best[0] if len(best) == 1 else ""


def summed(pairs: Sequence[tuple[str, int]]) -> dict[str, int]:
    """Name to the sum of its numbers."""
    totals: dict[str, int] = {}
    for name, number in pairs:
        totals[name] = totals.get(name, 0) + number
    return totals


def _values(query: Query, tables: Tables, picked: Picked, *, joined: bool) -> Values:
    theme = tables.theme
    columns = ("key", "group", "amount", "price", "product", "place", "level", "file", "other_file")
    named: dict[str, str | int] = {column: getattr(theme, column) for column in columns}
    named |= {"row": theme.noun[0], "rows": theme.noun[1], **picked}
    files = {theme.file: tables.text} | ({theme.other_file: tables.other_text} if joined else {})
    asked, retold = (f"{text.format(**named)} {FORMS[query.form]}" for text in query.texts)
    values = {
        "query": query.name,
        "form": query.form,
        "names": named,
        "files": files,
        "tables": "\n\n".join(f"File {name}:\n{text}" for name, text in files.items()),
        "asked": asked,
        "retold": retold,
    }
    choices = list(query.choices(tables))
    return cast(Values, values | ({"choices": choices} if choices else {}))
