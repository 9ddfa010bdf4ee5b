"""Formal Fallacies (syllogisms with negation) of BIG-Bench Hard (Suzgun et al., 2022, arXiv:2210.09261).

Differs from the original: an invalid argument is a valid one with a premise or the conclusion turned round;
validity is computed from the premises as they stand, not known from the schema.
"""

import functools
import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeAlias

from reckon.tasks.graders.text import grade_caseless
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.names import NAMES
from reckon.values import Grade, Problem

RULES = (
    "An argument is valid if its conclusion must be true whenever all its premises are true, whatever else "
    "is the case; otherwise it is invalid."
)
ROLES = (  # noqa: SIM905
    "admirer of Bach|baker|chess player|cousin of Basil|dentist|expert on bees|fan of opera|gardener|hiker|"
    "investor in Oslo|juggler|keeper of goats|lover of tea|member of the choir|neighbour of Lotte|"
    "owner of a boat|painter|reader of Dante|sister of Max|teacher|uncle of Nora|visitor to Lima|"
    "writer of letters|collector of stamps|friend of Leo|student of law|rider of horses"
).split("|")
ATTEMPTS = 60
# A part is a role's number, from 1, negative for "not"; a clause says that at least one of its parts holds.
Clause: TypeAlias = tuple[int, ...]
PROGRAM = """\
from itertools import product

# A clause says that at least one of its parts holds; -2 stands for "not the second role".
premises = {premises}
conclusion = {conclusion}

def holds(clause, roles):
    return any(roles[abs(part) - 1] == (part > 0) for part in clause)

valid = True
for roles in product([False, True], repeat={count}):
    if all(holds(premise, roles) for premise in premises) and not holds(conclusion, roles):
        valid = False
print("valid" if valid else "invalid")"""


