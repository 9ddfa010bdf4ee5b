"""Inputs on which two chains differ: drawn, written, graded, and found by a program."""

import random
from collections.abc import Callable, Mapping
from string import Template

from reckon.tasks.graders.calls import arguments_of
from reckon.tasks.material.family import Values
from reckon.tasks.material.steps import chains
from reckon.tasks.material.steps.chains import Arguments, Chain, Slip
from reckon.tasks.material.steps.kinds import written
from reckon.values import Grade, Problem

MOST_STEPS = 3
MOST_LINES = 60
TRIES = 100
SHOWN = 2
SEEDS = 1_000_000
_SEARCH = Template("""import json
import random

$functions


def outcome(function, arguments):
    try:
        return function(*arguments)
    except Exception:
        return "error"


r = random.Random($seed)
for i in range($tries):
    n = 2 + i % $sizes
    arguments = [$drawn]
    if outcome($one, arguments) != outcome($other, arguments):
        print(", ".join(json.dumps(argument) for argument in arguments))
        break""")


def drawn(
    rng: random.Random, difficulty: float, show: Callable[[Chain, Slip], Mapping[str, str]]
) -> tuple[Values, str]:
    """Values of a problem and an input that solves it. show: what else the question shows of the chain."""
    while True:
        chain = chains.draw(rng, difficulty, MOST_STEPS)
        slip = rng.choice(chain.slips())
        seed = rng.randrange(SEEDS)
        values: Values = {
            "steps": chain.as_json(),
            "slip": [slip.step, slip.bug],
            "seed": seed,
            "arguments": chain.arguments,
            "takes": chain.takes(),
            "form": ", ".join(kind.example for kind in chain.kinds),
            **show(chain, slip),
        }
        example = arguments_of(str(values["form"]), "solve")
        right = chain.function()
        agreed = agreeing(chain, slip, rng.randrange(SEEDS), SHOWN)
        if len(agreed) < SHOWN or grade_values(values, example).right:
            continue
        shown = [f"solve({written(each)}) gives {right(*each)!r}" for each in agreed]
        values = {**values, "passed": "; ".join(shown)}
        found = chains.differing(chain, right, chain.function(slip), seed, TRIES)
        if found is None or found in ([[]], [""]) or (isinstance(found[0], int) and abs(found[0]) < 10):
            continue  # none found, or one too easily guessed
        if len(search(values).splitlines()) <= MOST_LINES:
            return values, written(found)


def search(values: Values) -> str:
    """A program that looks for an input on which the chain with its bug and the one without differ."""
    chain, slip = parts(values)
    step, parameters = chain.steps[slip.step]
    renamed = {slip.step: f"{step.name}_with_bug"}
    wrong = step.written(parameters, chain.bug(slip)).replace(
        f"def {step.name}(", f"def {step.name}_with_bug("
    )
    functions = [chain.source(), wrong, chain.caller("solve_with_bug", renamed=renamed)]
    return _SEARCH.substitute(
        functions="\n\n\n".join(functions),
        seed=values["seed"],
        tries=TRIES,
        sizes=chains.SIZES,
        drawn=", ".join(kind.drawn for kind in chain.kinds),
        one="solve",
        other="solve_with_bug",
    )


def parts(values: Values) -> tuple[Chain, Slip]:
    slip = values["slip"]
    assert isinstance(slip, list | tuple)
    step, bug = slip
    assert isinstance(step, int)
    assert isinstance(bug, int)
    return chains.of_json(values["steps"]), Slip(step, bug)


def grade(problem: Problem, answer: str) -> Grade:
    """1 if the input is one that the question allows and the two programs differ on it."""
    return grade_values(problem.metadata, arguments_of(answer, "solve"))


def grade_values(values: Values, arguments: Arguments | str) -> Grade:
    """The same for arguments that were read; a text says why they were not."""
    chain, slip = parts(values)
    if isinstance(arguments, str):
        return Grade(0.0, arguments)
    if len(arguments) != len(chain.kinds):
        return Grade(0.0, f"{len(arguments)} arguments, wanted {len(chain.kinds)}")
    for kind, value in zip(chain.kinds, arguments, strict=True):
        if not kind.valid(value):
            return Grade(0.0, f"{kind.argument} is to be {kind.says}"[:300])
    right = chains.outcome(chain.function(), arguments)
    wrong = chains.outcome(chain.function(slip), arguments)
    if right == wrong:
        return Grade(0.0, f"both give {right!r}"[:200])
    return Grade(1.0, f"without the bug {right!r}, with it {wrong!r}"[:200])


def mutants(problem: Problem) -> tuple[str, ...]:
    """Inputs on which there is no difference, and inputs that are not allowed."""
    chain, slip = parts(problem.metadata)
    gold = problem.answer or ""
    refused = (
        *(f"{gold}, 0", f"[{gold}]", f"[{gold}, 1.5]", f"{gold}; {gold}", f"solve{gold}"),
        *(
            f"other({gold})",
            "null",
            "[null]",
            "[1000000]",
            '"é"',
            '{"A": 1}',
            "[[]]",
            '["A"]',
            "[[1, 2, 3], [4]]",
        ),
    )
    return (*map(written, agreeing(chain, slip, 1, 10)), *refused)


def agreeing(chain: Chain, slip: Slip, seed: int, most: int) -> list[Arguments]:
    """Up to `most` inputs on which the bug does not show, those of a few items first."""
    right, wrong = chain.function(), chain.function(slip)
    r = random.Random(seed)
    drawers = [chains.drawer(kind) for kind in chain.kinds]
    found: list[Arguments] = []
    for i in range(5 * most):
        arguments = [draw_one(r, 4 + i % chains.SIZES) for draw_one in drawers]
        if arguments not in found and chains.outcome(right, arguments) == chains.outcome(wrong, arguments):
            found.append(arguments)
        if len(found) == most:
            break
    return found
