"""Word problems by schema: a text with gaps, the numbers that fill them, the answer and a program."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import dedent
from typing import TypeAlias, cast

from reckon.tasks.material.family import Draw, Values, scaled
from reckon.tasks.material.names import NAMES
from reckon.values import Problem

Given: TypeAlias = Mapping[str, int]
SPREAD = 0.35
MOST_ASIDE = 60
POINTS = "ABCDEFGHKLMNPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Schema:
    """One structure of problem.

    texts: two tellings, {name} where a number goes, the second told under held-out wordings. {one} and {two}
    are persons, {P}, {Q}, {R} and {S} letters for points: they tell apart questions with few numbers.
    draw: the numbers by name, for (rng, difficulty). answer: the gold text for those numbers.
    code: a program over the same names that prints the answer. asides: sentences that do not matter, each
    with a number {k}; a harder problem has up to two of them at {aside} in its text.
    """

    name: str
    texts: tuple[str, str]
    draw: Callable[[random.Random, float], Given]
    answer: Callable[[Given], str]
    code: str
    asides: tuple[str, ...] = ()


def sized(rng: random.Random, difficulty: float, easy: int, hard: int, *, low: int = 2) -> int:
    """A number from `low` to a bound between `easy` and `hard`."""
    return rng.randint(low, scaled(difficulty, easy, hard))


def drawing(schemas: Sequence[Schema], names: Sequence[str] = NAMES) -> Draw:
    """Draws a schema near the difficulty's place in the sequence, which runs from easy to hard.

    names: of the persons, at least two.
    """

    def draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
        place = difficulty * (1 - SPREAD) + SPREAD * rng.random()
        schema = schemas[min(int(place * len(schemas)), len(schemas) - 1)]
        given = schema.draw(rng, difficulty)
        persons = dict(zip(("one", "two"), rng.sample(names, 2), strict=True))
        filled: dict[str, int | str] = {
            **given,
            **persons,
            **dict(zip("PQRS", rng.sample(POINTS, 4), strict=True)),
        }
        filled["aside"] = _asides(schema, rng, difficulty, filled)
        story, retold = (text.format(**filled) for text in schema.texts)
        values = {"schema": schema.name, "given": dict(given), "story": story, "retold": retold}
        return cast(Values, values), schema.answer(given)

    return draw


def _asides(schema: Schema, rng: random.Random, difficulty: float, filled: Mapping[str, int | str]) -> str:
    """None, one or two sentences, each with a space before it."""
    if not schema.asides:
        return ""
    told = rng.sample(schema.asides, min(scaled(difficulty, 0, 2), len(schema.asides)))
    return "".join(f" {text.format(**filled, k=rng.randint(3, MOST_ASIDE))}" for text in told)


def program(schemas: Sequence[Schema], problem: Problem) -> str:
    """The schema's code, with the problem's numbers named after its imports."""
    named = {schema.name: schema for schema in schemas}
    schema = named[str(problem.metadata["schema"])]
    given = cast(Given, problem.metadata["given"])
    lines = dedent(schema.code).strip().splitlines()
    imports = [line for line in lines if line.startswith("from ")]
    numbers = [f"{name} = {number}" for name, number in given.items()]
    return "\n".join([*imports, *numbers, *(line for line in lines if line not in imports)])
