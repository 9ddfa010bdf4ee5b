"""A problem's right program, and wrong ones as a model might write them.

A wrong program is the right one with an operator, a constant or a bound changed. It counts as wrong only once
it was run and its answer was graded wrong: many a change changes nothing.
"""

import ast
import asyncio
import copy
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from reckon.parts import put_parts
from reckon.protocols import Task
from reckon.rollout import OpenSession
from reckon.tasks import reference_program
from reckon.tasks.graders.judging import graded
from reckon.values import Answer, Problem

if TYPE_CHECKING:
    from reckon.interpreter import AsyncInterpreter

TRIED = 24  # changes at most
TIMEOUT_S = 2.0
GIVEN_UP = 'print("unknown")'
_SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.Pow: ast.Mult, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_WORDS = {"upper": "lower", "lower": "upper", "sorted": "list", "min": "max", "max": "min"}


@dataclass(frozen=True)
class Written:
    """A program and the answer that it leads to; None where it crashes or says nothing."""

    program: str
    answer: str | None


@dataclass(frozen=True)
class Programs:
    """wrong: with an answer.  visible: without one.  is_answer: the program itself is what is answered."""

    problem: Problem
    right: Written
    wrong: tuple[Written, ...]
    visible: tuple[Written, ...]
    is_answer: bool

    @property
    def all(self) -> tuple[Written, ...]:
        return (self.right, *self.wrong, *self.visible)


class Bank:
    """The programs of problems, by their question; made when first asked for."""

    def __init__(
        self, problems: Iterable[tuple[Task, Problem]], wrongs: int, open_session: OpenSession | None
    ) -> None:
        self._wrongs = wrongs
        self._open_session = open_session
        self._tasks = {problem.question: (task, problem) for task, problem in problems}
        self._made: dict[str, asyncio.Task[Programs | None]] = {}
        self._court: AsyncInterpreter | None = None
        self._lock = asyncio.Lock()

    def question_in(self, text: str) -> str | None:
        """The known question that stands last in `text`; the longest of those that end there."""
        found = [(text.rfind(one) + len(one), len(one), one) for one in self._tasks if one in text]
        return max(found)[2] if found else None

    async def of(self, question: str) -> Programs | None:
        """None where the question's task has no reference program."""
        if question not in self._made:
            self._made[question] = asyncio.create_task(self._make(*self._tasks[question]))
        return await asyncio.shield(self._made[question])

    async def grade(self, problem: Problem, answer: str) -> bool:
        """Whether an answer is right."""
        task, _ = self._tasks[problem.question]
        court = await self._open() if hasattr(task, "judge") else None
        return (await graded(task, problem, Answer(answer), court)).right

    async def close(self) -> None:
        for task in self._made.values():
            task.cancel()
        if self._court is not None:
            await self._court.__aexit__(None, None, None)

    async def _open(self) -> "AsyncInterpreter":
        from reckon.interpreter import AsyncInterpreter

        async with self._lock:
            if self._court is None:
                self._court = await AsyncInterpreter().__aenter__()
        return self._court

    async def _make(self, task: Task, problem: Problem) -> Programs | None:
        program, is_answer = reference_program(task, problem), hasattr(task, "judge")
        open_session = self._open_session or (await self._open()).open
        if program is None or (printed := await _printed(program, problem, open_session)) is None:
            return None
        program = printed if is_answer else program
        wrong: dict[str, Written] = {}
        for one in islice(changed(program, random.Random(problem.id)), TRIED):
            answer = one if is_answer else await _printed(one, problem, open_session)
            if answer is not None and answer not in wrong and not await self.grade(problem, answer):
                wrong[answer] = Written(one, answer)
            if len(wrong) >= self._wrongs:
                break
        return Programs(
            problem,
            Written(program, printed),
            tuple(wrong.values()) or (Written(GIVEN_UP, "unknown"),),
            tuple(Written(one, None) for one in (f"import maths\n{program}", without_print(program)) if one),
            is_answer,
        )


async def _printed(program: str, problem: Problem, open_session: OpenSession) -> str | None:
    session = await open_session()
    try:
        await put_parts(session, problem.parts)
        execution = await session.run(program, timeout_s=TIMEOUT_S)
    finally:
        await session.close()
    return execution.stdout.strip() or None if execution.ok else None


def changed(program: str, rng: random.Random) -> Iterator[str]:
    """The program with one thing changed: an operator, a constant, a bound, a name; in a drawn order."""
    tree = ast.parse(program)
    places = [n for n, node in enumerate(ast.walk(tree)) if _change(copy.copy(node))]
    rng.shuffle(places)
    for place in places:
        other = copy.deepcopy(tree)
        _change(next(node for n, node in enumerate(ast.walk(other)) if n == place))
        yield ast.unparse(other)


def without_print(program: str) -> str:
    """The program with its results kept instead of printed; "" where it prints nothing."""
    tree = ast.parse(program)
    forgot = _Forget()
    text = ast.unparse(ast.fix_missing_locations(forgot.visit(tree)))
    return text if forgot.count else ""


class _Forget(ast.NodeTransformer):
    count = 0

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        call = node.value
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "print"):
            return node
        self.count += 1
        kept = [one.value if isinstance(one, ast.Starred) else one for one in call.args]
        return ast.Assign([ast.Name("found", ast.Store())], ast.List(kept, ast.Load()))


def _change(node: ast.AST) -> bool:
    """Change the node in place; whether it could be."""
    match node:
        case ast.BinOp() if type(node.op) in _SWAPS:
            node.op = _SWAPS[type(node.op)]()  # type: ignore[assignment]
        case ast.Compare() if type(node.ops[0]) in _SWAPS:
            node.ops = [_SWAPS[type(node.ops[0])](), *node.ops[1:]]  # type: ignore[list-item]
        case ast.Constant(value=bool()):
            return False
        case ast.Constant(value=int()):
            node.value = int(str(node.value)) + 1
        case ast.Constant(value=str()) if len(str(node.value)) > 2:
            node.value = str(node.value)[:-1]
        case ast.Attribute() if node.attr in _WORDS:
            node.attr = _WORDS[node.attr]
        case ast.Name() if node.id in _WORDS:
            node.id = _WORDS[node.id]
        case _:
            return False
    return True
