"""ReTool: Reinforcement Learning for Strategic Tool Use in LLMs, Feng et al., 2025, arXiv 2504.11536, section
2.1, the construction of its cold start.
System: ReTool, its data.

A solution in words, a long one, is rewritten by a teacher: passages that compute by hand become a program and
its output. Then the form is checked (tags, syntax), the programs are run, and the answer is checked.
Differs from the paper: the prompts are our own; every program is really run, and the student sees what it
printed. `outputs` says what becomes of a sample whose teacher claimed another output: "same" rejects it, for
the words after it build on the claim, "replaced" keeps it.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Literal

from reckon.data.material.retelling import Turn, Unusable, retell
from reckon.data.material.synthesis import Attempt, Quota, Workplace, spread
from reckon.data.noisy_teacher import NO_CODE
from reckon.dialects import RETOOL
from reckon.errors import BudgetSpent, UsageError
from reckon.protocols import Task
from reckon.rollout import Rollout
from reckon.tasks.graders.judging import graded
from reckon.tasks.graders.mathematics import grade_mathematics
from reckon.values import Answer, Grade, Problem, Trajectory
from reckon.votes import key

SOLVE = (
    "{question}\n\nThink step by step, check each step, and write all of it down."
    f" {NO_CODE} {{answer_help}}"
)
REWRITE = """Below are a question and a solution of it in words. Write the solution again so that its
computing is done by Python: wherever something is worked out by hand, put in place of that passage

<code>
a whole program that prints what the passage finds
</code>
<interpreter>
what it prints, exactly
</interpreter>

and go on from that output. Variables stay from program to program. Leave the reasoning between as it is, and
do not put a program where nothing is computed. End with <answer>\\boxed{{the answer}}</answer>.

Question: {question}

Solution:
{solution}"""
FIELDS = ("question", "solution", "answer")
_TAG = re.compile(r"</?(?:code|interpreter)>")
_FORM = ["<code>", "</code>", "<interpreter>", "</interpreter>"]


@dataclass(frozen=True, slots=True)
class Solved:
    """Questions of a file of the user's: JSON lines of question, solution and answer. Name: retool."""

    name: str = "retool"

    def make(self, rng: object, difficulty: float) -> Problem:
        raise UsageError("the problems of a file are not drawn")

    def grade(self, problem: Problem, answer: str) -> Grade:
        return grade_mathematics(problem.answer or "", answer)


@dataclass(frozen=True)
class ReTool:
    """source: a .jsonl of question, solution (in words) and answer; "" lets the teacher solve `tasks` first.

    problems: of each task, or of the file; samples: rewritings of each.  outputs: "same" or "replaced".
    """

    source: str = ""
    tasks: tuple[str, ...] = ("mathematics",)
    problems: int = 100
    samples: int = 1
    outputs: Literal["same", "replaced"] = "same"
    per_task: int = 0
    max_calls: int = 16
    seed: int = 0

    def __post_init__(self) -> None:
        if min(self.problems, self.samples, self.max_calls) < 1:
            raise UsageError("ReTool wants problems, samples and max_calls of 1 or more")
        if self.outputs not in ("same", "replaced"):
            raise UsageError(f"ReTool.outputs: wanted 'same' or 'replaced', got {self.outputs!r}")

    @property
    def quota(self) -> Quota:
        return Quota(self.per_task, plain=1.0)

    def attempts(self) -> Iterator[Attempt]:
        if not self.source:
            return spread(self.tasks, ("",), seed=self.seed, problems=self.problems, samples=self.samples)
        solved = read_solved(self.source)[: self.problems]
        return (Attempt(Solved(), one, "", number) for one in solved for number in range(self.samples))

    async def make(self, attempt: Attempt, place: Workplace) -> Trajectory:
        problem = attempt.problem
        turns, claimed, answer = rewritten(await self._rewriting(attempt, place))
        told = await retell(
            turns,
            answer,
            problem,
            place.student,
            open_session=place.teacher.open_session,
            max_calls=self.max_calls,
        )
        runs = told.executions
        if not all(run.ok for run in runs):
            raise Unusable("a program failed")
        if self.outputs == "same" and any(
            key(run.output) != key(said) for run, said in zip(runs, claimed, strict=True)
        ):
            raise Unusable("another output than claimed")
        grade = await graded(attempt.task, problem, Answer(answer), place.court)
        if not grade.right:
            raise Unusable("wrong")
        return replace(told, grade=grade)

    async def _rewriting(self, attempt: Attempt, place: Workplace) -> str:
        """The teacher's reply. Raises Unusable where it has no room or its own solution is wrong."""
        problem = attempt.problem
        async with Rollout(problem, place.teacher, seed=attempt.number) as rollout:
            try:
                solution = str(problem.metadata.get("solution", "")) if self.source else ""
                if not solution:
                    solution = await self._solution(attempt.task, place, rollout)
                return await rollout.ask(REWRITE.format(question=problem.question, solution=solution))
            except BudgetSpent:
                raise Unusable("too long") from None

    async def _solution(self, task: Task, place: Workplace, rollout: Rollout) -> str:
        """In words, by the teacher, and right."""
        help = rollout.dialect.answer_help
        written = await rollout.ask(SOLVE.format(question=rollout.problem.question, answer_help=help))
        found = [span.body for span in rollout.dialect.spans(written) if span.kind == "answer"]
        if not found:
            raise Unusable("no solution in words")
        grade = await graded(task, rollout.problem, Answer(found[-1]), place.court)
        if not grade.right:
            raise Unusable("wrong solution in words")
        return written


