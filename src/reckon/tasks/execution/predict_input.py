"""Input prediction: CRUXEval-I (Gu et al., 2024, 2401.03065) and CodeI/O (Li et al., 2025, 2502.07316).

Differs from them: programs are synthesised; the question says from which arguments to choose, few enough for
a program to try them all; the answer is a literal, read and never evaluated. f, which is ours, runs on it.
"""

import itertools
import random
from dataclasses import dataclass
from typing import Any, ClassVar

from reckon.errors import UsageError
from reckon.tasks.graders.literals import call, literal, same
from reckon.tasks.graders.text import refused
from reckon.tasks.material.executed import MAX_LINES, returned, shown_call
from reckon.tasks.material.family import Values, pose, scaled
from reckon.tasks.material.stepping import Stepper, check
from reckon.tasks.material.synthesis import LETTERS, synthesise
from reckon.values import Grade, Problem

SAYS = (
    "Give one such call and nothing else, its argument written as a literal, as in {example}. If there are "
    "several, any of them is right."
)
# Lines that f runs, at most, for the gold argument; for any other, where the programs stay far below it.
FEW, MOST = 200, 2_000
OFFERS = {
    "number": "a whole number from 0 to {most}",
    "numbers": "a list of exactly {length} whole numbers from 0 to {most}",
    "text": "a text of exactly {length} letters, each one of {letters}",
}
LOOPS = {
    "number": "range({most} + 1)",
    "numbers": "map(list, product(range({most} + 1), repeat={length}))",
    "text": 'map("".join, product("{letters}", repeat={length}))',
}


@dataclass(frozen=True, slots=True)
class PredictInput:
    """Find a whole number n from 0 to 150 such that f(n) returns 17."""

    held_out: bool = False

    name: ClassVar[str] = "predict_input"
    kind: ClassVar[str] = "search"
    templates: ClassVar[tuple[str, ...]] = (
        "Here is a Python program:\n\n{code}\n\nThe argument of f is {offer}. Find an argument for which f "
        "returns exactly {output}. " + SAYS,
        "{code}\n\nCalled with the right argument, f (Python) returns {output}. The argument is {offer}. "
        "Which call is it? " + SAYS,
        "Work backwards from the result {output}: which argument of f leads to it? It must be "
        "{offer}.\n\n{code}\n\n" + SAYS,
        "f is defined in Python as follows.\n\n{code}\n\nFor which argument, {offer}, is its value {output}? "
        + SAYS,
    )
    held_out_templates: ClassVar[tuple[str, ...]] = (
        "Somebody called f with one argument, which was {offer}, and got {output}. This is f, in "
        "Python:\n\n{code}\n\nWith what can f have been called? " + SAYS,
        "Make this Python function return {output} by choosing its argument, {offer}.\n\n{code}\n\n" + SAYS,
    )
    plans: ClassVar[tuple[str, ...]] = (
        "I will try every allowed argument until the function returns the wanted value.",
        "The arguments are few, so a loop over all of them finds one.",
    )

    def make(self, rng: random.Random, difficulty: float) -> Problem:
        return pose(self, rng, difficulty, _draw)

    def grade(self, problem: Problem, answer: str) -> Grade:
        if refusal := refused(answer):
            return refusal
        given = call(answer, "f")
        if given is None or len(given) != 1:
            return Grade(0.0, "not a call of f with one literal")
        if not _offered(problem.metadata, given[0]):
            return Grade(0.0, "the argument is none of those that the question allows")
        found = returned(_checked(problem), given, MOST)
        wanted = literal(str(problem.metadata["output"]))
        if found is None or wanted is None or not same(found[0], wanted[0]):
            return Grade(0.0, "f returns something else for this argument")
        return Grade(1.0, "f returns the wanted value for this argument")

    def mutants(self, problem: Problem) -> tuple[str, ...]:
        """Arguments that give something else, and some that are not allowed."""
        given, rng = problem.metadata, random.Random(problem.question)
        stepper, output = _checked(problem), literal(str(given["output"]))
        tried = (_argument(rng, given) for _ in range(200))
        others = (one for one in tried if not same(returned(stepper, [one], MOST), output))
        wrong = dict.fromkeys(shown_call([one]) for one in itertools.islice(others, 30))
        gold = problem.answer or ""
        return (
            *wrong,
            "f()",
            "f(-1)",
            "f([])",
            'f("")',
            f"{gold[:-1]}, 1)",
            gold.replace("f", "g", 1),
            gold[2:-1],
        )

    def program(self, problem: Problem) -> str:
        given = problem.metadata
        loop = LOOPS[str(given["kind"])].format(**given)
        return (
            f"from itertools import product\n\n{given['code']}\n\n\nfor argument in {loop}:\n"
            "    if f(argument[:] if isinstance(argument, list) else argument) == "
            f'{given["output"]}:\n        print(f"f({{argument!r}})")\n        break'
        )


