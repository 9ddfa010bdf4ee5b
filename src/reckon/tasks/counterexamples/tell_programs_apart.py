"""An input on which two programs differ, where nobody says which of them is right.

As in REFUTE (see this folder's docstring), but without a description: what a program does has to be read off
its text.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.steps import refuting
from reckon.tasks.material.steps.chains import Chain, Slip
from reckon.values import Grade, Problem

FORM = (
    "On some inputs they agree: {passed}. The input you find must be allowed: {takes}. If one of the two "
    "ends in an error and the other does not, they differ."
    " Answer with the input alone, as solve({arguments}) would get it, written as JSON with commas between "
    "several"
    " arguments; the form, not a solution: {form}"
)


@dataclass(frozen=True, slots=True)
class TellProgramsApart:
    """On which input do these two programs differ?"""

    held_out: bool = False

    name: ClassVar[str] = "tell_programs_apart"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "Program A:\n\n{a}\n\nProgram B:\n\n{b}\n\nThe function `solve` of A and that of B are not the "
        "same. Find an"
        " input for which they return different results. " + FORM,
        "Two Python programs define `solve({arguments})`. The first:\n\n{a}\n\nThe second:\n\n{b}\n\nThey "
        "agree on many"
        " inputs but not on all. Give an input that tells them apart. " + FORM,
        "A programmer changed this program\n\n{a}\n\ninto this one:\n\n{b}\n\nThe change alters what "
        "`solve` returns for"
        " some input. Give such an input. " + FORM,
        "Are these two versions of `solve` equivalent? They are not; show it by an input with different"
        " results.\n\nVersion 1:\n\n{a}\n\nVersion 2:\n\n{b}\n\n" + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Before:\n\n{a}\n\nAfter:\n\n{b}\n\nA test is wanted that gives one result before the edit and "
        "another after"
        " it. Which input of `solve({arguments})` does that? " + FORM,
        "Compare the functions `solve` in these programs and find an input that separates "
        "them.\n\nOne:\n\n{a}\n\n"
        "Other:\n\n{b}\n\n" + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will run both programs on random small inputs until they differ.",
        "Let me generate inputs and compare the results of the two functions.",
        "A random search over small inputs finds one that separates the programs.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return refuting.grade(problem, answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return refuting.mutants(problem)

    def program(self, problem: Problem) -> str:
        return refuting.search(problem.metadata)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    swapped = rng.random() < 0.5

    def show(chain: Chain, slip: Slip) -> dict[str, str]:
        both = chain.source(), chain.source(slip)
        a, b = both[::-1] if swapped else both
        return {"a": a, "b": b}

    return refuting.drawn(rng, difficulty, show)
