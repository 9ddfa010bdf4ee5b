"""Reasoning about Colored Objects of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: 4 to 16 things, always in one row; at higher difficulty things are moved or taken
away first; six options.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.options import grade_option, offer
from reckon.values import Grade, Problem

# A thing and its colour.
Thing: TypeAlias = tuple[str, str]
COLORS = (
    "black",
    "blue",
    "brown",
    "gold",
    "green",
    "grey",
    "orange",
    "pink",
    "purple",
    "red",
    "white",
    "yellow",
)
THINGS = (  # noqa: SIM905
    "bell brush button candle coin comb cup dish fork key ladle magnet marble mug needle notebook pen plate "
    "ribbon ring ruler scarf sponge spoon stamp stapler thimble towel whistle"
).split()
ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
PROGRAM = """\
row = {row}
names = [name for name, color in row]
{changes}
colors = dict(row)
names = [name for name, color in row]
answer = {answer}
options = {options}
print(f"({{chr(65 + options.index(str(answer)))}})")"""


@dataclass(frozen=True, slots=True)
class ReasoningAboutColoredObjects:
    """A red cup, a blue pen and a red ring lie in a row. What color is the thing left of the ring?"""

    held_out: bool = False

    name: ClassVar[str] = "reasoning_about_colored_objects"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "On a table, these things lie in a row, from left to right: {things}. {story}{question}\nOptions:\n"
        "{listed}",
        "From left to right you see {things}. {story}{question}\n{listed}",
        "A row of things, named from left to right: {things}. {story}{question}\nChoose one:\n{listed}",
        "On the floor somebody has put, from left to right, {things}. {story}{question}\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Picture a shelf that holds, from left to right, {things}. {story}{question}\nPick from:\n{listed}",
        "Going from left to right along a desk, I meet {things}. {story}Tell me: {question}\n{listed}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the row as a list of things and colors and compute the answer.",
        "Let me keep the row in a Python list and make each change on it.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return PROGRAM.format(
            row=given["row"], changes=given["changes"], answer=given["query"], options=given["options"]
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Colors come often enough that some are shared."""
    palette = rng.sample(COLORS, 6)
    count = scaled(difficulty, 4, 16)
    row = [(name, rng.choice(palette)) for name in rng.sample(THINGS, count)]
    left, story, changes = list(row), "", list[str]()
    for _ in range(scaled(difficulty, 0, 5)):
        left, told, change = rng.choice((_swapped, _put_last, _taken))(rng, left)
        story += f"{told} "
        changes.append(change)
    question, query, right, wrong = rng.choice(QUESTIONS)(rng, left, palette)
    offered, gold = offer(rng, right, wrong)
    shown = [f"{'an' if color[0] in 'aeiou' else 'a'} {color} {name}" for name, color in row]
    return {
        **offered,
        "things": f"{', '.join(shown[:-1])} and {shown[-1]}",
        "story": story,
        "question": question,
        "row": [list(thing) for thing in row],
        "changes": "\n".join(changes),
        "query": query,
    }, gold


# A change: the row after it, what is said, and the lines of the program.
Changed: TypeAlias = tuple[list[Thing], str, str]


def _swapped(rng: random.Random, row: Sequence[Thing]) -> Changed:
    one, other = rng.sample(range(len(row)), 2)
    after = list(row)
    after[one], after[other] = row[other], row[one]
    told = f"Then the {row[one][0]} and the {row[other][0]} change places."
    lines = (
        f"i, j = [[name for name, _ in row].index(name) for name in {[row[one][0], row[other][0]]}]\n"
        "row[i], row[j] = row[j], row[i]"
    )
    return after, told, lines


def _put_last(rng: random.Random, row: Sequence[Thing]) -> Changed:
    at = rng.randrange(len(row))
    after = [*row[:at], *row[at + 1 :], row[at]]
    told = f"Then the {row[at][0]} is put at the right end."
    return after, told, f"row.append(row.pop([name for name, _ in row].index({row[at][0]!r})))"


def _taken(rng: random.Random, row: Sequence[Thing]) -> Changed:
    """Everything of a colour, if enough is left; else two things change places."""
    color = rng.choice(sorted({color for _, color in row}))
    after = [thing for thing in row if thing[1] != color]
    if len(after) < 4:
        return _swapped(rng, row)
    told = f"Then everything {color} is taken away, and the rest stays in order."
    return after, told, f"row = [thing for thing in row if thing[1] != {color!r}]"


# A question: its text, the expression that answers it, the right and five wrong answers.
Asked: TypeAlias = tuple[str, str, str, Sequence[str]]


def _beside(rng: random.Random, row: Sequence[Thing], palette: Sequence[str]) -> Asked:
    side, step = rng.choice((("left", -1), ("right", 1)))
    at = rng.randrange(1, len(row) - 1)
    question = f"What color is the thing directly to the {side} of the {row[at][0]}?"
    query = f"colors[names[names.index({row[at][0]!r}) + {step}]]"
    return question, query, *_colored(palette, row[at + step][1])


def _nth(rng: random.Random, row: Sequence[Thing], palette: Sequence[str]) -> Asked:
    side, sign = rng.choice((("left", 1), ("right", -1)))
    at = rng.randrange(min(len(row), len(ORDINALS)))
    place = at if sign > 0 else -1 - at
    question = f"What color is the {ORDINALS[at]} thing from the {side}?"
    return question, f"row[{place}][1]", *_colored(palette, row[place][1])


def _farthest(rng: random.Random, row: Sequence[Thing], palette: Sequence[str]) -> Asked:
    """From a thing off the middle, so that one end is farther."""
    at = rng.choice([place for place in range(len(row)) if 2 * place != len(row) - 1])
    far = 0 if 2 * at > len(row) - 1 else -1
    question = f"What color is the thing that is farthest from the {row[at][0]}?"
    name = repr(row[at][0])
    query = f"colors[max(names, key=lambda name: abs(names.index(name) - names.index({name})))]"
    return question, query, *_colored(palette, row[far][1])


def _number(rng: random.Random, row: Sequence[Thing], palette: Sequence[str]) -> Asked:
    side = rng.choice(("left", "right"))
    at = rng.randrange(len(row))
    one, other = rng.sample(palette, 2)
    beside = row[:at] if side == "left" else row[at + 1 :]
    right = sum(color not in (one, other) for _, color in beside)
    question = f"How many things to the {side} of the {row[at][0]} are neither {one} nor {other}?"
    name = repr(row[at][0])
    part = f"row[: names.index({name})]" if side == "left" else f"row[names.index({name}) + 1 :]"
    query = f"sum(color not in {(one, other)} for _, color in {part})"
    low = max(0, right - rng.randint(0, 5))
    return question, query, str(right), [str(n) for n in range(low, low + 6) if n != right]


QUESTIONS: tuple[Callable[[random.Random, Sequence[Thing], Sequence[str]], Asked], ...] = (
    _beside,
    _nth,
    _farthest,
    _number,
)


def _colored(palette: Sequence[str], right: str) -> tuple[str, Sequence[str]]:
    return right, [color for color in palette if color != right]
