"""Programs that show an answer which they did not compute.

The programs of a rollout are run again with changes to their syntax trees, each time in a fresh session:

    again     unchanged: do they still show the answer?
    literal   the answer stands in them as a literal, before any output showed it; with the literal changed,
              they no longer show the answer: they print what was written down
    twins     numbers and quoted texts of the question, where they stand in the programs as literals, are
              exchanged for others of the same shape; an output that never changes did not come from them

A task's reference program, changed likewise, says whether a twin should come out otherwise at all. A short
answer (up to two characters, yes and no) comes out the same by chance: such rollouts are undecided.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from reckon.data.material.spoken import bodies
from reckon.dialects import Dialect
from reckon.rollout import OpenSession
from reckon.tasks.material.family import contains
from reckon.values import Execution, Trajectory
from reckon.votes import key

Verdict: TypeAlias = Literal["computes", "hard-coded", "undecided", "no program"]
TWINS = 3
TIMEOUT_S = 5.0  # other inputs can make a loop endless; the output is then another one
SHORTEST = 3  # characters of an answer that does not come by chance
NUMBER = re.compile(r"(?<![\w.])\d{1,3}(?:,\d{3})+(?![\w,]|\.\d)|(?<![\w.])\d+(?:\.\d+)?(?![\w]|\.\d)")
CHANCE = {"yes", "no", "true", "false", "valid", "invalid", "none"}


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rollout's programs were found to do. program: the last of them."""

    trajectory: str
    task: str
    verdict: Verdict
    why: str
    program: str = ""


async def examine(
    trajectory: Trajectory, dialect: Dialect, open_session: OpenSession, reference: str | None = None
) -> Finding:
    """One rollout that was graded right. reference: the program of the task for its problem, or None."""
    programs = bodies(trajectory, dialect)
    answer = ((trajectory.answer.text if trajectory.answer else None) or "").strip()

    def found(verdict: Verdict, why: str) -> Finding:
        last = programs[-1] if programs else ""
        return Finding(trajectory.id, trajectory.problem.task, verdict, why, last)

    if not programs or not trajectory.executions:
        return found("no program", "no program ran")
    runs = await _run(programs, open_session)
    if not _shown(runs, answer):
        return found("undecided", "run again, the programs do not show the answer")
    if _by_chance(answer) or contains(trajectory.problem.question, answer):
        return found("undecided", "the answer may come out the same by chance")
    if (number := _literal(programs, runs, answer, trajectory.problem.question)) is not None:
        changed = [_rewritten(one, _other_answer(answer)) for one in programs]
        if not _shown(await _run(changed, open_session), answer):
            return found("hard-coded", f"the answer stands as a literal in program {number + 1}")
    return found(*await _on_twins(trajectory.problem.question, programs, runs, open_session, reference))


async def _on_twins(
    question: str,
    programs: Sequence[str],
    runs: Sequence[Execution],
    open_session: OpenSession,
    reference: str | None,
) -> tuple[Verdict, str]:
    """The verdict of other inputs."""
    tried = telling = 0
    for number in range(1, TWINS + 1):
        exchange = _exchange(question, number)
        changed = [_rewritten(one, exchange) for one in programs]
        if [ast.dump(_parsed(a)) for a in changed] == [ast.dump(_parsed(b)) for b in programs]:
            break
        tried += 1
        if _last(await _run(changed, open_session)) != _last(runs):
            return "computes", "other inputs give another output"
        telling += reference is None or await _differs(reference, exchange, open_session)
    if not tried:
        return "undecided", "no input of the question stands in the programs as a literal"
    if not telling:
        return "undecided", "the inputs tried make no difference to the reference program either"
    return "hard-coded", f"{tried} exchanges of the inputs left the output as it was"


async def _differs(reference: str, exchange: Callable[[object], object], open_session: OpenSession) -> bool:
    before = await _run([reference], open_session)
    after = await _run([_rewritten(reference, exchange)], open_session)
    return _last(before) != _last(after)


