"""A program with a bug, what it should do and an input on which it fails: program repair, as in NExT
(Ni et al., 2024, arXiv:2404.14662) on HumanEval and MBPP.

Differs from it: generated, see this folder's docstring; one bug of a known kind in each program.
"""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.steps import chains, tested
from reckon.tasks.material.steps.chains import Chain
from reckon.tasks.material.steps.kinds import written
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter


@dataclass(frozen=True, slots=True)
class RepairFunction:
    """This program should return 3 for [1, 1, 1] and returns 2: repair it."""

    held_out: bool = False

    name: ClassVar[str] = "repair_function"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "This Python program has a bug:\n\n{program}\n\nWhat `solve({arguments})` should do: {says}\n\nInput:"
        " {takes}. A test that fails: {failing}.\n\nCorrect it. " + tested.FORM,
        "Repair a Python program. `solve({arguments})` is specified as follows. {says}\n\nInput: "
        "{takes}.\n\nThe"
        " program:\n\n{program}\n\nIt is wrong: {failing}. " + tested.FORM,
        "Find and mend the mistake in this program.\n\n{program}\n\nThe function `solve` gets this: {takes}."
        " {says}\n\nHere is how it fails: {failing}. " + tested.FORM,
        "A test of the function `solve` below fails: {failing}.\n\n{program}\n\nIt should do this. "
        "{says}\n\nInput:"
        " {takes}. Write the right version. " + tested.FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Bug report: {failing}.\n\nCode:\n\n{program}\n\nDocumentation of `solve({arguments})`: "
        "{says}\n\nInput:"
        " {takes}. Send the corrected code. " + tested.FORM,
        "Specification: {says}\n\nInput of `solve`: {takes}.\n\nAn attempt at it, not quite "
        "right:\n\n{program}\n\n"
        "It was caught by one test: {failing}. Do it right. " + tested.FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will run the failing input, find the wrong step, and test the mended program.",
        "Let me compare each function with its description, mend one and run it.",
        "I rewrite the wrong step and check the result on a few inputs.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether every hidden test passes. Raises InfrastructureError for a fault of ours."""
        return await tested.judge(interpreter, problem, answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return (str(problem.metadata["program"]), *tested.mutants(problem))

    def program(self, problem: Problem) -> str:
        return tested.writing(problem)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    return tested.drawn(rng, difficulty, _show)


def _show(chain: Chain, rng: random.Random) -> Values | None:
    slip = rng.choice(chain.slips())
    right, wrong = chain.function(), chain.function(slip)
    found = chains.differing(chain, right, wrong, rng.randrange(tested.SEEDS), tested.TRIES)
    if found is None:
        return None
    gives = chains.outcome(wrong, found)
    told = "ends in an error" if gives == chains.ERROR else f"returns {gives!r}"
    failing = f"solve({written(found)}) {told} and should return {right(*found)!r}"
    for arguments, wanted in tested.examples(chain, rng)[:1]:
        failing += f"; another right result is {wanted!r} for solve({written(arguments)})"
    return {"program": chain.source(slip), "failing": failing}