def rewritten(reply: str) -> tuple[list[Turn], list[str], str]:
    """(turns, the output claimed of each program, answer) of a reply. Raises Unusable for another form."""
    tags = list(_TAG.finditer(reply))
    names = [tag[0] for tag in tags]
    if not names:
        raise Unusable("no program")
    if names != _FORM * (len(names) // 4) or len(names) % 4:
        raise Unusable("tags out of order")
    turns, claimed, at = [], [], 0
    for opened, closed, shown, ended in zip(*(tags[n::4] for n in range(4)), strict=True):
        if reply[closed.end() : shown.start()].strip():
            raise Unusable("tags out of order")
        turns.append(Turn(_words(reply[at : opened.start()]), _program(reply[opened.start() : closed.end()])))
        claimed.append(reply[shown.end() : ended.start()].strip())
        at = ended.end()
    spans = RETOOL.spans(reply[at:])
    answers = [span for span in spans if span.kind == "answer"]
    if not answers or not answers[-1].body.strip():
        raise Unusable("no answer")
    rest = "".join(span.body for span in spans if span is not answers[-1])
    return [*turns, Turn(rest.strip())], claimed, answers[-1].body.strip()


def read_solved(path: str) -> list[Problem]:
    """The problems of a file; metadata["solution"] holds the solution. Raises UsageError naming the line."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line for line in file if line.strip()]
    except OSError as error:
        raise UsageError(f"ReTool.source: cannot read {path}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"ReTool.source: {path} is not text: {error}") from None
    found = [_solved(line, f"{path}, line {number}", number) for number, line in enumerate(lines, 1)]
    if not found:
        raise UsageError(f"ReTool.source: {path} holds no line")
    return found


def _solved(line: str, where: str, number: int) -> Problem:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise UsageError(f"{where} is no JSON: {error}") from None
    fields = {name: row.get(name) for name in FIELDS} if isinstance(row, dict) else {}
    given = {name: str(value) for name, value in fields.items() if isinstance(value, str | int | float)}
    if len(given) < 3 or not all(value.strip() for value in given.values()):
        raise UsageError(f'{where}: wanted {{"question": …, "solution": …, "answer": …}}, each a text')
    metadata = {"solution": given["solution"]}
    return Problem(f"retool/{number}", "retool", given["question"], given["answer"], metadata=metadata)


def _words(text: str) -> str:
    """What stands between programs; an answer there is plain text."""
    return "".join(span.body for span in RETOOL.spans(text)).strip()


def _program(marked: str) -> str:
    spans = [span for span in RETOOL.spans(marked) if span.kind == "code"]
    try:
        ast.parse(spans[0].body if spans else "(")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        raise Unusable("a program that does not parse") from None
    return spans[0].body