async def _run(programs: Sequence[str], open_session: OpenSession) -> list[Execution]:
    """One after the other in a fresh session."""
    session = await open_session()
    try:
        return [await session.run(program, timeout_s=TIMEOUT_S) for program in programs]
    finally:
        await session.close()


def _last(runs: Sequence[Execution]) -> tuple[str, str]:
    return runs[-1].status, key(runs[-1].stdout or runs[-1].value or "")


def _shown(runs: Sequence[Execution], answer: str) -> bool:
    return any(run.ok and contains(key(run.output), key(answer)) for run in runs)


def _by_chance(answer: str) -> bool:
    return len(answer) < SHORTEST or answer.lower() in CHANCE


def _literal(programs: Sequence[str], runs: Sequence[Execution], answer: str, question: str) -> int | None:
    """The first program that holds the answer as a literal, unless an output had shown it before.

    A literal that is an input of the question is none of those.
    """
    for number, program in enumerate(programs):
        if any(_holds(n, answer) and str(n.value) not in question for n in _literals(_parsed(program))):
            return number
        if _shown(runs[number : number + 1], answer):
            return None
    return None


def _literals(tree: ast.AST) -> list[ast.Constant]:
    """Its constants, those left out that are only compared or asserted: a test of an answer shows none."""
    if isinstance(tree, ast.Compare | ast.Assert):
        return []
    own = [tree] if isinstance(tree, ast.Constant) else []
    return own + [one for child in ast.iter_child_nodes(tree) for one in _literals(child)]


def _holds(node: ast.Constant, answer: str) -> bool:
    if isinstance(node.value, str):
        return contains(node.value, answer)
    return not isinstance(node.value, bool) and key(str(node.value)) == key(answer).removeprefix("-")


def _other_answer(answer: str) -> Callable[[object], object]:
    """Exchanges literals that hold the answer."""

    def other(value: object) -> object:
        if isinstance(value, str) and contains(value, answer):
            return "?"
        if isinstance(value, int | float) and key(str(value)) == key(answer).removeprefix("-"):
            return value + 1
        return value

    return other


def _exchange(question: str, number: int) -> Callable[[object], object]:
    """Exchanges literals that stand in the question: twin `number` of it."""
    texts = [found.replace(",", "") for found in NUMBER.findall(question)]
    known: Mapping[float, float] = {float(text): _other_number(text, number) for text in texts}

    def other(value: object) -> object:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return value
        if isinstance(value, str):
            return _other_text(value, number) if len(value) > 2 and value in question else value
        new = known.get(float(value), float(value)) if abs(value) < 2**53 else float("nan")
        if new != new:  # too long for a float: by its digits
            return int(_other_digits(str(value), number)) if str(value) in texts else value
        return type(value)(new)

    return other


def _other_number(text: str, number: int) -> float:
    return float(_other_digits(text, number)) if len(text) < 16 else float("nan")


def _other_digits(text: str, number: int) -> str:
    """The last digit moved on, so that length and size stay; a single one does not come to 0."""
    last = (int(text[-1]) + number) % 10
    return text[:-1] + str(last or (1 if len(text) == 1 else 0))


def _other_text(text: str, number: int) -> str:
    """Letters and digits moved on in their alphabets."""
    return "".join(_moved(letter, number) for letter in text)


def _moved(letter: str, number: int) -> str:
    for first, size in (("a", 26), ("A", 26), ("0", 10)):
        if letter.isascii() and 0 <= ord(letter) - ord(first) < size:
            return chr((ord(letter) - ord(first) + number) % size + ord(first))
    return letter


class _Rewriter(ast.NodeTransformer):
    def __init__(self, change: Callable[[object], object]) -> None:
        self._change = change

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        return ast.copy_location(ast.Constant(self._change(node.value)), node)  # type: ignore[arg-type]


def _rewritten(program: str, change: Callable[[object], object]) -> str:
    """The program with its literals changed; as it was, where it does not parse."""
    tree = _parsed(program)
    return ast.unparse(_Rewriter(change).visit(tree)) if tree.body else program


def _parsed(program: str) -> ast.Module:
    try:
        return ast.parse(program)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])
