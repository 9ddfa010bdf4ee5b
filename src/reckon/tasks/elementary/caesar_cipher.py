"""Letters shifted along the alphabet."""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.words import LETTERS, made_up_word
from reckon.values import Grade, Problem

PROGRAM = """text, shift = "{text}", {shift}
letters = "abcdefghijklmnopqrstuvwxyz"
print("".join(letters[(letters.index(c) + shift) % 26] for c in text))"""


@dataclass(frozen=True, slots=True)
class CaesarCipher:
    """Shift each letter of "mirtle" forward by 3."""

    held_out: bool = False

    name: ClassVar[str] = "caesar_cipher"
    kind: ClassVar[str] = "text"
    templates: ClassVar[tuple[str, ...]] = (
        'Shift each letter of "{text}" {direction} by {shift} places in the alphabet.',
        'Move every letter of "{text}" {direction} {shift} places, wrapping at the end.',
        'Caesar cipher: shift "{text}" {direction} by {shift}.',
        'What is "{text}" with each letter moved {direction} by {shift} letters?',
        'Take "{text}" and shift its letters {direction} by {shift}.',
        'Apply a Caesar shift of {shift} {direction} to "{text}".',
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        'Each letter of "{text}" goes {direction} {shift} steps in the alphabet. What comes out?',
        'Encode "{text}" by moving its letters {direction} by {shift}.',
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will shift each letter with Python.",
        "Let me move every letter and wrap around.",
        "A cipher is easy in code, so I write it.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        sign = "-" if given["direction"] == "back" else ""
        return PROGRAM.format(text=given["text"], shift=f"{sign}{given['shift']}")


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    text = made_up_word(rng, scaled(difficulty, 4, 12) + rng.randint(0, 2))
    shift, direction = rng.randint(2, scaled(difficulty, 8, 24)), rng.choice(("forward", "back"))
    moved = shift if direction == "forward" else -shift
    answer = "".join(LETTERS[(LETTERS.index(c) + moved) % 26] for c in text)
    return {"text": text, "shift": shift, "direction": direction}, answer
