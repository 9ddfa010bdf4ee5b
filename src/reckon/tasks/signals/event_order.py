"""The order of events from when they were heard: relations in time, of STARK's second tier (2505.11618).

Sound is slow and clocks are wrong, so that events are heard in another order than that in which they
happened. Differs from STARK: relations are asked as one order of all events, not as choices between two of
them.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.sequences import grade_words
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

Spot: TypeAlias = tuple[int, int]
# Where it stands, and by how many milliseconds its clock is fast.
Microphone: TypeAlias = tuple[Spot, int]
# The name, the source, the number of the microphone, the time of recording.
Sound: TypeAlias = tuple[str, Spot, int, str]
SPEED = 340
APART_MS = 60
EVENTS = (
    "blast",
    "bell",
    "bark",
    "crash",
    "drum",
    "horn",
    "knock",
    "shot",
    "siren",
    "splash",
    "thud",
    "whistle",
)
SAYS = (
    "Sound travels at {speed} metres a second in a straight line. A clock that is fast shows a later time "
    "than the true one, a clock that is slow an earlier one. In which order did the sounds happen at their "
    "sources, in true time? List the names of all {count} sounds, the earliest first, separated by commas."
)


@dataclass(frozen=True, slots=True)
class EventOrder:
    """The bell was heard before the shot. Did it ring before?"""

    held_out: bool = False

    name: ClassVar[str] = "event_order"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "Microphones on a plain (x and y in metres) have clocks that are not right:\n{microphones}\n\nThey "
        "recorded these sounds, whose sources are known:\n{sounds}\n\n" + SAYS,
        "Sounds were recorded as follows (places as x and y in metres, times in seconds by the clock of the "
        "microphone):\n{sounds}\n\nThe microphones:\n{microphones}\n\n" + SAYS,
        "Restore the true order of some sounds.\n\nMicrophones, with x and y in "
        "metres:\n{microphones}\n\nSounds, "
        "with the place of the source and the time of recording:\n{sounds}\n\n" + SAYS,
        "{microphones}\n{sounds}\n\nAll places are given as x and y in metres, all times in seconds, as the "
        "microphone's own clock showed them when the sound arrived. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "A field recording has these tracks:\n{sounds}\n\nTimes are those of the microphones' own clocks, "
        "places are x and y in metres. About the microphones it is known:\n{microphones}\n\n" + SAYS,
        "What was heard first need not have happened first. Places below are x and y in "
        "metres.\n{microphones}\n\n{sounds}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will correct each clock, subtract the travel time and sort.",
        "Let me compute the true time of every sound and order them.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_words(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return f"""from math import dist

# place, and by how many seconds the clock is fast
microphones = {given["clocks"]}
# place of the source, microphone, time of recording
sounds = {given["heard"]}
happened = {{}}
for name, (place, microphone, time) in sounds.items():
    stands, fast = microphones[microphone]
    happened[name] = time - fast - dist(place, stands) / {SPEED}
print(", ".join(sorted(happened, key=happened.get)))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    count, size = scaled(difficulty, 3, 9), scaled(difficulty, 1, 4)
    while True:
        names = rng.sample(EVENTS, count)
        microphones = [(_spot(rng), rng.randint(-2500, 2500)) for _ in range(size)]
        happened_ms = [rng.randint(20_000, 20_000 + 900 * count) for _ in range(count)]
        sounds = [_heard(rng, name, ms, microphones) for name, ms in zip(names, happened_ms, strict=True)]
        order = sorted(range(count), key=lambda at: happened_ms[at])
        apart = all(happened_ms[b] - happened_ms[a] >= APART_MS for a, b in pairwise(order))
        by_ear = sorted(range(count), key=lambda at: float(sounds[at][3]))
        if apart and order != by_ear and order != list(range(count)):
            return _values(microphones, sounds), ", ".join(names[at] for at in order)


def _heard(rng: random.Random, name: str, happened_ms: int, microphones: Sequence[Microphone]) -> Sound:
    source, at = _spot(rng), rng.randrange(len(microphones))
    stands, fast_ms = microphones[at]
    way = sqrt((source[0] - stands[0]) ** 2 + (source[1] - stands[1]) ** 2)
    return name, source, at, f"{(happened_ms + fast_ms + 1000 * way / SPEED) / 1000:.3f}"


def _values(microphones: Sequence[Microphone], sounds: Sequence[Sound]) -> Values:
    letters = [chr(ord("A") + at) for at in range(len(microphones))]
    clocks = [f"{abs(ms) / 1000:.3f} seconds {'slow' if ms < 0 else 'fast'}" for _, ms in microphones]
    told = [
        f"microphone {letter} at {stands}, its clock {clock}"
        for letter, (stands, _), clock in zip(letters, microphones, clocks, strict=True)
    ]
    noted = [
        f"{name}: source at {source}, recorded by {letters[at]} at {time}"
        for name, source, at, time in sounds
    ]
    return {
        "clocks": {
            letter: [list(stands), ms / 1000]
            for letter, (stands, ms) in zip(letters, microphones, strict=True)
        },
        "heard": {name: [list(source), letters[at], float(time)] for name, source, at, time in sounds},
        "microphones": "\n".join(told),
        "sounds": "\n".join(noted),
        "speed": SPEED,
        "count": len(sounds),
    }


def _spot(rng: random.Random) -> Spot:
    return rng.randint(-900, 900), rng.randint(-900, 900)
