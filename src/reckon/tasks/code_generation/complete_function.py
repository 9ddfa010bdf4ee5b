"""A function from its head and its docstring: the shape of HumanEval (Chen et al., 2021, arXiv:2107.03374).

Differs from it: generated, see this folder's docstring; the answer is the whole program, not the rest of it.
"""

import random
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from reckon.tasks.graders.judging import judge_alone
from reckon.tasks.material.family import Values, pose
from reckon.tasks.material.steps import tested
from reckon.tasks.material.steps.chains import Chain
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

_WIDTH = 96


@dataclass(frozen=True, slots=True)
class CompleteFunction:
    """Complete this function: def solve(numbers): ..."""

    held_out: bool = False

    name: ClassVar[str] = "complete_function"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        "Complete this Python function.\n\n{head}\n\n" + tested.FORM,
        "The body of this function is missing:\n\n{head}\n\nWrite it, so that the function does what its"
        " docstring says. " + tested.FORM,
        "Here are the head and the docstring of a Python function.\n\n{head}\n\nGive the finished function. "
        + tested.FORM,
        "Fill in the function below as documented.\n\n{head}\n\n" + tested.FORM,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "{head}\n\nThis function only has a docstring so far. Implement it. " + tested.FORM,
        "A colleague left a stub.\n\n{head}\n\nReplace it with working code. " + tested.FORM,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will write the body and run the examples of the docstring.",
        "Let me turn the docstring into code and try it on its examples.",
        "I write the function, test it on what the docstring shows, and print it.",
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
    if len(found) < tested.EXAMPLES:
        return None
    paragraphs = [
        *chain.says().split("\n"),
        "",
        f"Input: {chain.takes()}.",
        "",
        *tested.shown(found).split("\n"),
    ]
    lines = [line for text in paragraphs for line in textwrap.wrap(text, _WIDTH) or [""]]
    docstring = "\n".join(f"    {line}".rstrip() for line in lines)
    return {"head": f'def solve({chain.arguments}):\n    """\n{docstring}\n    """'}
