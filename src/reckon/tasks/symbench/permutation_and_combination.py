"""Permutation and Combination of SymBench (Chen et al., 2025, arXiv:2502.04350, Planning), after LogicGame.

LogicGame: Gui et al., 2024, arXiv:2408.15778. Differs from it: books that must not stand side by side.
"""

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, cast

from reckon.tasks.graders.placements import Constraint, grade_arrangement, kept
from reckon.tasks.material.family import Values, pose, scaled
from reckon.values import JSON, Grade, Problem

NAMES = "ABCDEFGHIJ"
KINDS = ("left", "right", "beside", "apart")
PHRASES = {
    "at": "Book {a} is at position {b}.",
    "left": "Book {a} is somewhere to the left of book {b}.",
    "right": "Book {a} is somewhere to the right of book {b}.",
    "beside": "Book {a} is directly next to book {b}, on either side.",
    "apart": "Book {a} is not directly next to book {b}.",
}
SAYS = (
    "Position 1 is at the left end. Give the letters of all books from left to right, separated by commas. "
    "If several orders are possible, give one."
)


@dataclass(frozen=True, slots=True)
class PermutationAndCombination:
    """Put books on a shelf so that every condition holds."""

    held_out: bool = False

    name: ClassVar[str] = "permutation_and_combination"
    kind: ClassVar[str] = "order"
    templates: ClassVar[tuple[str, ...]] = (
        "The {count} books {books} are to be put on a shelf with positions 1 to {count}, one book at each "
        "position. These conditions must hold:\n{conditions}\nIn which order do they stand? " + SAYS,
        "A librarian has {count} different books, called {books}, and a shelf with exactly {count} places "
        "in a row. Arrange the books so that all of this is true:\n{conditions}\n" + SAYS,
        "Find an order of the books {books} on a shelf with {count} positions that keeps every "
        "rule:\n{conditions}\nEach book is used once. " + SAYS,
        "{count} books ({books}) stand side by side without gaps on a shelf. Known "
        "facts:\n{conditions}\nGive an arrangement that agrees with all facts. " + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Conditions:\n{conditions}\nThe books are {books}; they fill the {count} positions of a shelf. "
        "Which row of books satisfies all the conditions? " + SAYS,
        "Sort the books {books} into a row of {count} such that nothing below is "
        "violated:\n{conditions}\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will fill the shelf from the left and step back when a condition breaks.",
        "Backtracking over positions with a check of the conditions finds an order.",
        "Let me search the orders with Python and prune early.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_arrangement(*_given(problem), answer)

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """Books lost, doubled, unknown; two books exchanged whose order or position a condition sets."""
        order = (problem.answer or "").split(", ")
        lost = [order[:place] + order[place + 1 :] for place in range(len(order))]
        unknown = [[*order[:place], "Z", *order[place + 1 :]] for place in range(len(order))]
        exchanged = []
        for kind, a, b in _given(problem)[1]:
            if kind in ("left", "right"):
                exchanged.append([{a: b, b: a}.get(name, name) for name in order])
        return tuple(
            ", ".join(wrong) for wrong in (*lost, *unknown, *exchanged, [*order, order[0]], order[::-1])
        )

    def program(self, problem: Problem) -> str:
        names, constraints = _given(problem)
        rules = "".join(f"    {tuple(constraint)},\n" for constraint in constraints)
        return f"""books = {list(names)}
rules = [
{rules}]


def broken(at):
    for kind, a, b in rules:
        x = at.get(a)
        y = int(b) if kind == "at" else at.get(b)
        if kind == "at":
            if x and x != y or not x and len(at) >= y:
                return True
        elif kind == "left":
            if y and not x or x and y and x > y:
                return True
        elif kind == "right":
            if x and not y or x and y and x < y:
                return True
        elif x and y and (abs(x - y) == 1) != (kind == "beside"):
            return True
    return False


def fill(order):
    if len(order) == len(books):
        return order
    for book in books:
        if book not in order:
            longer = order + [book]
            if not broken({{name: place for place, name in enumerate(longer, 1)}}):
                found = fill(longer)
                if found:
                    return found
    return None


print(", ".join(fill([])))"""


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Conditions that a random order keeps; two at least say what is left of what."""
    count = scaled(difficulty, 4, 10)
    names = NAMES[:count]
    order = rng.sample(names, count)
    positions = {name: place for place, name in enumerate(order, 1)}
    pairs = list(itertools.combinations(names, 2))
    rng.shuffle(pairs)
    fixed = rng.choice(names)
    constraints: list[Constraint] = [("at", fixed, str(positions[fixed]))] if rng.random() < 0.7 else []
    for number, (first, second) in enumerate(pairs[: count + scaled(difficulty, 0, 8)]):
        a, b = rng.sample((first, second), 2)
        offered = KINDS[:2] if number < 2 else KINDS[: rng.choice((3, 3, 4))]
        kinds = [kind for kind in offered if kept(kind, positions, a, b)]
        constraints.append((rng.choice(kinds), a, b))
    # A neighbour condition says much and is rare among random pairs.
    place = rng.randrange(count - 1)
    if {order[place], order[place + 1]} not in [{a, b} for _, a, b in constraints]:
        constraints.append(("beside", order[place], order[place + 1]))
    rng.shuffle(constraints)
    lines = [f"{i}. {PHRASES[kind].format(a=a, b=b)}" for i, (kind, a, b) in enumerate(constraints, 1)]
    values: dict[str, JSON] = {
        "count": count,
        "books": list(names),
        "conditions": "\n".join(lines),
        "constraints": [list(constraint) for constraint in constraints],
    }
    return values, ", ".join(order)


def _given(problem: Problem) -> tuple[Sequence[str], list[Constraint]]:
    given = problem.metadata
    listed = cast(Sequence[Sequence[str]], given["constraints"])
    return cast(Sequence[str], given["books"]), [(kind, a, b) for kind, a, b in listed]
