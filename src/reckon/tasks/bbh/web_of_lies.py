"""Web of Lies of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: 5 to 30 people; at higher difficulty their statements are mixed up and some
speak of two people at once.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.names import NAMES
from reckon.values import JSON, Grade, Problem

RULES = "Each person either always tells the truth or always lies."
# What may be said of one person or of two, and whether it is true, given who of them tells the truth.
CLAIMS: Mapping[str, Callable[[bool, bool], bool]] = {
    "{a} tells the truth": lambda a, b: a,
    "{a} lies": lambda a, b: not a,
    "{a} and {b} both tell the truth": lambda a, b: a and b,
    "at least one of {a} and {b} tells the truth": lambda a, b: a or b,
    "exactly one of {a} and {b} tells the truth": lambda a, b: a != b,
    "{a} and {b} both lie": lambda a, b: not a and not b,
    "either both {a} and {b} tell the truth or both lie": lambda a, b: a == b,
}
OF_ONE = 2
# As often true as false, whoever is honest: the others, heard last, would hint at the answer.
EVEN = (0, 1, 4, 6)
PROGRAM = """\
says = {says}
truthful = {{{first!r}: {value}}}
while {asked!r} not in truthful:
    for speaker, claim, one, other in says:
        if speaker in truthful or one not in truthful or other not in truthful:
            continue
        a, b = truthful[one], truthful[other]
        truthful[speaker] = [a, not a, a and b, a or b, a != b, not a and not b, a == b][claim]
print("Yes" if truthful[{asked!r}] else "No")"""


@dataclass(frozen=True, slots=True)
class WebOfLies:
    """Ada tells the truth. Omar says that Ada lies. Does Omar tell the truth? No."""

    held_out: bool = False

    name: ClassVar[str] = "web_of_lies"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        f"{RULES} {{statements}} Does {{asked}} tell the truth? Answer Yes or No.",
        f"Does {{asked}} tell the truth? Say Yes or No. {RULES} {{statements}}",
        f"In a village, some people are honest and the others are liars. {RULES} {{statements}} Is {{asked}} "
        "honest? Yes or No.",
        f"Find out from the statements whether {{asked}} tells the truth (Yes) or lies (No). {RULES}\n\n"
        "{statements}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"{RULES} Here is what we know. {{statements}} Can {{asked}} be believed? Answer with Yes or No.",
        f"This is all that a judge knows. {RULES} {{statements}} May the judge believe {{asked}}, Yes or No?",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will settle one person after the other until the one asked for is known.",
        "Each statement is true just when its speaker is honest: let code follow them.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return PROGRAM.format(
            says=given["says"], first=given["first"], value=given["first_honest"], asked=given["asked"]
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Who is honest is drawn first; each speaks of the person before, at times of an earlier one as well."""
    people = rng.sample(NAMES, scaled(difficulty, 5, 30))
    honest = [rng.random() < 0.5 for _ in people]
    says: list[list[str | int]] = []
    for at in range(1, len(people)):
        other = rng.randrange(at - 1) if at > 1 and rng.random() < 0.8 * difficulty else at - 1
        first, second = rng.sample((at - 1, other), 2)
        fitting = [
            number
            for number, claim in enumerate(CLAIMS.values())
            if claim(honest[first], honest[second]) == honest[at]
            and (first == second) == (number < OF_ONE)
            and (number in EVEN or at < len(people) - 1)
        ]
        says.append([people[at], rng.choice(fitting), people[first], people[second]])
    sentences = [f"{people[0]} {'tells the truth' if honest[0] else 'lies'}.", *map(_sentence, says)]
    if difficulty > 0.3:
        rng.shuffle(sentences)
        rng.shuffle(says)
    return {
        "statements": " ".join(sentences),
        "says": list[JSON](says),
        "first": people[0],
        "first_honest": honest[0],
        "asked": people[-1],
        "choices": ["Yes", "No"],
    }, "Yes" if honest[-1] else "No"


def _sentence(said: list[str | int]) -> str:
    speaker, number, one, other = said
    claim = list(CLAIMS)[int(number)].format(a=one, b=other)
    return f"{speaker} says that {claim}."
