"""An input on which a program does not do what its description says, as in REFUTE.

Differs from it: see this folder's docstring.
"""

import random
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.steps import refuting
from reckon.tasks.material.steps.chains import Chain, Slip
from reckon.values import Grade, Problem

FORM = (
    "The program is right on some inputs: {passed}. The input you find must be allowed: {takes}. An error "
    "counts as a wrong result. Answer with the input alone,"
    " as solve({arguments}) would get it, written as JSON with commas between several arguments; the form, "
    "not a"
    " solution: {form}"
)


@dataclass(frozen=True, slots=True)
class RefuteProgram:
    """This function should ...; find an input on which it does not."""

    held_out: bool = False

    name: ClassVar[str] = "refute_program"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "A function `solve({arguments})` is to compute the following. {says}\n\nHere is a Python program "
        "for it that"
        " has a bug:\n\n{program}\n\nFind an input on which `solve` does not return what it should. " + FORM,
        "The Python program below is wrong: for some inputs `solve` does not return what is described here."
        " {says}\n\n{program}\n\nGive one such input. " + FORM,
        "Someone wrote this program:\n\n{program}\n\nWhat `solve({arguments})` should compute is this. "
        "{says}\n\nThe"
        " program passes some tests but is not right. Which input shows it? " + FORM,
        "Task given to a programmer: write `solve({arguments})`. {says}\n\nTheir program, which contains a "
        "mistake:\n\n"
        "{program}\n\nBreak it: find an input for which its result differs from the right one. " + FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Specification of `solve({arguments})`. {says}\n\nImplementation, not faithful to "
        "it:\n\n{program}\n\nProve that"
        " it is not by a counterexample, an input with a wrong result. " + FORM,
        "You review this code:\n\n{program}\n\nIts author says of `solve({arguments})`: {says}\n\nYou "
        "suspect a bug, and"
        " you are right. Name an input on which the code contradicts its author. " + FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the right function and compare both on random small inputs.",
        "Let me implement the description and search for an input where the results differ.",
        "Random testing of the program against my own version will find the bug.",
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
    return refuting.drawn(rng, difficulty, _show)


def _show(chain: Chain, slip: Slip) -> dict[str, str]:
    return {"says": chain.says(), "program": chain.source(slip)}