@dataclass(frozen=True, slots=True)
class FormalFallacies:
    """Every baker is a hiker. No hiker is a painter. So no painter is a baker: valid."""

    held_out: bool = False

    name: ClassVar[str] = "formal_fallacies"
    kind: ClassVar[str] = "logical"
    templates: ClassVar[tuple[str, ...]] = (
        f"{{premises}} Therefore: {{conclusion}}\n\nIs this argument valid or invalid? {RULES}",
        f"{RULES} Decide for this one whether it is valid or invalid:\n\n{{premises}} So: {{conclusion}}",
        f"Premises: {{premises}}\nConclusion: {{conclusion}}\nDoes the conclusion follow? Answer valid if it "
        f"does, invalid if not. {RULES}",
        "Somebody argues: {premises} It follows that: {conclusion} Judge the argument: valid or invalid. "
        f"{RULES}",
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        f"Check the logic, not the facts. {{premises}} Hence: {{conclusion}} Is the argument valid or "
        f"invalid? {RULES}",
        f"A student hands in this proof. {{premises}} Thus: {{conclusion}} Mark it as valid or as invalid. "
        f"{RULES}",
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will try every combination of the roles and look for one that breaks the conclusion.",
        "A search over all truth values for a counterexample settles whether the argument is valid.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_caseless(problem.answer or "", answer)

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        return PROGRAM.format(premises=given["clauses"], conclusion=given["concluded"], count=given["count"])


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """The verdict is drawn first; premises that contradict the conclusion's "if" are drawn anew."""
    wanted = rng.random() < 0.5
    steps, aside = scaled(difficulty, 2, 6), scaled(difficulty, 1, 3)
    count = steps + 1 + min(aside, 2)
    loose = rng.randint(0, 2)
    for attempt in itertools.count():
        clauses, conclusion = _chain(rng, steps)
        clauses += [_aside(rng, count) for _ in range(aside)]
        if not wanted:
            clauses, conclusion = _turned(rng, clauses, conclusion)
        possible = not entailed(clauses, conclusion[:1], count)
        alike = attempt > ATTEMPTS or _loose(clauses, conclusion) == loose
        if possible and alike and entailed(clauses, conclusion, count) == wanted:
            break
    roles = [f"{'an' if role[0] in 'aeiou' else 'a'} {role}" for role in rng.sample(ROLES, count)]
    told, said = [_sentence(rng, clause, roles) for clause in clauses], _sentence(rng, conclusion, roles)
    if rng.random() < 0.5:
        person, given = rng.choice(NAMES), -conclusion[0]
        told.append(f"{person} is {_role(given, roles)}.")
        said = f"{person} is {_role(conclusion[1], roles)}."
        clauses, conclusion = [*clauses, (given,)], conclusion[1:]
    rng.shuffle(told)
    return {
        "premises": " ".join(told),
        "conclusion": said,
        "clauses": [list(clause) for clause in clauses],
        "concluded": list(conclusion),
        "count": count,
        "choices": ["valid", "invalid"],
    }, "valid" if wanted else "invalid"


def _loose(clauses: Sequence[Clause], conclusion: Clause) -> int:
    """The parts that occur only affirmed or only denied: more of them would hint at an invalid argument."""
    parts = {part for clause in clauses for part in clause} | {-part for part in conclusion}
    return sum(-part not in parts for part in parts)


def entailed(clauses: Sequence[Clause], conclusion: Clause, count: int) -> bool:
    """Whether no choice among `count` roles makes every clause true and the conclusion false."""
    left = (1 << (1 << count)) - 1
    for clause in [*clauses, *((-part,) for part in conclusion)]:
        fits = 0
        for part in clause:
            fits |= _column(part, count)
        left &= fits
    return not left


@functools.cache
def _column(part: int, count: int) -> int:
    """The choices of roles in which the part holds: bit c for choice c of the 2**count."""
    return sum(1 << c for c in range(1 << count) if (c >> (abs(part) - 1) & 1) == (part > 0))


def _chain(rng: random.Random, steps: int) -> tuple[list[Clause], Clause]:
    """From one role to the next, each affirmed or denied; now and then a step needs the two before it."""
    parts = [role * rng.choice((1, 1, -1)) for role in range(1, steps + 2)]
    clauses: list[Clause] = []
    for at in range(steps):
        also = (-parts[at - 1],) if at > 0 and rng.random() < 0.3 else ()
        clauses.append((*also, -parts[at], parts[at + 1]))
    return clauses, (-parts[0], parts[-1])


def _aside(rng: random.Random, count: int) -> Clause:
    """A premise that the chain does not need, about any two roles."""
    one, other = rng.sample(range(1, count + 1), 2)
    return one * rng.choice((1, -1)), other * rng.choice((1, -1))


def _turned(rng: random.Random, clauses: Sequence[Clause], conclusion: Clause) -> tuple[list[Clause], Clause]:
    """A premise with one part denied or read backwards, or the conclusion read backwards."""
    turned = list(clauses)
    at = rng.randrange(len(turned) + 1)
    if at == len(turned):
        return turned, (-conclusion[1], -conclusion[0])
    clause = turned[at]
    denied = range(len(clause)) if rng.random() < 0.5 else (rng.randrange(len(clause)),)
    turned[at] = tuple(-part if place in denied else part for place, part in enumerate(clause))
    return turned, conclusion


def _sentence(rng: random.Random, clause: Clause, roles: Sequence[str]) -> str:
    """The clause as a rule: some of its parts denied in the "if", the others in the "then"."""
    *first, last = rng.sample(clause, len(clause))
    if len(first) == 2:
        one, other = first
        if rng.random() < 0.5:
            return f"Whoever is {_role(-one, roles)} and {_role(-other, roles)} is {_role(last, roles)}."
        return f"Whoever is {_role(-one, roles)} is {_role(other, roles)} or {_role(last, roles)} (or both)."
    (given,) = first
    if given > 0:
        return f"Whoever is {_role(-given, roles)} is {_role(last, roles)}."
    if last > 0:
        return f"Every {roles[-given - 1].partition(' ')[2]} is {_role(last, roles)}."
    return f"No {roles[-given - 1].partition(' ')[2]} is {roles[-last - 1]}."


def _role(part: int, roles: Sequence[str]) -> str:
    return roles[part - 1] if part > 0 else f"not {roles[-part - 1]}"
