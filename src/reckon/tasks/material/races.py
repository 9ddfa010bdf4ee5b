"""Programs that are to give the results of a slow one in a small part of its time."""

from collections.abc import Callable, Sequence
from string import Template
from typing import TYPE_CHECKING, Any

from reckon.tasks.graders.programs import defines, program_of, returns
from reckon.tasks.material.steps.tested import Test, same
from reckon.values import Grade

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

SMALL_S = 5.0
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


async def judge(
    interpreter: "AsyncInterpreter",
    answer: str,
    small: Callable[[], Sequence[Test]],
    large: Callable[[], Sequence[Test]],
    *,
    limit_s: float,
) -> Grade:
    """1 if `solve` is right on the small inputs, and on each large one within `limit_s` seconds.

    The clock is the host's: no program can set it. limit_s has to be far from what either the slow or a
    fast program needs, so that a busy machine changes no verdict.
    """
    program = program_of(answer)
    if isinstance(program, Grade):
        return program
    if not defines(program, "solve"):
        return Grade(0.0, "no program that defines `solve`")
    grade = await _called(interpreter, program, small(), SMALL_S)
    if not grade.right:
        return grade
    for test in large():
        grade = await _called(interpreter, program, [test], limit_s)
        if not grade.right:
            return Grade(0.0, f"large input: {grade.reason}"[:300])
    return Grade(1.0, f"the same results, large inputs in {limit_s} s each")


async def _called(
    interpreter: "AsyncInterpreter", program: str, tests: Sequence[Test], timeout_s: float
) -> Grade:
    def right(n: int, value: Any) -> bool:
        return same(tests[n][1], value)

    inputs = [arguments for arguments, _ in tests]
    return await returns(interpreter, program, "solve", inputs, right, timeout_s=timeout_s)


def writing(source: str, tests: Sequence[Test]) -> str:
    """A program that tries the fast one on a few results of the slow one, and prints it."""
    listed = ",\n    ".join(f"({arguments!r}, {wanted!r})" for arguments, wanted in tests)
    return _PROGRAM.substitute(source=source, examples=listed)


def cheats(gold: str, arguments: str, tests: Sequence[Test]) -> tuple[str, ...]:
    """Programs that give no right results, or only those of the first tests."""
    head = f"def solve({arguments}):\n    "
    known = {repr(tuple(given)): wanted for given, wanted in tests[:3]}
    first = arguments.split(",")[0]
    return (
        gold.replace("def solve(", "def answer("),
        gold.replace("def solve(", "import sys\nsys.exit(0)\ndef solve("),
        f"{gold}.",
        f"{head}return None",
        f"{head}return {first}",
        f"{head}raise TimeoutError",
        f"{head}print({arguments})",
        f"{gold}\n\n\n_right = solve\n\n\n{head}return [_right({arguments})]",
        f"class Equal(int):\n    def __eq__(self, other):\n        return True\n\n\n{head}return "
        f"Equal(12345678)",
        f"{head}known = {known!r}\n    return known.get(repr(({arguments},)), 12345678)",
    )
