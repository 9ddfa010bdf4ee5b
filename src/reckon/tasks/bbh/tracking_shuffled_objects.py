"""Tracking Shuffled Objects of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261), three, five or seven.

Differs from the original: 3 to 40 swaps in place of as many as there are people; at higher difficulty three
people at times pass their things round at once.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar, NamedTuple

from reckon.errors import UsageError
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.names import NAMES
from reckon.tasks.material.options import grade_option, in_order
from reckon.values import JSON, Grade, Problem

SIZES: Mapping[int, str] = {3: "three", 5: "five", 7: "seven"}


class Frame(NamedTuple):
    """What people have and swap: the opening, the verb, one of the things, the question, the things."""

    opening: str
    has: str
    one: str
    question: str
    things: tuple[str, ...]


FRAMES = (
    Frame(
        "{n} friends play a game in which each has one ball",
        "has",
        "ball",
        "Which ball does {asked} have in the end?",
        tuple(f"the {c} ball" for c in ("red", "blue", "green", "white", "black", "pink", "orange", "brown")),
    ),
    Frame(
        "{n} readers lend each other books, one for each",
        "has",
        "book",
        "Which book does {asked} have in the end?",
        tuple(f"the book about {x}" for x in ("bees", "cats", "kings", "rivers", "ships", "stars", "trains")),
    ),
    Frame(
        "{n} guests at a party wear a hat each",
        "wears",
        "hat",
        "Which hat does {asked} wear in the end?",
        tuple(
            f"the {m} hat" for m in ("straw", "felt", "woollen", "velvet", "cotton", "silk", "paper", "fur")
        ),
    ),
    Frame(
        "{n} dancers are at a ball, each with a partner",
        "dances with",
        "partner",
        "With whom does {asked} dance in the end?",
        ("Bea", "Carl", "Dora", "Egon", "Fred", "Gina", "Hugo", "Iris"),
    ),
)
PROGRAM = """\
has = {has}
moves = {moves}
for move in moves:
    things = [has[person] for person in move]
    for person, thing in zip(move[1:] + move[:1], things):
        has[person] = thing
options = {options}
print(f"({{chr(65 + options.index(has[{asked!r}]))}})")"""


@dataclass(frozen=True, slots=True)
class TrackingShuffledObjects:
    """Ada has the red ball, Boris the blue one. They swap. What does Ada have? objects: 3, 5 or 7."""

    held_out: bool = False
    objects: int = 3

    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "{opening}: {start}. {story} {question}\nOptions:\n{listed}",
        "{opening}. At first, {start}. {story} After all this, answer: {question}\n{listed}",
        "Follow what happens and answer the question at the end. {opening}: {start}. {story}\n{question}\n"
        "{listed}",
        "{question} {opening}. In the beginning, {start}. {story}\nOptions:\n{listed}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Keep track of who has what. {opening}. It begins like this: {start}. {story}\n{question}\n{listed}",
        "{opening}. To start with, {start}. {story} Now say: {question}\nChoose:\n{listed}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will keep a dictionary of who has what and play the moves in order.",
        "Let me replay every swap in Python and look up the person asked about.",
    )

    def __post_init__(self) -> None:
        if self.objects not in SIZES:
            raise UsageError(f"objects: wanted 3, 5 or 7, got {self.objects!r}")

    @property
    def name(self) -> str:
        return f"tracking_shuffled_objects_{SIZES[self.objects]}_objects"

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, self._draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_option(problem, answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return PROGRAM.format(
            has=given["has"], moves=given["moves"], options=given["options"], asked=given["asked"]
        )

    def _draw(self, rng: random.Random, difficulty: float) -> tuple[Values, str]:
        frame = rng.choice(FRAMES)
        people, things = rng.sample(NAMES, self.objects), rng.sample(frame.things, self.objects)
        start = dict(zip(people, things, strict=True))
        has, moves, story = dict(start), list[JSON](), list[str]()
        for _ in range(scaled(difficulty, 3, 40)):
            move = rng.sample(people, 3 if rng.random() < difficulty / 3 else 2)
            passed = [has[person] for person in move]
            has.update(zip(move[1:] + move[:1], passed, strict=True))
            moves.append(list[JSON](move))
            story.append(_sentence(rng, move, frame.one))
        asked = rng.choice(people)
        offered, gold = in_order(rng.sample(things, len(things)), has[asked])
        told = [f"{person} {frame.has} {thing}" for person, thing in start.items()]
        return {
            **offered,
            "opening": frame.opening.format(n=SIZES[self.objects].capitalize()),
            "start": f"{', '.join(told[:-1])} and {told[-1]}",
            "story": " ".join(story),
            "question": frame.question.format(asked=asked),
            "has": start,
            "moves": moves,
            "asked": asked,
        }, gold


def _sentence(rng: random.Random, move: list[str], one: str) -> str:
    begin = rng.choice(("Then", "Next,", "After that,"))
    if len(move) == 2:
        return f"{begin} {move[0]} and {move[1]} swap {one}s."
    a, b, c = move
    return (
        f"{begin} {a}'s {one} goes to {b}, {b}'s {one} to {c} and {c}'s {one} to {a}, all at the same time."
    )
