"""Word problems by schema: a text with gaps, the numbers that fill them, the answer and a program."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import TypeAlias, cast

from reckon.tasks.material.family import Draw, Values
from reckon.tasks.material.names import NAMES
from reckon.values import Problem

Given: TypeAlias = Mapping[str, int]
SPREAD = 0.35
POINTS = "ABCDEFGHKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Schema:
    """One structure of problem.

    texts: two tellings, {name} where a number goes, the second told under held-out wordings. {one} and {two}
    are persons, {P}, {Q}, {R} and {S} letters for points: they tell apart questions with few numbers.
    draw: the numbers by name, for (rng, difficulty). answer: the gold text for those numbers.
    code: a program over the same names that prints the answer.
    """

    name: str
    texts: tuple[str, str]
    draw: Callable[[random.Random, float], Given]
    answer: Callable[[Given], str]
    code: str


def drawing(schemas: Sequence[Schema]) -> Draw:
    """Draws a schema near the difficulty's place in the sequence, which runs from easy to hard."""

    def draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
        place = difficulty * (1 - SPREAD) + SPREAD * rng.random()
        schema = schemas[min(int(place * len(schemas)), len(schemas) - 1)]
        given = schema.draw(rng, difficulty)
        persons = dict(zip(("one", "two"), rng.sample(NAMES, 2), strict=True))
        filled = {**given, **persons, **dict(zip("PQRS", rng.sample(POINTS, 4), strict=True))}
        story, retold = (text.format(**filled) for text in schema.texts)
        values = {"schema": schema.name, "given": dict(given), "story": story, "retold": retold}
        return cast(Values, values), schema.answer(given)

    return draw


def program(schemas: Sequence[Schema], problem: Problem) -> str:
    """The schema's code, with the problem's numbers named after its imports."""
    named = {schema.name: schema for schema in schemas}
    schema = named[str(problem.metadata["schema"])]
    given = cast(Given, problem.metadata["given"])
    lines = dedent(schema.code).strip().splitlines()
    imports = [line for line in lines if line.startswith("from ")]
    numbers = [f"{name} = {number}" for name, number in given.items()]
    return "\n".join([*imports, *numbers, *(line for line in lines if line not in imports)])
