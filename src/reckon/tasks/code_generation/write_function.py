"""A function from a description in words and a few examples: the shape of MBPP (arXiv:2108.07732).

Differs from it: generated, see this folder's docstring; the tests are hidden and more than three.
"""

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.steps import tested
from reckon.tasks.material.steps.chains import Chain
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter


@dataclass(frozen=True, slots=True)
class WriteFunction:
    """Write a function `solve(numbers)` that ..."""

    held_out: bool = False

    name: ClassVar[str] = "write_function"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Write a Python function `solve({arguments})`. {says}\n\nInput: {takes}.\n\nExamples:\n{examples}\n\n"
        + tested.FORM,
        "A function `solve({arguments})` is wanted in Python. Input: {takes}.\n\n{says}\n\nFor instance:\n"
        "{examples}\n\n" + tested.FORM,
        "Implement `solve({arguments})` in Python so that these tests hold:\n{examples}\n\nIn words: "
        "{says}\n\n"
        "What it is given: {takes}.\n\n" + tested.FORM,
        "Your task is to program `solve({arguments})`, where {takes}. {says}\n\nSome results:\n{examples}\n\n"
        + tested.FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Given: {takes}. Compute, by a Python function `solve({arguments})`, this. {says}\n\nTo check your"
        " understanding:\n{examples}\n\n" + tested.FORM,
        "{says}\n\nProgram this as `solve({arguments})` in Python; {takes}. Sample calls:\n{examples}\n\n"
        + tested.FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the function and run it on the examples first.",
        "Let me write each step as a small function and test them together.",
        "I write the program, check it against the examples and then print it.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return judge_alone(self, problem, answer)

    async def judge(self, interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
        """Whether every hidden test passes. Raises InfrastructureError for a fault of ours."""
        return await tested.judge(interpreter, problem, answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        return tested.mutants(problem)

    def program(self, problem: Problem) -> str:
        return tested.writing(problem)


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    return tested.drawn(rng, difficulty, _show)


def _show(chain: Chain, rng: random.Random) -> Values | None:
    found = tested.examples(chain, rng)
    return {"examples": tested.shown(found)} if len(found) == tested.EXAMPLES else None
