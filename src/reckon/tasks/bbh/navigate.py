"""Navigate of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: 6 to 34 instructions, and a No is a walk that would have ended at the start but for
one number.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import Grade, Problem

QUARTERS = {"forward": 0, "right": 1, "backward": 2, "left": 3}
TURNS = {"right": 1, "around": 2, "left": 3}
SIDEWAYS = "You look the same way all the time, also when you step sideways or backward."
TURNING = "All steps are taken straight ahead, in the direction that you look at that moment."
PROGRAM = """\
text = "{instructions}"
quarters = {{"forward": 0, "right": 1, "around": 2, "backward": 2, "left": 3}}
x = y = looking = 0
for sentence in text.rstrip(".").split(". "):
    words = sentence.split()
    quarter = quarters.get(words[-1], 0)
    if words[0] == "Turn":
        looking += quarter
        continue
    steps = int(words[1])
    dx, dy = [(0, 1), (1, 0), (0, -1), (-1, 0)][(looking + quarter) % 4]
    x += dx * steps
    y += dy * steps
print("Yes" if x == y == 0 else "No")"""


@dataclass(frozen=True, slots=True)
class Navigate:
    """Take 4 steps. Turn around. Take 4 steps. Are you back? Yes."""

    held_out: bool = False

    name: ClassVar[str] = "navigate"
    kind: ClassVar[str] = "spatial"
    templates: ClassVar[tuple[str, ...]] = (
        "Do you return to where you started if you follow these instructions? Answer Yes or No. {rule}\n\n"
        "{instructions}",
        "{rule} Follow the instructions:\n\n{instructions}\n\nAre you back at the starting point? Yes or No.",
        "You stand on a plain and walk as follows. {rule}\n\n{instructions}\n\nDo you end where you began? "
        "Answer Yes or No.",
        "Somebody gives you these directions: {instructions} {rule} Do they lead back to the point where you "
        "set out? Say Yes or No.",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Imagine that you obey these commands one by one. {rule}\n\n{instructions}\n\nDo you finish exactly "
        "where you stood at first? Reply Yes or No.",
        "Check whether this walk is closed, that is, ends where it starts. {rule}\n\n{instructions}\n\n"
        "Your answer is Yes or No.",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will keep my position and direction in Python and follow each instruction.",
        "Let me simulate the walk with coordinates and compare the end with the start.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        return PROGRAM.format(instructions=problem.metadata["instructions"])


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """A closed walk of (quarter turns from north, steps), two steps too long or short where the answer is No.

    Two, as an odd number of steps in all would tell that the walk is open.
    """
    most, count = scaled(difficulty, 9, 60), scaled(difficulty, 4, 32)
    walk = [(rng.randrange(4), rng.randint(1, most)) for _ in range(count)]
    walk += _way_back(walk)
    turning = rng.random() < 0.5
    if not turning:
        rng.shuffle(walk)
    back = rng.random() < 0.5
    if not back:
        at = rng.randrange(len(walk))
        quarter, steps = walk[at]
        walk[at] = (quarter, steps + (rng.choice((-2, 2)) if steps > 2 else 2))
    sentences = _turning(walk) if turning else _sideways(walk)
    rule = TURNING if turning else SIDEWAYS
    values = {"instructions": " ".join(sentences), "rule": rule, "choices": ["Yes", "No"]}
    return values, "Yes" if back else "No"


def _way_back(walk: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    along = [sum(steps for quarter, steps in walk if quarter == q) for q in range(4)]
    missing = [(q, along[(q + 2) % 4] - along[q]) for q in range(4)]
    return [(q, steps) for q, steps in missing if steps > 0]


def _sideways(walk: Sequence[tuple[int, int]]) -> list[str]:
    names = list(QUARTERS)
    return [f"Take {_steps(count)} {names[quarter]}." for quarter, count in walk]


def _turning(walk: Sequence[tuple[int, int]]) -> list[str]:
    names, looking = {quarter: name for name, quarter in TURNS.items()}, 0
    sentences: list[str] = []
    for quarter, count in walk:
        if turn := (quarter - looking) % 4:
            sentences.append(f"Turn {names[turn]}.")
        looking = quarter
        sentences.append(f"Take {_steps(count)}.")
    return sentences


def _steps(count: int) -> str:
    return "1 step" if count == 1 else f"{count} steps"
