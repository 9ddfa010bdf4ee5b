"""Object Counting of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: at higher difficulty things are given away and come in before they are counted.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.numbers import grade_integer
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

# Each kind's things, one and several of them.
KINDS: Mapping[str, Mapping[str, str]] = {
    kind: {name: many for name, _, many in (pair.partition("/") for pair in listed.split(", "))}
    for kind, listed in (
        (
            "fruits",
            "apple/apples, banana/bananas, cherry/cherries, grape/grapes, mango/mangoes, orange/oranges, "
            "peach/peaches, pear/pears, pineapple/pineapples, strawberry/strawberries",
        ),
        (
            "animals",
            "cat/cats, chicken/chickens, cow/cows, dog/dogs, donkey/donkeys, frog/frogs, goat/goats, "
            "pig/pigs, rabbit/rabbits, snake/snakes",
        ),
        (
            "musical instruments",
            "accordion/accordions, cello/cellos, clarinet/clarinets, drum/drums, flute/flutes, "
            "guitar/guitars, harp/harps, piano/pianos, trumpet/trumpets, violin/violins",
        ),
        (
            "pieces of furniture",
            "armchair/armchairs, bed/beds, bookcase/bookcases, chair/chairs, cupboard/cupboards, desk/desks, "
            "sofa/sofas, stool/stools, table/tables, wardrobe/wardrobes",
        ),
        (
            "tools",
            "axe/axes, chisel/chisels, drill/drills, hammer/hammers, pair of pliers/pairs of pliers, "
            "rake/rakes, saw/saws, screwdriver/screwdrivers, shovel/shovels, spanner/spanners",
        ),
    )
}
NUMBERS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COMING, GOING = ("I get", "A friend brings me", "I buy"), ("I give away", "I sell", "Somebody takes")
PROGRAM = """\
things = {things}
changes = {changes}
counted = {counted}
for name, change in changes:
    things[name] = things.get(name, 0) + change
total = 0
for name, number in things.items():
    if name in counted:
        total += number
print(total)"""


@dataclass(frozen=True, slots=True)
class ObjectCounting:
    """I have a flute, two pears and a drum. How many musical instruments do I have? 2."""

    held_out: bool = False

    name: ClassVar[str] = "object_counting"
    kind: ClassVar[str] = "math"
    templates: ClassVar[tuple[str, ...]] = (
        "I have {things}.{story} How many {asked} do I have{now}? Answer with a number.",
        "These are mine: {things}.{story} Count the {asked} that I have{now}. The answer is one number.",
        "This is what I have: {things}.{story} What is the number of {asked} that I have{now}? Write it in "
        "digits.",
        "Someone asks me how many {asked} I have{now}. What number should I answer? I have {things}.{story}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "My possessions: {things}.{story} Tell me how many {asked} are among them{now}, as a number.",
        "Suppose I own {things}.{story} How many of my possessions are {asked}{now}? One number, please.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the things with their numbers into a dictionary and add those asked for.",
        "Let me list each thing with its number in Python and sum the right kind.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_integer(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        met = f"{given['start']} {given['changes']}"
        kinds = str(given["asked"]).split(" and ")
        counted = [name for kind in kinds for name in KINDS[kind] if repr(name) in met]
        return PROGRAM.format(things=given["start"], changes=given["changes"], counted=counted)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    asked = rng.sample(sorted(KINDS), 1 if rng.random() > difficulty else 2)
    others = [kind for kind in sorted(KINDS) if kind not in asked]
    start = _start(rng, difficulty, asked, others)
    owned, changes, story = dict(start), list[JSON](), ""
    for _ in range(scaled(difficulty, 0, 9)):
        name, change = _change(rng, owned, asked + others)
        more = change > 0 and owned.get(name, 0) > 0
        owned[name] = owned.get(name, 0) + change
        changes.append([name, change])
        story += f" {rng.choice(COMING if change > 0 else GOING)} {_amount(name, abs(change), more=more)}."
    total = sum(number for name, number in owned.items() if _kind(name) in asked)
    shown = [_amount(name, number) for name, number in start.items()]
    return {
        "start": start,
        "changes": changes,
        "asked": " and ".join(asked),
        "things": f"{', '.join(shown[:-1])} and {shown[-1]}",
        "story": story,
        "now": " now" if changes else "",
    }, str(total)


def _start(
    rng: random.Random, difficulty: float, asked: Sequence[str], others: Sequence[str]
) -> dict[str, int]:
    """Things of the kinds asked for and of other kinds, mixed."""
    most = scaled(difficulty, 3, 12)
    names = [name for kind in asked for name in rng.sample(sorted(KINDS[kind]), scaled(difficulty, 4, 7))]
    rest = [name for kind in others for name in sorted(KINDS[kind])]
    names += rng.sample(rest, scaled(difficulty, 2, 9))
    rng.shuffle(names)
    return {name: rng.randint(1, most) for name in names}


def _change(rng: random.Random, owned: Mapping[str, int], kinds: Sequence[str]) -> tuple[str, int]:
    """Something that I have gets less, or anything gets more."""
    there = sorted(name for name, number in owned.items() if number > 0)
    if there and rng.random() < 0.6:
        name = rng.choice(there)
        return name, -rng.randint(1, min(owned[name], 12))
    name = rng.choice(sorted(KINDS[rng.choice(kinds)]))
    return name, rng.randint(1, 12)


def _kind(name: str) -> str:
    return next(kind for kind, names in KINDS.items() if name in names)


def _amount(name: str, number: int, *, more: bool = False) -> str:
    """As in "two pears", "three more pears", "another pear", "an axe"."""
    if number > 1:
        return f"{NUMBERS[number - 2]}{' more' if more else ''} {KINDS[_kind(name)][name]}"
    return f"{'another' if more else 'an' if name[0] in 'aeiou' else 'a'} {name}"