def _draw(rng: random.Random, difficulty: float) -> tuple[Values, str]:
    """Few arguments give the output, and the one that the question shows as an example does not."""
    while True:
        kind = rng.choice(sorted(OFFERS))
        length, letters = rng.randint(2, 3) + (kind == "text"), LETTERS[: rng.randint(4, 5)]
        most = rng.randint(60, 199) if kind == "number" else rng.randint(5, 6)
        bounds: dict[str, int | str] = {"kind": kind, "length": length, "letters": letters, "most": most}
        code = synthesise(rng, scaled(difficulty, 2, 13), [kind])
        if len(code.splitlines()) > MAX_LINES:
            continue
        stepper = Stepper(code)
        argument = _argument(rng, bounds)
        value = returned(stepper, [argument], FEW)
        if value is None or value[0] in (0, "", {}):
            continue
        example = _example(bounds)
        if _rare(rng, stepper, bounds, value) and not same(returned(stepper, [example], MOST), value):
            shown = {"offer": OFFERS[kind].format(**bounds), "example": shown_call([example])}
            return {**bounds, "code": code, "output": repr(value[0]), **shown}, shown_call([argument])


def _rare(rng: random.Random, stepper: Stepper, bounds: Values, value: tuple[Any]) -> bool:
    """Whether at most two of twelve drawn arguments give the value."""
    hits = 0
    for _ in range(12):
        hits += same(returned(stepper, [_argument(rng, bounds)], MOST), value)
        if hits > 2:
            return False
    return True


def _checked(problem: Problem) -> Stepper:
    """Raises UsageError for a problem whose program is none of ours."""
    code = str(problem.metadata["code"])
    try:
        check(code)
    except ValueError as error:
        raise UsageError(f"{problem.id!r}: metadata 'code' is no program of predict_input: {error}") from None
    return Stepper(code)


def _argument(rng: random.Random, given: Values) -> Any:
    length, most = int(str(given["length"])), int(str(given["most"]))
    if given["kind"] == "number":
        return rng.randint(0, most)
    if given["kind"] == "text":
        return "".join(rng.choice(str(given["letters"])) for _ in range(length))
    return [rng.randint(0, most) for _ in range(length)]


def _offered(given: Values, argument: Any) -> bool:
    """Whether the question allows it; True is no number."""
    length, numbers = given["length"], range(int(str(given["most"])) + 1)
    if given["kind"] == "number":
        return type(argument) is int and argument in numbers
    if given["kind"] == "text":
        return (
            isinstance(argument, str)
            and len(argument) == length
            and set(argument) <= set(str(given["letters"]))
        )
    whole = isinstance(argument, list) and len(argument) == length
    return whole and all(type(item) is int and item in numbers for item in argument)


def _example(given: Values) -> Any:
    length = int(str(given["length"]))
    by_kind = {"number": 0, "numbers": [0] * length, "text": str(given["letters"])[:length]}
    return by_kind[str(given["kind"])]
