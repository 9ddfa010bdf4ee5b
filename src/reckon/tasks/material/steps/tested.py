"""Programs that define a chain's function, tested by hidden inputs in the jail."""

import random
from collections.abc import Callable, Sequence
from string import Template
from typing import TYPE_CHECKING, Any, TypeAlias

from reckon.tasks.graders.programs import defines, program_of, returns
from reckon.tasks.material.family import Values
from reckon.tasks.material.steps import chains
from reckon.tasks.material.steps.chains import Arguments, Chain, Slip
from reckon.tasks.material.steps.kinds import written
from reckon.values import Grade, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

MOST_STEPS = 4
MOST_LINES = 48
EXAMPLES = 3
TESTS = 24
LARGEST_SIZE = 20
TRIES = 100
SEEDS = 1_000_000
TIMEOUT_S = 5.0
FORM = (
    "Answer with a whole Python program, standard library only, that defines `solve` at its top level. It is"
    " tested by calling `solve` on hidden inputs; what it prints is ignored. Results are plain values: whole"
    " numbers, texts, lists and dictionaries."
)
Test: TypeAlias = tuple[Arguments, Any]
_PROGRAM = Template("""program = '''
$source
'''
names = {}
exec(program, names)
for arguments, wanted in (
    $examples,
):
    assert names["solve"](*arguments) == wanted, (arguments, wanted)
print(program.strip())""")


def drawn(
    rng: random.Random, difficulty: float, show: Callable[[Chain, random.Random], Values | None]
) -> tuple[Values, str]:
    """Values of a problem, and a right program. show: what else the question shows; None to draw again."""
    while True:
        chain = chains.draw(rng, difficulty, MOST_STEPS)
        values: Values = {
            "steps": chain.as_json(),
            "seed": rng.randrange(SEEDS),
            "arguments": chain.arguments,
            "says": chain.says(),
            "takes": chain.takes(),
        }
        more = show(chain, rng)
        source = chain.source()
        if more is not None and len(source.splitlines()) <= MOST_LINES:
            return {**values, **more}, source


def examples(chain: Chain, rng: random.Random) -> list[Test]:
    """Inputs with different results, as far as a few tries find them."""
    solve, drawers = chain.function(), [chains.drawer(kind) for kind in chain.kinds]
    found: list[Test] = []
    for _ in range(10 * EXAMPLES):
        arguments = [draw_one(rng, 4 + 2 * len(found)) for draw_one in drawers]
        result = solve(*arguments)
        if len(found) < EXAMPLES and result not in [wanted for _, wanted in found]:
            found.append((arguments, result))
    return found


def shown(tests: Sequence[Test]) -> str:
    return "\n".join(f"solve({written(arguments)}) returns {wanted!r}" for arguments, wanted in tests)


def tests_of(problem: Problem) -> list[Test]:
    """The hidden tests: inputs of all sizes, and for each known bug one that shows it."""
    chain = chains.of_json(problem.metadata["steps"])
    seed = problem.metadata["seed"]
    assert isinstance(seed, int)
    solve, r = chain.function(), random.Random(seed)
    drawers = [chains.drawer(kind) for kind in chain.kinds]
    inputs = [[draw_one(r, 2 + i % LARGEST_SIZE) for draw_one in drawers] for i in range(TESTS)]
    for slip in chain.slips():
        showing = chains.differing(chain, solve, chain.function(slip), seed, TRIES)
        inputs += [showing] if showing is not None else []
    return [(arguments, solve(*arguments)) for arguments in inputs]


async def judge(interpreter: "AsyncInterpreter", problem: Problem, answer: str) -> Grade:
    """1 if the program's `solve` gives what it should on every hidden input."""
    program = program_of(answer)
    if isinstance(program, Grade):
        return program
    if not defines(program, "solve"):
        return Grade(0.0, "no program that defines `solve`")
    tests = tests_of(problem)
    inputs = [arguments for arguments, _ in tests]

    def right(n: int, value: Any) -> bool:
        return same(tests[n][1], value)

    return await returns(interpreter, program, "solve", inputs, right, timeout_s=TIMEOUT_S)


def same(wanted: Any, value: Any) -> bool:
    """Equal plain values; a tuple is as good as a list."""
    if isinstance(wanted, list | tuple):
        alike = isinstance(value, list | tuple) and len(value) == len(wanted)
        return alike and all(map(same, wanted, value))
    if isinstance(wanted, dict):
        alike = isinstance(value, dict) and value.keys() == wanted.keys()
        return alike and all(same(wanted[key], value[key]) for key in wanted)
    return isinstance(value, int | float | str) and value == wanted


def writing(problem: Problem) -> str:
    """A program that tries the right one on a few inputs and prints it."""
    chain = chains.of_json(problem.metadata["steps"])
    tests = tests_of(problem)[:EXAMPLES]
    listed = ",\n    ".join(f"({arguments!r}, {wanted!r})" for arguments, wanted in tests)
    return _PROGRAM.substitute(source=chain.source(), examples=listed)


def mutants(problem: Problem) -> tuple[str, ...]:
    """Programs with a bug, and programs that try to pass without solving anything."""
    chain, gold = chains.of_json(problem.metadata["steps"]), problem.answer or ""
    tests = tests_of(problem)
    wrong = [slip for slip in chain.slips() if _fails(chain, slip, tests)]
    head = f"def solve({chain.arguments}):\n    "
    known = {written(arguments): wanted for arguments, wanted in tests[:EXAMPLES]}
    return (
        *(chain.source(slip) for slip in wrong[:4]),
        gold.replace("def solve(", "def answer("),
        gold.replace("def solve(", "import sys\nsys.exit(0)\ndef solve("),
        f"{gold}.",
        f"{head}return None",
        f"{head}raise ValueError",
        f"{head}print({chain.arguments})",
        f"{gold}\n\n\n_right = solve\n\n\n{head}return [_right({chain.arguments})]",
        f"{gold}\n\n\n_right = solve\n\n\n{head}return str(_right({chain.arguments})) + ' '",
        f"class Equal(int):\n    def __eq__(self, other):\n        return True\n\n\n{head}return "
        f"Equal(12345678)",
        f"{head}import json\n    known = {known!r}\n    return known.get(', '.join(map(json.dumps, "
        f"[{chain.arguments}])), 12345678)",
    )


def _fails(chain: Chain, slip: Slip, tests: Sequence[Test]) -> bool:
    wrong = chain.function(slip)
    return any(not same(wanted, chains.outcome(wrong, arguments)) for arguments, wanted in tests)
